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

/// What an SQLite exception means for the user.
[[nodiscard]] Error sqliteError(const SQLite::Exception& exception, const std::filesystem::path& path);

/// Runs `work` and turns every exception into an Error; nothing is thrown past the store folder.
template<typename Work>
[[nodiscard]] std::invoke_result_t<Work> guarded(const std::filesystem::path& path, Work&& work)
{
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected<Error>(sqliteError(exception, path));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "There is not enough memory to read from " + path.string() + ".");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, path.string() + ": " + exception.what());
    }
}

} // namespace driftscope::store
