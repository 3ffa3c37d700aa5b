// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/tokensegment.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace driftscope::network {

/// Rows whose attention is computed side by side: paths of segments, each copied into one run of tokens of equal
/// length. Short runs are filled up at their end, where no token that counts looks.
struct PathGroup {
    /// A row that takes its result from here: token `offset` of path `path`.
    struct Slot {
        std::int64_t path = 0;
        std::int64_t offset = 0;
        std::int64_t row = 0;
    };
    std::int64_t paths = 0;
    std::int64_t length = 0;
    std::vector<std::int64_t> rows; ///< [paths * length] row of each token
    std::vector<Slot> slots; ///< every row of the batch is in one group or run, once
    at::Tensor rowIndex; ///< `rows` on the device; undefined where the CPU kernels are used
    at::Tensor slotIndex; ///< path * length + offset of each slot; as above
    at::Tensor targetIndex; ///< row of each slot; as above
};

/// Contiguous rows that attend causally to themselves.
struct CausalRun {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Rows that attend to all of a range of keys, or to all that is kept under `cached`: one large matrix product.
struct SharedBlock {
    std::int64_t keyBegin = 0;
    std::int64_t keyEnd = 0;
    std::int64_t queryBegin = 0;
    std::int64_t queryEnd = 0;
    std::int64_t keyPosition = 0; ///< of the first key in its prompts; those after it follow
    std::int64_t cached = -1; ///< index of the batch's kept keys and values; -1 = the keys are rows of the batch
};

/// What attention has to compute for a packed batch, found once and used by all layers.
///
/// Long shared segments are attended to as one block by all their descendants, without copying keys or values. Segments
/// too short for that (a few tokens that some candidates share) are put before each of their descendants, in attention
/// only. Source: two-part attention over shared prefixes, Hydragen (arXiv 2402.05099), here over the edges of a tree.
struct AttentionPlan {
    std::vector<CausalRun> runs;
    std::vector<PathGroup> groups;
    std::vector<SharedBlock> blocks; ///< in the order in which they are merged
    std::vector<std::int64_t> positions; ///< of each row in its prompts
    std::int64_t longest = 0; ///< tokens of the longest prompt

    /// @param recordsGradients  prompts without children stand side by side whatever their length: one differentiable
    ///                          product, and nothing to merge.
    [[nodiscard]] static AttentionPlan make(std::span<const TokenSegment> segments, at::Device device,
                                            bool recordsGradients = false);
};

/// Tokens of the longest prompt of a batch.
[[nodiscard]] std::int64_t longestPrompt(std::span<const TokenSegment> segments);

} // namespace driftscope::network
