// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/simulate/experiment.h"
#include "core/simulate/recordsink.h"
#include "core/simulate/shifttable.h"
#include "core/store/runstore.h"

#include <memory>
#include <string>
#include <vector>

namespace driftscope::store {

/// A run with what it was made from and what it gave.
struct StoredRun {
    Run run;
    simulate::Experiment experiment; ///< from the manifest
    std::vector<simulate::QueryRecord> records;
    simulate::ShiftTable shifts {}; ///< that the manifest names; empty = none
};

/// @param name  a run's number, or "last".
/// @retval ErrorCode::UnknownName   no such run.
/// @retval ErrorCode::Inconsistent  its manifest holds no experiment, or its records do not fit to it.
[[nodiscard]] Result<StoredRun> openRun(const std::filesystem::path& store, const std::string& name);

/// True if the files of the dataset are those that the run was made with.
[[nodiscard]] bool isDatasetOf(const data::Dataset& dataset, const nlohmann::json& manifest);

/// The data that a run was made with.
///
/// @retval ErrorCode::NotFound      they are not there any more; and as data::openDataset().
/// @retval ErrorCode::Inconsistent  they have changed since.
[[nodiscard]] Result<std::shared_ptr<const data::Dataset>> datasetOf(const StoredRun& run, const JobContext& context);

/// The shifts to measure a run at: those of its manifest, or of its data's truth; or detected ones (needs the data).
///
/// @retval ErrorCode::NoEligibleQuery  nobody knows any.
[[nodiscard]] Result<simulate::ShiftTable> shiftsOf(const StoredRun& run, bool areDetected, const JobContext& context);

} // namespace driftscope::store
