// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/popularity.h"

#include "core/baselines/knownuntil_p.h"

#include <algorithm>
#include <cmath>

namespace driftscope::baselines {

Popularity::Popularity(const Options& options)
    : m_days(options.days)
{
}

Result<> Popularity::prepare(const data::UserHistory& history)
{
    const auto& dataset = history.dataset();
    m_history = history;
    m_likedAt.assign(dataset.itemCount(), {});
    for (data::InteractionIndex i = 0; i < dataset.size(); ++i)
        if (history.isLiked(i))
            m_likedAt[dataset.item(i)].push_back(dataset.time(i));
    return {};
}

Result<std::vector<double>> Popularity::scoreCandidates(const BaselineQuery& query) const
{
    const SimTime end = knownUntil(*m_history, query.moment, query.lag);
    const SimTime start = m_days > 0 ? end - std::chrono::days(m_days) : SimTime::min();
    std::vector<double> scores;
    scores.reserve(query.candidates.size());
    for (const data::ItemIndex item : query.candidates) {
        const auto& times = m_likedAt[item];
        const auto count =
            std::lower_bound(times.begin(), times.end(), end) - std::lower_bound(times.begin(), times.end(), start);
        scores.push_back(std::log1p(static_cast<double>(std::max<std::ptrdiff_t>(count, 0))));
    }
    return scores;
}

} // namespace driftscope::baselines
