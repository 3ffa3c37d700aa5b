// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/storewriter.h"
#include "ui/focus/focus.h"
#include "ui/pages/simulate/pausegate.h"
#include "ui/pages/simulate/recordlog.h"
#include "ui/pages/simulate/runsession.h"

#include <functional>

namespace driftscope::ui {

/// All that a run needs, copied from the focus, so that the window may go on changing.
struct RunRequest {
    simulate::Experiment experiment;
    OpenDataset dataset;
    OpenCheckpoint checkpoint;
    std::shared_ptr<const LoadedEngine> engine; ///< null = load it first
    std::shared_ptr<Engine> loader;
    std::filesystem::path storePath;
    std::string programVersion;
    bool goesOn = false;
    std::shared_ptr<PauseGate> gate;
    std::shared_ptr<RecordLog> log;
    /// Called on the worker: the model was loaded on the way; the run has its number.
    std::function<void(std::shared_ptr<const LoadedEngine>)> engineLoaded;
    std::function<void(store::RunId)> runStarted;
};

/// Prepares, opens the store, simulates. On a worker thread.
///
/// Errors of preparing, loading, storing and simulating; ErrorCode::Cancelled names what was kept.
[[nodiscard]] Result<> runExperiment(const RunRequest& request, const JobContext& context);

/// Counts queries and prompts of a run and samples their length. On a worker thread.
///
/// @param tokensPerSecond  speed to reckon with; 0 = unknown.
[[nodiscard]] Result<RunEstimate> estimateRun(const simulate::Experiment& experiment, const OpenDataset& dataset,
                                              const OpenCheckpoint& checkpoint, double tokensPerSecond,
                                              const JobContext& context);

} // namespace driftscope::ui
