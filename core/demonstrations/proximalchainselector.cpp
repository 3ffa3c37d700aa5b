// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/proximalchainselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>

namespace driftscope::demonstrations {

ProximalChainSelector::ProximalChainSelector(std::size_t k, bool hasContrasts)
    : m_k(k)
    , m_hasContrasts(hasContrasts)
{
}

Result<std::vector<Choice>> ProximalChainSelector::select(const SelectionQuery& query) const
{
    const auto& dataset = query.history.dataset();
    const auto earlier = query.history.before(query.moment, query.lag);
    std::vector<Choice> choices;
    std::size_t links = 0;
    bool hasContrast = !m_hasContrasts; // since the link that comes later
    for (auto i = earlier.rbegin(); i != earlier.rend() && choices.size() < m_k; ++i) {
        const std::string when = ", " + distanceWords(dataset.time(*i), query.moment.time);
        if (query.history.isLiked(*i)) {
            choices.push_back({*i, "link " + std::to_string(++links) + " of the chain, counted back" + when});
            hasContrast = !m_hasContrasts;
        } else if (!hasContrast) {
            choices.push_back({*i, "disliked, contrast to the next link of the chain" + when});
            hasContrast = true;
        }
    }
    std::reverse(choices.begin(), choices.end());
    return choices;
}

} // namespace driftscope::demonstrations
