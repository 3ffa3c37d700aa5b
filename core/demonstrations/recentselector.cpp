// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/recentselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>
#include <string_view>

namespace driftscope::demonstrations {

namespace {

bool isWanted(RecentSelector::Labels labels, bool isLiked)
{
    return labels == RecentSelector::Labels::Both || (labels == RecentSelector::Labels::Liked) == isLiked;
}

std::string_view labelWords(RecentSelector::Labels labels)
{
    switch (labels) {
    case RecentSelector::Labels::Liked:
        return " liked";
    case RecentSelector::Labels::Disliked:
        return " disliked";
    case RecentSelector::Labels::Both:
        break;
    }
    return "";
}

} // namespace

RecentSelector::RecentSelector(std::size_t k, Labels labels)
    : m_k(k)
    , m_labels(labels)
{
}

Result<std::vector<Choice>> RecentSelector::select(const SelectionQuery& query) const
{
    const auto& dataset = query.history.dataset();
    const auto earlier = query.history.before(query.moment, query.lag);
    std::vector<Choice> choices;
    for (std::size_t i = earlier.size(); i > 0 && choices.size() < m_k; --i) {
        const auto interaction = earlier[i - 1];
        if (!isWanted(m_labels, query.history.isLiked(interaction)))
            continue;
        std::string reason = recencyWords(choices.size() + 1);
        reason += labelWords(m_labels);
        reason += " interaction, " + distanceWords(dataset.time(interaction), query.moment.time);
        choices.push_back({interaction, std::move(reason)});
    }
    std::reverse(choices.begin(), choices.end());
    return choices;
}

} // namespace driftscope::demonstrations
