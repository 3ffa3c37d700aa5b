// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/randomselector.h"

#include "core/demonstrations/choicereason_p.h"
#include "core/demonstrations/momentstream_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::demonstrations {

RandomSelector::RandomSelector(std::size_t k)
    : m_k(k)
{
}

Result<std::vector<Choice>> RandomSelector::select(const SelectionQuery& query) const
{
    const auto earlier = query.history.before(query.moment, query.lag);
    std::vector<data::InteractionIndex> pool(earlier.begin(), earlier.end());
    const auto count = std::min(m_k, pool.size());
    auto stream = momentStream(query.seed, "demonstrations.random", query.moment);
    for (std::size_t i = 0; i < count; ++i) // the first `count` steps of a Fisher-Yates shuffle
        std::swap(pool[i], pool[i + stream.index(pool.size() - i)]);
    pool.resize(count);
    std::sort(pool.begin(), pool.end()); // interaction indices are in time order

    const std::string drawn = "drawn at random from " + std::to_string(earlier.size())
        + (earlier.size() == 1 ? " earlier interaction, " : " earlier interactions, ");
    std::vector<Choice> choices;
    choices.reserve(count);
    for (const auto interaction : pool)
        choices.push_back(
            {interaction, drawn + distanceWords(query.history.dataset().time(interaction), query.moment.time)});
    return choices;
}

} // namespace driftscope::demonstrations
