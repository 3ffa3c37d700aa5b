// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <sqlite3.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <type_traits>

namespace driftscope::store {

/// What an SQLite exception means for the user. `errorNumber` is the system's errno of the failed call, 0 if unknown.
[[nodiscard]] Error sqliteError(const SQLite::Exception& exception, int errorNumber, const std::filesystem::path& path);

/// Runs `work` and turns every exception into an Error; nothing is thrown past the store folder.
///
/// @param database  the connection in use, for the system's error number; null while it is being opened.
template<typename Work>
[[nodiscard]] std::invoke_result_t<Work> guarded(const std::filesystem::path& path, const SQLite::Database* database,
                                                 Work&& work)
{
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        const int errorNumber = database != nullptr ? sqlite3_system_errno(database->getHandle()) : 0;
        return tl::unexpected<Error>(sqliteError(exception, errorNumber, path));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "There is not enough memory to read from " + path.string() + ".");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, path.string() + ": " + exception.what());
    }
}

} // namespace driftscope::store
