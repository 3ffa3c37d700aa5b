// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace driftscope::network {

/// A run of tokens in a packed batch that is computed once: an edge of the prefix tree.
///
/// Segments stand in depth-first order, their tokens one after another, so that all descendants of a segment are one
/// contiguous range of rows. A token attends to all tokens of the ancestors of its segment and to those of its own
/// segment up to itself.
///
/// Tokens whose keys and values are kept from before make segments without rows (begin == end), above all segments that
/// are computed.
struct TokenSegment {
    std::int64_t begin = 0; ///< first row in the batch
    std::int64_t end = 0; ///< one past the last row
    std::int64_t subtreeEnd = 0; ///< one past the last row of the descendants
    std::int64_t parent = -1; ///< index of the parent segment, smaller than its own; -1 = none
    std::int64_t position = 0; ///< position of the first token in its prompts
    std::int64_t cached = -1; ///< index of the batch's kept keys and values that it stands for; -1 = it is computed

    [[nodiscard]] std::int64_t length() const { return end - begin; } ///< in rows
    [[nodiscard]] bool hasChildren() const { return subtreeEnd > end; }
    [[nodiscard]] bool isCached() const { return cached >= 0; }
};

} // namespace driftscope::network
