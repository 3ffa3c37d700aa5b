// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/carddeck.h"

#include "core/base/random.h"

#include <algorithm>

namespace driftscope::live {

namespace {

constexpr std::size_t enoughItems = 16; // a kind with fewer does not last for a session
constexpr std::size_t largestShare = 5; // kinds are drawn among those that have a fifth of the largest one's items
constexpr std::size_t bestKnown = 48; // of each kind, so that people have an opinion

std::vector<std::string> drawKinds(const ItemKinds& kinds, RandomStream& stream)
{
    std::vector<std::string> drawn;
    const std::size_t largest = kinds.names().empty() ? 0 : kinds.itemsOf(kinds.names().front()).size();
    for (const auto& name : kinds.names())
        if (kinds.itemsOf(name).size() >= std::max(enoughItems, largest / largestShare))
            drawn.push_back(name);
    stream.shuffle(drawn);
    drawn.resize(std::min(drawn.size(), CardDeck::kindCount));
    return drawn;
}

/// Those of the items that occur most often, mixed.
std::vector<data::ItemIndex> bestOf(std::vector<data::ItemIndex> items, const std::vector<std::size_t>& counts,
                                    std::size_t most, RandomStream& stream)
{
    std::ranges::stable_sort(items, [&](auto a, auto b) { return counts[a] > counts[b]; });
    items.resize(std::min(items.size(), most));
    stream.shuffle(items);
    return items;
}

} // namespace

CardDeck::CardDeck(const data::Dataset& dataset, const ItemKinds& kinds, std::uint64_t seed,
                   std::vector<std::string> named)
    : m_kinds(std::move(named))
{
    RandomStream stream(seed, "live cards");
    std::vector<std::size_t> counts(dataset.itemCount());
    for (data::InteractionIndex i = 0; i < dataset.size(); ++i)
        ++counts[dataset.item(i)];
    if (m_kinds.empty())
        m_kinds = drawKinds(kinds, stream);
    std::vector<std::vector<data::ItemIndex>> piles;
    for (const auto& name : m_kinds)
        piles.push_back(bestOf(kinds.itemsOf(name), counts, bestKnown, stream));
    if (piles.empty()) {
        std::vector<data::ItemIndex> all(dataset.itemCount());
        for (data::ItemIndex item = 0; item < all.size(); ++item)
            all[item] = item;
        piles.push_back(bestOf(std::move(all), counts, bestKnown * kindCount, stream));
    }
    // By turns, and of each kind every second card to each pile.
    for (std::size_t turn = 0; turn < bestKnown * kindCount; ++turn)
        for (const auto& pile : piles)
            if (turn < pile.size())
                (turn % 2 == 0 ? m_candidates : m_hand).push_back(pile[turn]);
}

std::vector<data::ItemIndex> CardDeck::candidates(const std::vector<bool>& judged, std::size_t count) const
{
    std::vector<data::ItemIndex> dealt;
    for (const auto item : m_candidates)
        if (dealt.size() < count && !judged[item])
            dealt.push_back(item);
    return dealt;
}

std::vector<data::ItemIndex> CardDeck::hand(const std::vector<bool>& judged, std::size_t count, std::size_t round) const
{
    std::vector<data::ItemIndex> left;
    for (const auto item : m_hand)
        if (!judged[item])
            left.push_back(item);
    std::vector<data::ItemIndex> dealt;
    for (std::size_t i = 0; i < std::min(count, left.size()); ++i)
        dealt.push_back(left[(round * count + i) % left.size()]);
    return dealt;
}

} // namespace driftscope::live
