// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/labelbalancedselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>

namespace driftscope::demonstrations {

namespace {

using Interactions = std::vector<data::InteractionIndex>;

void addChoices(std::vector<Choice>& choices, const SelectionQuery& query, const Interactions& newestFirst,
                std::size_t count, const char* label)
{
    for (std::size_t rank = 0; rank < count; ++rank)
        choices.push_back({newestFirst[rank],
                           recencyWords(rank + 1) + label + " interaction, "
                               + distanceWords(query.history.dataset().time(newestFirst[rank]), query.moment.time)});
}

} // namespace

LabelBalancedSelector::LabelBalancedSelector(std::size_t k)
    : m_k(k)
{
}

Result<std::vector<Choice>> LabelBalancedSelector::select(const SelectionQuery& query) const
{
    const auto earlier = query.history.before(query.moment, query.lag);
    Interactions liked;
    Interactions disliked;
    for (auto i = earlier.rbegin(); i != earlier.rend(); ++i)
        (query.history.isLiked(*i) ? liked : disliked).push_back(*i);

    const bool isNewestLiked = !earlier.empty() && query.history.isLiked(earlier.back());
    std::size_t wantedLiked = isNewestLiked ? (m_k + 1) / 2 : m_k / 2;
    wantedLiked = std::max(wantedLiked, m_k - std::min(m_k, disliked.size())); // fills up
    wantedLiked = std::min(wantedLiked, liked.size());
    std::vector<Choice> choices;
    addChoices(choices, query, liked, wantedLiked, " liked");
    addChoices(choices, query, disliked, std::min(disliked.size(), m_k - wantedLiked), " disliked");
    std::sort(choices.begin(), choices.end(),
              [](const Choice& a, const Choice& b) { return a.interaction < b.interaction; });
    return choices;
}

} // namespace driftscope::demonstrations
