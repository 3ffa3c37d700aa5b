// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metric.h"

#include <algorithm>

namespace driftscope::metrics {

namespace {

/// Repeats the queries of a cluster as those of users that occur nowhere else.
class RepeatingMetric : public ResampledMetric
{
public:
    RepeatingMetric(const Metric& metric, const ClusteredQueries& clustered)
        : m_metric(&metric)
        , m_clustered(&clustered)
    {
    }

    std::optional<double> value(std::span<const std::uint32_t> multiplicity) const override
    {
        std::vector<std::uint32_t> firstUser(multiplicity.size() + 1, 0);
        for (std::size_t c = 0; c < multiplicity.size(); ++c)
            firstUser[c + 1] = firstUser[c] + multiplicity[c];
        std::vector<ScoredQuery> repeated;
        for (std::size_t i = 0; i < m_clustered->queries.size(); ++i) {
            const std::uint32_t cluster = m_clustered->cluster[i];
            for (std::uint32_t copy = 0; copy < multiplicity[cluster]; ++copy) {
                repeated.push_back(*m_clustered->queries[i]);
                repeated.back().user = firstUser[cluster] + copy;
            }
        }
        return m_metric->compute(pointersTo(repeated)).value;
    }

private:
    const Metric* m_metric;
    const ClusteredQueries* m_clustered;
};

} // namespace

bool Metric::uses(const ScoredQuery& query) const
{
    return isPointwise() ? query.isPointwise : !query.scores.empty();
}

std::unique_ptr<ResampledMetric> Metric::resampled(const ClusteredQueries& clustered) const
{
    return std::make_unique<RepeatingMetric>(*this, clustered);
}

ClusteredQueries clusterByUser(const Metric& metric, std::span<const ScoredQuery* const> queries)
{
    ClusteredQueries clustered;
    for (const ScoredQuery* query : queries)
        if (metric.uses(*query))
            clustered.queries.push_back(query);
    clustered.users.reserve(clustered.queries.size());
    for (const ScoredQuery* query : clustered.queries)
        clustered.users.push_back(query->user);
    std::ranges::sort(clustered.users);
    const auto repeated = std::ranges::unique(clustered.users);
    clustered.users.erase(repeated.begin(), repeated.end());
    clustered.cluster.reserve(clustered.queries.size());
    for (const ScoredQuery* query : clustered.queries) {
        const auto at = std::ranges::lower_bound(clustered.users, query->user);
        clustered.cluster.push_back(static_cast<std::uint32_t>(at - clustered.users.begin()));
    }
    return clustered;
}

std::vector<const ScoredQuery*> pointersTo(std::span<const ScoredQuery> queries)
{
    std::vector<const ScoredQuery*> pointers;
    pointers.reserve(queries.size());
    for (const ScoredQuery& query : queries)
        pointers.push_back(&query);
    return pointers;
}

} // namespace driftscope::metrics
