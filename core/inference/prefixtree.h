// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/tokenview.h"
#include "core/network/tokensegment.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace driftscope::inference {

/// Indices of the sequences in lexicographic order, equal ones in their own order: neighbours share most.
[[nodiscard]] std::vector<std::size_t> sortedOrder(std::span<const TokenView> sequences);

/// Leading tokens whose keys and values are kept from before.
struct CachedPrefix {
    std::size_t entry = 0; ///< whose they are; its meaning is the caller's
    std::int64_t length = 0; ///< 0 = nothing is kept
};

/// Finds the longest kept beginning of a token sequence.
using CachedPrefixLookup = std::function<CachedPrefix(TokenView)>;

/// Token sequences as a trie whose edges are computed once: what a batch of prompts runs as.
class PrefixTree
{
public:
    /// @param sequences  each at least one token; they are not kept.
    /// @param shares     false: every sequence is an edge of its own (to measure what sharing brings).
    /// The layout depends on the set of sequences alone, not on their order.
    PrefixTree(std::span<const TokenView> sequences, bool shares);
    /// The same where the beginnings that the lookup finds need no rows; the last token of a sequence always has one.
    /// Where sequences share tokens, it is tokens that are found for all of them or many more for some.
    PrefixTree(std::span<const TokenView> sequences, const CachedPrefixLookup& lookup);

    [[nodiscard]] const std::vector<network::TokenSegment>& segments() const { return m_segments; }
    [[nodiscard]] const std::vector<std::int64_t>& tokens() const { return m_tokens; } ///< [rows]
    [[nodiscard]] const std::vector<std::int64_t>& positions() const { return m_positions; } ///< [rows]
    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(m_tokens.size()); }
    /// Row that computes token `position` of a sequence; it must not be a kept one.
    [[nodiscard]] std::int64_t rowOf(std::size_t sequence, std::size_t position) const;
    /// Index of the segment that holds token `position` of a sequence; it must not be a kept one.
    [[nodiscard]] std::size_t segmentOf(std::size_t sequence, std::size_t position) const;
    /// What the segments without rows stand for, by their index `cached`.
    [[nodiscard]] const std::vector<CachedPrefix>& cachedPrefixes() const { return m_cachedPrefixes; }

private:
    void addRange(std::span<const TokenView> sequences, std::span<const std::size_t> order, std::size_t depth,
                  std::int64_t parent);
    void addBelowCached(std::span<const TokenView> sequences, std::span<const std::size_t> order, CachedPrefix cached);
    void addCachedRange(std::span<const TokenView> sequences, std::span<const std::size_t> order,
                        const CachedPrefixLookup& lookup);
    std::int64_t addSegment(TokenView tokens, std::size_t depth, std::int64_t parent);

    std::vector<network::TokenSegment> m_segments;
    std::vector<std::int64_t> m_tokens;
    std::vector<std::int64_t> m_positions;
    std::vector<std::int64_t> m_lastSegment; ///< of each sequence
    std::vector<CachedPrefix> m_cachedPrefixes;
};

} // namespace driftscope::inference
