// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/clustersums.h"

#include <limits>

namespace driftscope::metrics {

ClusterSums::ClusterSums(std::size_t clusters)
    : m_parts(clusters)
{
}

void ClusterSums::add(std::size_t cluster, double sum, double weight)
{
    m_parts[cluster].sum += sum;
    m_parts[cluster].weight += weight;
}

std::optional<double> ClusterSums::value(std::span<const std::uint32_t> multiplicity) const
{
    double sum = 0;
    double weight = 0;
    for (std::size_t c = 0; c < m_parts.size(); ++c) {
        sum += multiplicity[c] * m_parts[c].sum;
        weight += multiplicity[c] * m_parts[c].weight;
    }
    if (!(weight > 0) || sum != sum)
        return {};
    return sum / weight;
}

MetricValue MeanMetric::compute(std::span<const ScoredQuery* const> queries) const
{
    const ClusteredQueries clustered = clusterByUser(*this, queries);
    MetricValue result {.n = clustered.queries.size(), .users = clustered.clusters()};
    double sum = 0;
    for (const ScoredQuery* query : clustered.queries) {
        const std::optional<double> value = queryValue(*query);
        if (!value) {
            result.undefined = "a score is not a number";
            return result;
        }
        sum += *value;
    }
    if (clustered.queries.empty())
        result.undefined = isPointwise() ? "no labelled rows" : "no list with a relevant item";
    else
        result.value = sum / static_cast<double>(clustered.queries.size());
    return result;
}

std::unique_ptr<ResampledMetric> MeanMetric::resampled(const ClusteredQueries& clustered) const
{
    auto sums = std::make_unique<ClusterSums>(clustered.clusters());
    for (std::size_t i = 0; i < clustered.queries.size(); ++i) {
        const double value = queryValue(*clustered.queries[i]).value_or(std::numeric_limits<double>::quiet_NaN());
        sums->add(clustered.cluster[i], value, 1);
    }
    return sums;
}

} // namespace driftscope::metrics
