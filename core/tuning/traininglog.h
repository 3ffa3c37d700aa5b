// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tuning/trainer.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace driftscope::tuning {

/// A step as a line of the log: step, answerLoss, learningRate, gradientNorm, tokens, seconds; and textLoss, auc,
/// validationLoss, best where the step has them.
[[nodiscard]] nlohmann::json trainingLogLine(const StepReport& report);

/// The steps that a log tells of, with `totalSteps` left at 0. A last line that breaks off is left out.
///
/// @retval ErrorCode::NotFound, NotReadable  there is no log.
[[nodiscard]] Result<std::vector<StepReport>> readTrainingLog(const std::filesystem::path& path);

/// Keeps the lines of the first steps; later ones are taken again. A missing log becomes an empty one.
///
/// @retval ErrorCode::NotWritable, DiskFull.
[[nodiscard]] Result<> cutTrainingLog(const std::filesystem::path& path, std::int64_t steps);

} // namespace driftscope::tuning
