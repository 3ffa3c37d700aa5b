// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/candidates.h"

#include "core/base/random.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace driftscope::simulate {

namespace {

using data::ItemIndex;

/// Draws positions 0..count-1 without repetition, each time uniformly from those left: Fisher-Yates on an array that
/// exists only where it was touched, so that a draw from a million items costs only what is drawn.
class LazyShuffle
{
public:
    explicit LazyShuffle(std::size_t count)
        : m_left(count)
    {
    }

    bool isEmpty() const { return m_left == 0; }

    std::size_t draw(RandomStream& stream)
    {
        const std::size_t at = stream.index(m_left);
        --m_left;
        const std::size_t drawn = valueAt(at);
        m_moved[at] = valueAt(m_left);
        return drawn;
    }

private:
    std::size_t valueAt(std::size_t position) const
    {
        const auto moved = m_moved.find(position);
        return moved == m_moved.end() ? position : moved->second;
    }

    std::size_t m_left;
    std::unordered_map<std::size_t, std::size_t> m_moved;
};

} // namespace

CandidateSampler::CandidateSampler(std::shared_ptr<const data::Dataset> dataset, std::uint64_t seed, std::int64_t count)
    : m_dataset(std::move(dataset))
    , m_seed(seed)
    , m_count(count)
{
    for (ItemIndex item = 0; item < m_dataset->itemCount(); ++item)
        if (m_dataset->firstSeen(item))
            m_itemsByFirstSeen.push_back(item);
    std::stable_sort(m_itemsByFirstSeen.begin(), m_itemsByFirstSeen.end(),
                     [this](ItemIndex a, ItemIndex b) { return *m_dataset->firstSeen(a) < *m_dataset->firstSeen(b); });
}

Candidates CandidateSampler::draw(const Query& query) const
{
    if (!query.isLiked)
        return {.items = {query.target}, .target = 0};
    const auto existing =
        std::partition_point(m_itemsByFirstSeen.begin(), m_itemsByFirstSeen.end(),
                             [&](ItemIndex item) { return *m_dataset->firstSeen(item) <= query.moment.time; });
    // What the user met up to the moment's own second, whatever the tie policy: a tie is no item "not met yet".
    std::unordered_set<ItemIndex> met {query.target};
    for (const auto interaction : m_dataset->ofUser(query.moment.user))
        if (m_dataset->time(interaction) <= query.moment.time)
            met.insert(m_dataset->item(interaction));

    RandomStream stream(m_seed, "candidates", {query.moment.interaction.value_or(query.target)});
    Candidates candidates;
    candidates.items.push_back(query.target);
    LazyShuffle shuffle(static_cast<std::size_t>(existing - m_itemsByFirstSeen.begin()));
    while (candidates.items.size() < static_cast<std::size_t>(m_count) && !shuffle.isEmpty()) {
        const ItemIndex item = m_itemsByFirstSeen[shuffle.draw(stream)];
        if (!met.contains(item))
            candidates.items.push_back(item);
    }
    stream.shuffle(candidates.items);
    const auto target = std::find(candidates.items.begin(), candidates.items.end(), query.target);
    candidates.target = static_cast<std::uint32_t>(target - candidates.items.begin());
    return candidates;
}

} // namespace driftscope::simulate
