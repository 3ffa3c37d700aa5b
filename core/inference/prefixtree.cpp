// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/prefixtree.h"

#include <algorithm>
#include <numeric>

namespace driftscope::inference {

std::size_t commonLength(TokenView a, TokenView b)
{
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::vector<std::size_t> sortedOrder(std::span<const TokenView> sequences)
{
    std::vector<std::size_t> order(sequences.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return std::ranges::lexicographical_compare(sequences[a], sequences[b]);
    });
    return order;
}

PrefixTree::PrefixTree(std::span<const TokenView> sequences, bool shares)
    : m_lastSegment(sequences.size(), -1)
{
    const std::vector<std::size_t> order = sortedOrder(sequences);
    if (shares) {
        addRange(sequences, order, 0, -1);
        return;
    }
    for (const std::size_t sequence : order)
        m_lastSegment[sequence] = addSegment(sequences[sequence], 0, -1);
}

// `order` names sequences that share their first `depth` tokens, which stand in `parent` and above it.
void PrefixTree::addRange(std::span<const TokenView> sequences, std::span<const std::size_t> order, std::size_t depth,
                          std::int64_t parent)
{
    if (order.empty())
        return;
    // In a sorted range the first and the last share what all share.
    const TokenView first = sequences[order.front()];
    const std::size_t shared = commonLength(first, sequences[order.back()]);
    std::int64_t segment = parent;
    if (shared > depth)
        segment = addSegment(first.subspan(depth, shared - depth), depth, parent);
    std::size_t next = 0;
    for (; next < order.size() && sequences[order[next]].size() == shared; ++next)
        m_lastSegment[order[next]] = segment;
    while (next < order.size()) {
        const TokenId token = sequences[order[next]][shared];
        std::size_t end = next + 1;
        while (end < order.size() && sequences[order[end]][shared] == token)
            ++end;
        addRange(sequences, order.subspan(next, end - next), shared, segment);
        next = end;
    }
    if (segment != parent)
        m_segments[static_cast<std::size_t>(segment)].subtreeEnd = rows();
}

std::int64_t PrefixTree::addSegment(TokenView tokens, std::size_t depth, std::int64_t parent)
{
    const std::int64_t begin = rows();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        m_tokens.push_back(tokens[i]);
        m_positions.push_back(static_cast<std::int64_t>(depth + i));
    }
    m_segments.push_back({begin, rows(), rows(), parent, static_cast<std::int64_t>(depth)});
    return static_cast<std::int64_t>(m_segments.size()) - 1;
}

std::int64_t PrefixTree::rowOf(std::size_t sequence, std::size_t position) const
{
    const auto wanted = static_cast<std::int64_t>(position);
    std::int64_t index = m_lastSegment[sequence];
    while (m_segments[static_cast<std::size_t>(index)].position > wanted)
        index = m_segments[static_cast<std::size_t>(index)].parent;
    const network::TokenSegment& segment = m_segments[static_cast<std::size_t>(index)];
    return segment.begin + wanted - segment.position;
}

} // namespace driftscope::inference
