// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/itemknn.h"

#include "core/baselines/knownuntil_p.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace driftscope::baselines {

using data::ItemIndex;
using data::UserIndex;

ItemKnn::ItemKnn(const Options& options)
    : m_neighbours(options.neighbours > 0 ? static_cast<std::size_t>(options.neighbours)
                                          : std::numeric_limits<std::size_t>::max())
{
}

Result<> ItemKnn::prepare(const data::UserHistory& history)
{
    const auto& dataset = history.dataset();
    m_history = history;
    m_likes.assign(dataset.itemCount(), {});
    for (data::InteractionIndex i = 0; i < dataset.size(); ++i) {
        if (!history.isLiked(i))
            continue;
        m_likes[dataset.item(i)].times.push_back(dataset.time(i));
        m_likes[dataset.item(i)].users.push_back(dataset.user(i));
    }
    return {};
}

std::span<const UserIndex> ItemKnn::likersOf(ItemIndex item, SimTime end) const
{
    const Likes& likes = m_likes[item];
    const auto known = std::lower_bound(likes.times.begin(), likes.times.end(), end) - likes.times.begin();
    return std::span(likes.users).first(static_cast<std::size_t>(known));
}

Result<std::vector<double>> ItemKnn::scoreCandidates(const BaselineQuery& query) const
{
    const auto& dataset = m_history->dataset();
    const SimTime end = knownUntil(*m_history, query.moment, query.lag);
    std::vector<std::span<const UserIndex>> liked; // likers of each item that the user liked
    for (const auto interaction : m_history->before(query.moment, query.lag))
        if (m_history->isLiked(interaction))
            liked.push_back(likersOf(dataset.item(interaction), end));

    std::vector<bool> likesCandidate(dataset.userCount(), false);
    std::vector<double> scores;
    scores.reserve(query.candidates.size());
    std::vector<double> cosines;
    for (const ItemIndex candidate : query.candidates) {
        const auto likers = likersOf(candidate, end);
        for (const UserIndex user : likers)
            likesCandidate[user] = true;
        cosines.clear();
        for (const auto& others : liked) {
            const auto both = std::count_if(others.begin(), others.end(),
                                            [&likesCandidate](UserIndex user) { return likesCandidate[user]; });
            if (both > 0)
                cosines.push_back(static_cast<double>(both)
                                  / std::sqrt(static_cast<double>(likers.size()) * static_cast<double>(others.size())));
        }
        const auto nearest = static_cast<std::ptrdiff_t>(std::min(m_neighbours, cosines.size()));
        std::partial_sort(cosines.begin(), cosines.begin() + nearest, cosines.end(), std::greater<>());
        scores.push_back(std::accumulate(cosines.begin(), cosines.begin() + nearest, 0.0));
        for (const UserIndex user : likers)
            likesCandidate[user] = false;
    }
    return scores;
}

} // namespace driftscope::baselines
