// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tuning/adamw_p.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace driftscope::tuning {

/// How far a run has come.
struct TrainingProgress {
    std::int64_t step = 0; ///< steps taken
    std::int64_t bestStep = 0;
    double bestAuc = -1;
    double bestLoss = 0;
    std::int64_t worse = 0; ///< validations since the best one
};

/// Writes weights, moments and progress as one safetensors file, whole or not at all.
[[nodiscard]] Result<> saveState(const std::filesystem::path& path, const std::string& planHash,
                                 const TrainingProgress& progress, const std::vector<Parameter>& parameters,
                                 const AdamW& optimizer);

/// Reads them back into the parameters and the optimizer.
///
/// @retval ErrorCode::Inconsistent  the file belongs to another plan, or has other tensors.
/// Errors of reading safetensors.
[[nodiscard]] Result<TrainingProgress> loadState(const std::filesystem::path& path, const std::string& planHash,
                                                 const std::vector<Parameter>& parameters, AdamW& optimizer);

} // namespace driftscope::tuning
