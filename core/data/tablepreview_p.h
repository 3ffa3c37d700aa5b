// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/datasetreader.h"
#include "core/data/rowsource_p.h"

#include <string>
#include <vector>

namespace driftscope::data {

/// The first rows of a table through the same code that reads all of them. File and separator are left to the caller.
///
/// @param rows   after the header.
/// @param count  most rows that are looked at.
/// @retval ErrorCode::NotReadable, ErrorCode::Cancelled
[[nodiscard]] Result<TablePreview> previewRows(RowSource& rows, std::vector<std::string> names, const ColumnMap& wanted,
                                               std::size_t count);

} // namespace driftscope::data
