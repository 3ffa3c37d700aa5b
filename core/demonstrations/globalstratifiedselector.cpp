// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/globalstratifiedselector.h"

#include "core/demonstrations/choicereason_p.h"
#include "core/demonstrations/momentstream_p.h"

#include <algorithm>

namespace driftscope::demonstrations {

GlobalStratifiedSelector::GlobalStratifiedSelector(std::size_t k)
    : m_k(k)
{
}

Result<std::vector<Choice>> GlobalStratifiedSelector::select(const SelectionQuery& query) const
{
    const auto& dataset = query.history.dataset();
    const auto earlier = query.history.before(query.moment, query.lag);
    const std::size_t stretches = std::min(m_k, earlier.size());
    auto stream = momentStream(query.seed, "demonstrations.stratified", query.moment);
    std::vector<Choice> choices;
    for (std::size_t stretch = 0; stretch < stretches; ++stretch) {
        const std::size_t begin = stretch * earlier.size() / stretches;
        const std::size_t end = (stretch + 1) * earlier.size() / stretches;
        const auto interaction = earlier[begin + stream.index(end - begin)];
        choices.push_back({interaction,
                           "drawn from stretch " + std::to_string(stretch + 1) + " of " + std::to_string(stretches)
                               + " of the user's past, "
                               + distanceWords(dataset.time(interaction), query.moment.time)});
    }
    return choices;
}

} // namespace driftscope::demonstrations
