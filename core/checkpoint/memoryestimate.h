// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/modelconfig.h"

#include <cstdint>

namespace driftscope::checkpoint {

/// What is to be scored: the size of a prompt and how the model is held.
struct MemoryRequest {
    std::int64_t demonstrations = 4; ///< k
    std::int64_t history = 10; ///< titles in each history
    std::int64_t candidates = 20;
    bool isHalfPrecision = false; ///< bf16 instead of fp32
};

/// Expected memory of scoring one query, in bytes. An estimate from headers: titles are taken to have
/// `tokensPerTitle` tokens with their separator, each block `tokensPerBlock` words around them, the header
/// `headerTokens`. The libraries themselves (about `libraryBytes`) are not counted.
struct MemoryEstimate {
    static constexpr std::int64_t tokensPerTitle = 8;
    static constexpr std::int64_t tokensPerBlock = 16;
    static constexpr std::int64_t headerTokens = 40;
    static constexpr std::uint64_t libraryBytes = 300'000'000;

    /// header + k * (history + target) + history of the query: computed once and shared by all candidates.
    std::int64_t prefixTokens = 0;
    /// target title and the words after it, for each candidate.
    std::int64_t suffixTokens = 0;
    std::uint64_t weightsBytes = 0;
    /// 2 * layers * keyValueHeads * headDim * width * (prefixTokens + candidates * suffixTokens)
    std::uint64_t keyValueBytes = 0;
    /// weights + the larger of (keys and values + the widest activations of a pass) and (one tensor while loading)
    std::uint64_t peakBytes = 0;
};

/// @param config  validated.
[[nodiscard]] MemoryEstimate estimateMemory(const ModelConfig& config, const MemoryRequest& request);

} // namespace driftscope::checkpoint
