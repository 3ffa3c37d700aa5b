// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace driftscope::inference {

/// Prompts that run in one pass, as indices into what was asked for.
struct PlannedBatch {
    std::vector<std::size_t> prompts;
    std::int64_t tokens = 0; ///< that are computed, after sharing
    std::int64_t lengthClass = 0; ///< of all its prompts
};

/// What a prompt's positions depend on besides the token's place: see checkpoint::Rope::lengthClass().
using LengthClass = std::function<std::int64_t(std::int64_t promptTokens)>;

/// Tokens of a prompt with the longest of its answers: the longest sequence that it is scored as.
[[nodiscard]] std::int64_t longestSequence(const TokenizedPrompt& prompt);

/// Packs prompts into batches of at most `batchTokens` computed tokens.
///
/// One prompt may be longer on its own, and prompts that share a long beginning may take up to three times its tokens
/// together: cut into small parts, they would compute the beginning again and again.
/// Prompts that share most of their tokens (the candidates of a query) stay together; a set of them that is too large
/// for one batch is cut into equal ones. Depends on the set of prompts and not on their order.
/// @param lengthClass  of longestSequence(); prompts of different classes never run together. Empty = all are alike.
[[nodiscard]] std::vector<PlannedBatch> planBatches(std::span<const TokenizedPrompt> prompts, std::int64_t batchTokens,
                                                    bool sharesPrefixes, const LengthClass& lengthClass = {});

} // namespace driftscope::inference
