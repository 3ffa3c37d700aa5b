// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/similaruserselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace driftscope::demonstrations {

namespace {

using data::InteractionIndex;
using data::UserIndex;

/// What another user has in common with this one.
struct Neighbour {
    std::span<const InteractionIndex> known; ///< what they had done by the moment, less what the lag hides
    std::int64_t common = 0; ///< items that both met
    std::int64_t equal = 0; ///< of them with the same label

    /// The cosine but for the user's own number of items, which is the same beside all neighbours.
    [[nodiscard]] double agreement() const
    {
        return static_cast<double>(2 * equal - common) / std::sqrt(static_cast<double>(known.size()));
    }
};

std::map<UserIndex, Neighbour> neighboursOf(const SelectionQuery& query)
{
    const auto& history = query.history;
    const auto& dataset = history.dataset();
    std::map<UserIndex, Neighbour> neighbours;
    for (const InteractionIndex own : history.before(query.moment, query.lag))
        for (const InteractionIndex theirs : query.sources->audience->of(dataset.item(own))) {
            if (dataset.time(theirs) >= query.moment.time)
                break;
            const UserIndex user = dataset.user(theirs);
            if (user == query.moment.user)
                continue;
            const auto [entry, isNew] = neighbours.try_emplace(user);
            Neighbour& neighbour = entry->second;
            if (isNew)
                neighbour.known =
                    history.before({.user = user, .time = query.moment.time, .interaction = std::nullopt}, query.lag);
            if (neighbour.known.empty() || theirs > neighbour.known.back())
                continue; // hidden by the lag
            ++neighbour.common;
            neighbour.equal += history.isLiked(theirs) == history.isLiked(own) ? 1 : 0;
        }
    return neighbours;
}

const Neighbour* nearest(const std::map<UserIndex, Neighbour>& neighbours)
{
    const Neighbour* best = nullptr;
    for (const auto& [user, neighbour] : neighbours) { // by number: the first of equal ones stays
        if (neighbour.common == 0 || 2 * neighbour.equal <= neighbour.common)
            continue;
        const bool isBetter = !best || neighbour.agreement() > best->agreement()
            || (neighbour.agreement() == best->agreement() && neighbour.common > best->common);
        if (isBetter)
            best = &neighbour;
    }
    return best;
}

} // namespace

SimilarUserSelector::SimilarUserSelector(std::size_t k)
    : m_k(k)
{
}

Result<std::vector<Choice>> SimilarUserSelector::select(const SelectionQuery& query) const
{
    if (!query.sources || !query.sources->audience)
        return fail(ErrorCode::NotFound, "Similar user: who met which item was not indexed.");
    const auto& dataset = query.history.dataset();
    const auto neighbours = neighboursOf(query);
    const Neighbour* const neighbour = nearest(neighbours);
    std::vector<Choice> choices;
    if (!neighbour)
        return choices;
    for (auto i = neighbour->known.rbegin(); i != neighbour->known.rend() && choices.size() < m_k; ++i) {
        const auto& asked = query.candidates;
        if (std::find(asked.begin(), asked.end(), dataset.item(*i)) != asked.end())
            continue;
        choices.push_back({*i,
                           "of user '" + dataset.userId(dataset.user(*i)) + "', who agrees on "
                               + std::to_string(neighbour->equal) + " of " + std::to_string(neighbour->common)
                               + " common items, " + distanceWords(dataset.time(*i), query.moment.time)});
    }
    std::reverse(choices.begin(), choices.end());
    return choices;
}

} // namespace driftscope::demonstrations
