// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
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
    /// (query, arm) pairs that are on record already and are skipped. Batches are fixed by the experiment alone, so
    /// what is left is computed in the same batches, and gives the same digits, as without the interruption.
    std::set<std::pair<std::uint32_t, std::uint32_t>> done {};
    /// Called between batches; blocks while the run is paused.
    std::function<void()> waitWhilePaused {};
};

/// What a simulation did.
struct SimulationSummary {
    std::uint64_t queries = 0; ///< scored in this call
    std::uint64_t leaks = 0;
    double seconds = 0;
};

/// Walks the queries in time order: the next batch's prompts are built on a second thread while the scorer works on
/// this one; each batch's records are handed to the sink before the next batch is scored.
///
/// @param context  Stop is honoured between layers of a batch; progress counts (query, arm) pairs, stage "score".
/// @retval ErrorCode::Cancelled  stop was requested; every batch given to the sink is kept.
/// Other errors of building, scoring or storing end the simulation; what was accepted stays.
[[nodiscard]] Result<SimulationSummary> simulate(const PreparedExperiment& prepared, inference::Scorer& scorer,
                                                 RecordSink& sink, const SimulationOptions& options,
                                                 const JobContext& context);

} // namespace driftscope::simulate
