// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/store/storedrun.h"

#include <memory>
#include <string>

namespace driftscope::store {

/// How predictions are written: both have the same fields.
enum class TableFormat : std::uint8_t {
    Csv, ///< with a header line; texts quoted where they need it
    JsonLines ///< one object a line
};

/// Writes one row a (arm, query, candidate), beside the target and then renamed:
/// run, arm, query, user, time (Unix seconds), eventIndex, liked (of the true next item), position (in the shuffled
/// list), item, title, score, positive, negative (answer logits), rank (1 = best; equal scores share their mean rank),
/// hit (1 = this is the item that the user took next).
///
/// @param dataset  for the ids of users and items; null: their numbers are written, and no titles.
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull, ErrorCode::Cancelled.
[[nodiscard]] Result<> writePredictions(const StoredRun& run, const data::Dataset* dataset, TableFormat format,
                                        const std::filesystem::path& path, const JobContext& context);

} // namespace driftscope::store
