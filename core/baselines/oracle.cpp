// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/oracle.h"

#include "core/data/drifttruth.h"

#include <algorithm>
#include <cmath>

namespace driftscope::baselines {

namespace {

// Without label noise the truth would be certain, and its log-odds infinite.
constexpr double leastDoubt = 1e-3;

double logOdds(double share, double noise)
{
    const double liked = share * (1 - noise) + (1 - share) * noise;
    const double bounded = std::clamp(liked, leastDoubt, 1 - leastDoubt);
    return std::log(bounded / (1 - bounded));
}

} // namespace

Oracle::Oracle(Knows knows)
    : m_knows(knows)
{
}

Result<> Oracle::prepare(const data::UserHistory& history)
{
    if (!history.dataset().truth())
        return fail(ErrorCode::Inconsistent,
                    "an oracle needs a planted dataset with its truth.json, which this one is not; choose a dataset of"
                    " 'dataset generate', or another scorer.");
    m_history = history;
    return {};
}

Result<std::vector<double>> Oracle::scoreCandidates(const BaselineQuery& query) const
{
    const data::DriftTruth& truth = *m_history->dataset().truth();
    const data::UserIndex user = query.moment.user;
    const std::size_t event = m_history->before(query.moment).size();
    std::vector<double> scores;
    scores.reserve(query.candidates.size());
    for (const data::ItemIndex item : query.candidates) {
        const double share =
            m_knows == Knows::TasteNow ? truth.likeShare(user, item, event) : truth.staleLikeShare(user, item, event);
        scores.push_back(logOdds(share, truth.labelNoise));
    }
    return scores;
}

} // namespace driftscope::baselines
