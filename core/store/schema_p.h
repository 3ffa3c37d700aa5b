// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/sqliteguard_p.h"

#include <span>

namespace driftscope::store {

/// SQL that brings a store from version i to i + 1, at position i. The length is the version this program writes; a
/// step that was released is never changed, a new one is added.
[[nodiscard]] std::span<const char* const> schemaSteps();

/// Checks that the file is a store and brings it to version `steps.size()`, all in one transaction. A new file counts
/// as version 0.
///
/// @retval ErrorCode::UnsupportedFormat   another program's database.
/// @retval ErrorCode::UnsupportedVersion  written by a newer program, or older and not writable.
[[nodiscard]] Result<> upgradeSchema(SQLite::Database& database, std::span<const char* const> steps, bool isWritable,
                                     const std::filesystem::path& path);

} // namespace driftscope::store
