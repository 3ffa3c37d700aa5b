// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <filesystem>

namespace driftscope::data {

/// Writes the dataset in the canonical form: RecBole atomic files FOLDER/NAME.inter and NAME.item, NAME being the
/// folder's name. RecBoleReader reads them back with equal users, items, titles, attributes, ratings and times, in
/// equal order.
///
/// The folder is made if it is not there. Tabs and line ends inside titles and attributes become spaces; inside ids
/// they would make two ids one, and are refused.
/// @retval ErrorCode::BadValue  an id holds a tab or a line end.
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull
[[nodiscard]] Result<> writeRecBole(const Dataset& dataset, const std::filesystem::path& folder);

} // namespace driftscope::data
