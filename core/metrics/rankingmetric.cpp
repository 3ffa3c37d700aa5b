// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rankingmetric.h"

namespace driftscope::metrics {

RankingMetric::RankingMetric(Measure measure, std::size_t k)
    : m_measure(measure)
    , m_k(k)
{
}

bool RankingMetric::uses(const ScoredQuery& query) const
{
    return !query.scores.empty() && (!query.relevant.empty() || query.totalRelevant > 0);
}

std::optional<double> RankingMetric::queryValue(const ScoredQuery& query) const
{
    if (!uses(query))
        return {};
    const std::optional<TiedRanking> ranking = TiedRanking::of(query);
    if (!ranking)
        return {};
    return ((*ranking).*m_measure)(m_k);
}

std::optional<double> RankingMetric::randomBaseline(std::span<const ScoredQuery* const> queries) const
{
    double sum = 0;
    std::size_t n = 0;
    for (const ScoredQuery* query : queries) {
        if (!uses(*query))
            continue;
        const auto tied = TiedRanking::allTied(query->scores.size(), query->relevant.size(), query->totalRelevant);
        sum += (tied.*m_measure)(m_k);
        ++n;
    }
    if (n == 0)
        return {};
    return sum / static_cast<double>(n);
}

} // namespace driftscope::metrics
