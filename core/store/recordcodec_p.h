// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/recordsink.h"
#include "core/store/sqliteguard_p.h"

namespace driftscope::store {

/// The statement that bindRecord() fills.
[[nodiscard]] const char* insertRecordSql();
/// Columns that readRecord() expects, for "SELECT <columns> FROM records ...".
[[nodiscard]] const char* recordColumns();

void bindRecord(SQLite::Statement& statement, std::int64_t run, const simulate::QueryRecord& record);

/// The record of the current row; column 0 is its row number.
///
/// @retval ErrorCode::Inconsistent  a list does not have the length that it should have, or the target is not in it.
[[nodiscard]] Result<simulate::QueryRecord> readRecord(const SQLite::Statement& statement);

} // namespace driftscope::store
