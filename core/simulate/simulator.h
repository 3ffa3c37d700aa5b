// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/baselines/sequencetrainer.h"
#include "core/inference/scorer.h"
#include "core/simulate/preparedexperiment.h"
#include "core/simulate/recordsink.h"

#include <cstdint>
#include <functional>
#include <set>
#include <utility>

namespace driftscope::simulate {

/// How to drive a simulation.
struct SimulationOptions {
    /// (query, arm) pairs that are on record already and are skipped. Batches are fixed by the experiment and the batch
    /// tokens alone, so what is left is computed in the same batches, and gives the same digits, as without the
    /// interruption.
    std::set<std::pair<std::uint32_t, std::uint32_t>> done {};
    /// Estimated tokens in one batch; a resumed run gives what its manifest says. 0 = see batchTokensOf().
    std::int64_t batchTokens = 0;
    /// Stop between layers, keeping nothing of the batch at hand; otherwise the batch is finished and handed over
    /// first.
    bool stopInsideBatch = false;
    /// Trains the baselines that are networks; null = they are refused.
    std::shared_ptr<const baselines::SequenceTrainer> sequences {};
    /// Called between batches; blocks while the run is paused.
    std::function<void()> waitWhilePaused {};
};

/// What a simulation did.
struct SimulationSummary {
    std::uint64_t queries = 0; ///< (query, arm) pairs scored in this call
    std::uint64_t leaks = 0; ///< in this call
    double seconds = 0; ///< of scoring in this call
    std::int64_t peakBytes = 0; ///< as the scorer says
};

/// Batch tokens of a new run: the experiment's, or else what the scorer likes. To be written to the run's manifest.
[[nodiscard]] std::int64_t batchTokensOf(const Experiment& experiment, const inference::Scorer& scorer);

/// Trains the baselines, then walks the queries in time order: the next batches' prompts are built on a second thread
/// while the scorer works on this one; each batch's records are handed to the sink before the next batch is scored.
///
/// @param context  Stop is honoured while a baseline is trained and between batches, or as options.stopInsideBatch
/// says;
///                 progress counts (query, arm) pairs, stage "score"; before that updates of an arm, stage "train
///                 baseline".
/// @retval ErrorCode::Cancelled  stop was requested; every batch given to the sink is kept.
/// Other errors of building, scoring or storing end the simulation; what was accepted stays.
/// Threads   scorer and sink are used on the calling thread alone.
[[nodiscard]] Result<SimulationSummary> simulate(const PreparedExperiment& prepared, inference::Scorer& scorer,
                                                 RecordSink& sink, const SimulationOptions& options,
                                                 const JobContext& context);

} // namespace driftscope::simulate
