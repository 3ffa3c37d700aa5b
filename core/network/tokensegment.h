// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace driftscope::network {

/// A run of tokens in a packed batch that is computed once: an edge of the prefix tree.
///
/// Segments stand in depth-first order, their tokens one after another, so that all descendants of a segment are one
/// contiguous range of rows. A token attends to all tokens of the ancestors of its segment and to those of its own
/// segment up to itself.
struct TokenSegment {
    std::int64_t begin = 0; ///< first row in the batch
    std::int64_t end = 0; ///< one past the last row
    std::int64_t subtreeEnd = 0; ///< one past the last row of the descendants
    std::int64_t parent = -1; ///< index of the parent segment, smaller than its own; -1 = none
    std::int64_t position = 0; ///< position of the first token in its prompts

    [[nodiscard]] std::int64_t length() const { return end - begin; }
    [[nodiscard]] bool hasChildren() const { return subtreeEnd > end; }
};

} // namespace driftscope::network
