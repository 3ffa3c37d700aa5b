// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/demonstrationselector.h"

#include <algorithm>
#include <utility>

namespace driftscope::demonstrations {

std::vector<Demonstration> withHistories(const data::UserHistory& history, std::vector<Choice> choices,
                                         const HistoryPolicy& policy)
{
    const auto maxItems = static_cast<std::size_t>(std::max<std::int64_t>(policy.maxItems, 0));
    std::vector<Demonstration> demonstrations;
    demonstrations.reserve(choices.size());
    for (auto& choice : choices) {
        // The lag counts from the demonstration's own moment, as it does for the query: all stand in the same form, and
        // nothing that the query's frozen history hides comes back through a demonstration.
        auto items = history.likedBefore(history.momentOf(choice.interaction), maxItems, policy.lag);
        demonstrations.push_back(
            {choice.interaction, history.isLiked(choice.interaction), std::move(items), std::move(choice.reason)});
    }
    return demonstrations;
}

} // namespace driftscope::demonstrations
