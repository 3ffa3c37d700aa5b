// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/loadedmodel.h"
#include "core/inference/scorer.h"

#include <memory>

namespace driftscope::inference {

/// How a session batches and shares.
struct SessionOptions {
    std::int64_t batchTokens = 0; ///< tokens computed in one pass; 0 = chosen for the device
    bool sharePrefixes = true;
    std::int64_t memoryLimitBytes = 0; ///< most that a batch may take beside the weights; 0 = what is free
};

/// Makes a scorer that runs a loaded model: prefix tree, two-part attention, packing by token budget (engine.md).
///
/// Threads   the scorer is used by one thread; several scorers may share one model.
[[nodiscard]] std::unique_ptr<Scorer> makeScorer(std::shared_ptr<const LoadedModel> model, SessionOptions options = {});

} // namespace driftscope::inference
