// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/loadedmodel.h"
#include "core/inference/scorer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::inference {

/// How a session batches and shares.
struct SessionOptions {
    std::int64_t batchTokens = 0; ///< tokens computed in one pass; 0 = chosen for the device
    bool sharePrefixes = true;
    std::int64_t memoryLimitBytes = 0; ///< most that a batch may take beside the weights; 0 = what is free
    /// Most that the keys and values of recent prompts' beginnings may take; 0 = nothing is kept. Prompts that begin
    /// like an earlier one are then computed from where they differ; their scores stay the same within 1e-4 (fp32).
    std::int64_t cacheBytes = 0;
    /// Names of the model's adapters that are active unless a call says otherwise; nothing = all.
    std::optional<std::vector<std::string>> adapters {};
};

/// Makes a scorer that runs a loaded model: prefix tree, two-part attention, packing by token budget (engine.md).
///
/// Adapters are switched at no cost: the base's weights stay as they are. Virtual tokens of a prompt-tuning adapter
/// stand before every prompt and count against its context. If the session's adapters cannot be active, score() says
/// so.
///
/// Threads   the scorer is used by one thread; several scorers may share one model.
[[nodiscard]] std::unique_ptr<Scorer> makeScorer(std::shared_ptr<const LoadedModel> model, SessionOptions options = {});

} // namespace driftscope::inference
