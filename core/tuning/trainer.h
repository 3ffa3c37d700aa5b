// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/tuning/tuningplan.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

namespace driftscope::tuning {

/// What one step did.
struct StepReport {
    std::int64_t step = 0; ///< from 1
    std::int64_t totalSteps = 0;
    double answerLoss = 0; ///< mean cross entropy of the answers, nats
    std::optional<double> textLoss; ///< mean over the other tokens, where the stage weighs them
    double learningRate = 0;
    double gradientNorm = 0; ///< before clipping
    std::int64_t tokens = 0; ///< of the step's prompts
    double seconds = 0;
    std::optional<double> auc; ///< of the validation samples, where this step was followed by one
    std::optional<double> validationLoss; ///< of their answers
    bool isBest = false; ///< the best validation so far: the output was written
};

/// How a plan is carried out.
struct TuningOptions {
    bool resumes = true; ///< go on from the last saved state, if there is one of this plan
    std::function<void(const StepReport&)> onStep = [](const StepReport&) {}; ///< on the training thread
};

/// What a training run left behind.
struct TuningOutcome {
    std::filesystem::path output;
    std::int64_t steps = 0; ///< taken altogether
    std::int64_t bestStep = 0;
    double bestAuc = 0;
    double bestLoss = 0; ///< of the validation answers
    bool stoppedEarly = false; ///< no better validation for `patience` times
    bool isFirstProcess = true; ///< false in those that only help rank 0
};

/// Carries out a plan: trains, validates, keeps the best weights as a Hugging Face folder or a PEFT adapter in
/// plan.outputFolder(), and the state of the run beside it (state.safetensors, log.jsonl: one line a step).
///
/// Under torchrun or Slurm (see processgroup_p.h) the samples of a step are dealt out to the processes, which share the
/// folder; rank 0 alone writes and reports. Losses are those of one process within rounding, but for dropout.
///
/// The batch of a step depends on seed and step alone: a run that was killed and resumed gives the same losses.
/// @param context  Stop is honoured between passes; the state is saved first.
/// @retval ErrorCode::Cancelled      stop was requested; the best weights so far stay in the output.
/// @retval ErrorCode::OutOfMemory    a single prompt does not fit.
/// @retval ErrorCode::AlreadyExists  the output holds a run of another plan.
/// Errors of the checkpoint, the datasets and of writing.
[[nodiscard]] Result<TuningOutcome> tune(const TuningPlan& plan, const TuningOptions& options,
                                         const JobContext& context);

} // namespace driftscope::tuning
