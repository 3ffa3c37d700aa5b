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

RecentSelector::RecentSelector(std::size_t k, Labels labels, std::size_t trimBlock)
    : m_k(k)
    , m_labels(labels)
    , m_trimBlock(std::clamp<std::size_t>(trimBlock, 1, std::max<std::size_t>(k, 1)))
{
}

std::size_t RecentSelector::countShown(const data::UserHistory& history,
                                       std::span<const data::InteractionIndex> earlier) const
{
    if (m_trimBlock == 1)
        return m_k; // needs no count of a long past
    const auto wanted =
        static_cast<std::size_t>(std::count_if(earlier.begin(), earlier.end(), [&](data::InteractionIndex interaction) {
            return isWanted(m_labels, history.isLiked(interaction));
        }));
    if (wanted <= m_k)
        return wanted;
    const std::size_t blocksGone = (wanted - m_k + m_trimBlock - 1) / m_trimBlock;
    return wanted - blocksGone * m_trimBlock;
}

Result<std::vector<Choice>> RecentSelector::select(const SelectionQuery& query) const
{
    const auto& dataset = query.history.dataset();
    const auto earlier = query.history.before(query.moment, query.lag);
    const std::size_t shown = countShown(query.history, earlier);
    std::vector<Choice> choices;
    for (std::size_t i = earlier.size(); i > 0 && choices.size() < shown; --i) {
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
