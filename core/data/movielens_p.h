// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/data/rowcollector_p.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::data {

/// Reads user, item, rating, time without a header: what the older MovieLens distributions share.
[[nodiscard]] Result<DatasetParts> readMovieLensRatings(const std::filesystem::path& file, const std::string& separator,
                                                        std::string format, const JobContext& context);

/// Rows of a small file that is UTF-8 or, if it is not, ISO-8859-1.
///
/// @retval ErrorCode::NotFound, ErrorCode::NotReadable, ErrorCode::EmptyFile, ErrorCode::TooLarge
[[nodiscard]] Result<std::unique_ptr<RowSource>>
openSniffedRows(const std::filesystem::path& file, const std::string& separator, const JobContext& context);

/// Item id, title, genres separated by '|'.
[[nodiscard]] std::vector<ItemField> movieFields();

} // namespace driftscope::data
