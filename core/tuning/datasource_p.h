// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/tuning/tuningplan.h"

#include <filesystem>

namespace driftscope::tuning {

/// Reads or plants the dataset that a plan names, with its labels.
///
/// Errors of the dataset readers, of the planted-drift plan, and ErrorCode::BadValue for a label rule that means
/// nothing.
[[nodiscard]] Result<data::UserHistory> openSource(const DataSource& source, const std::filesystem::path& base,
                                                   const JobContext& context);

} // namespace driftscope::tuning
