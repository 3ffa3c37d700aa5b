// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/batchplan.h"
#include "core/inference/llmscorer.h"
#include "core/inference/textmodel.h"

#include <cstdint>
#include <span>
#include <vector>

namespace driftscope::inference {

/// The options with the batch size chosen where it was left open.
[[nodiscard]] SessionOptions completed(SessionOptions options, const LoadedModel& model);

/// Bytes that a session may take beside the weights.
[[nodiscard]] std::int64_t memoryLimit(const SessionOptions& options, const LoadedModel& model);

/// What the rotary frequencies of a prompt depend on; prompts of different classes never share keys.
[[nodiscard]] std::int64_t lengthClassOf(const TokenizedPrompt& prompt, const checkpoint::ModelConfig& config);

/// planBatches() where the prompts of a batch have one length class.
[[nodiscard]] std::vector<PlannedBatch> planSession(std::span<const TokenizedPrompt> prompts,
                                                    const SessionOptions& options,
                                                    const checkpoint::ModelConfig& config);

/// Sequences as prompts without answers.
[[nodiscard]] std::vector<TokenizedPrompt> asPrompts(std::span<const TokenSequence> sequences);

} // namespace driftscope::inference
