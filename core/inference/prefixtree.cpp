// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/prefixtree.h"

#include <algorithm>
#include <numeric>

namespace driftscope::inference {

namespace {

constexpr std::int64_t fewestCached = 16; ///< tokens below which a kept beginning saves less than its own block costs

// Sequences of a sorted range that go on with the same token after the `depth` that all share.
std::span<const std::size_t> sameNext(std::span<const TokenView> sequences, std::span<const std::size_t> order,
                                      std::size_t depth)
{
    const TokenId token = sequences[order.front()][depth];
    std::size_t count = 1;
    while (count < order.size() && sequences[order[count]][depth] == token)
        ++count;
    return order.first(count);
}

// What is kept of the tokens that a sorted range shares, without the last token of any of its sequences.
CachedPrefix cachedForAll(std::span<const TokenView> sequences, std::span<const std::size_t> order,
                          const CachedPrefixLookup& lookup)
{
    const TokenView first = sequences[order.front()]; // the shortest if one of them is all that they share
    const std::size_t shared = commonLength(first, sequences[order.back()]);
    return lookup(first.first(std::min(shared, first.size() - 1)));
}

} // namespace

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

PrefixTree::PrefixTree(std::span<const TokenView> sequences, const CachedPrefixLookup& lookup)
    : m_lastSegment(sequences.size(), -1)
{
    const std::vector<std::size_t> order = sortedOrder(sequences);
    if (!order.empty())
        addCachedRange(sequences, order, lookup);
}

// `order` names sequences below which nothing stands yet.
void PrefixTree::addCachedRange(std::span<const TokenView> sequences, std::span<const std::size_t> order,
                                const CachedPrefixLookup& lookup)
{
    const TokenView first = sequences[order.front()];
    const std::size_t shared = commonLength(first, sequences[order.back()]);
    const CachedPrefix cached = cachedForAll(sequences, order, lookup);
    if (cached.length < static_cast<std::int64_t>(shared)) {
        addBelowCached(sequences, order, cached);
        return;
    }
    // All that they share is kept. Those of which much more is kept get roots of their own.
    std::vector<std::size_t> others;
    for (std::size_t next = 0; next < order.size();) {
        const auto range = sameNext(sequences, order.subspan(next), shared);
        if (cachedForAll(sequences, range, lookup).length >= cached.length + fewestCached)
            addCachedRange(sequences, range, lookup);
        else
            others.insert(others.end(), range.begin(), range.end());
        next += range.size();
    }
    addBelowCached(sequences, others, cached);
}

void PrefixTree::addBelowCached(std::span<const TokenView> sequences, std::span<const std::size_t> order,
                                CachedPrefix cached)
{
    if (order.empty())
        return;
    if (cached.length < fewestCached) {
        addRange(sequences, order, 0, -1);
        return;
    }
    const auto root = static_cast<std::int64_t>(m_segments.size());
    m_segments.push_back({rows(), rows(), rows(), -1, 0, static_cast<std::int64_t>(m_cachedPrefixes.size())});
    m_cachedPrefixes.push_back(cached);
    addRange(sequences, order, static_cast<std::size_t>(cached.length), root);
    m_segments[static_cast<std::size_t>(root)].subtreeEnd = rows();
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
        const auto range = sameNext(sequences, order.subspan(next), shared);
        addRange(sequences, range, shared, segment);
        next += range.size();
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

std::size_t PrefixTree::segmentOf(std::size_t sequence, std::size_t position) const
{
    auto index = static_cast<std::size_t>(m_lastSegment[sequence]);
    while (m_segments[index].position > static_cast<std::int64_t>(position))
        index = static_cast<std::size_t>(m_segments[index].parent);
    return index;
}

std::int64_t PrefixTree::rowOf(std::size_t sequence, std::size_t position) const
{
    const network::TokenSegment& segment = m_segments[segmentOf(sequence, position)];
    return segment.begin + static_cast<std::int64_t>(position) - segment.position;
}

} // namespace driftscope::inference
