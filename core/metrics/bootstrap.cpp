// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/bootstrap.h"

#include <algorithm>
#include <iterator>

namespace driftscope::metrics {

namespace {

std::vector<const ScoredQuery*> ofUsers(const ClusteredQueries& clustered, const std::vector<std::uint32_t>& users)
{
    std::vector<const ScoredQuery*> kept;
    for (const ScoredQuery* query : clustered.queries)
        if (std::ranges::binary_search(users, query->user))
            kept.push_back(query);
    return kept;
}

} // namespace

std::optional<Interval> bootstrapInterval(const Metric& metric, std::span<const ScoredQuery* const> queries,
                                          const BootstrapOptions& options)
{
    const ClusteredQueries clustered = clusterByUser(metric, queries);
    if (clustered.clusters() < 2 || options.resamples < 1)
        return {};
    const auto resampled = metric.resampled(clustered);
    if (!resampled->value(std::vector<std::uint32_t>(clustered.clusters(), 1)))
        return {};
    UserDraws draws(clustered.clusters(), options.seed);
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(options.resamples));
    for (std::int64_t i = 0; i < options.resamples; ++i)
        if (const std::optional<double> value = resampled->value(draws.next()))
            values.push_back(*value);
    return percentileInterval(std::move(values), options.confidence);
}

DifferenceEstimate pairedDifference(const Metric& metric, std::span<const ScoredQuery* const> a,
                                    std::span<const ScoredQuery* const> b, const BootstrapOptions& options)
{
    const ClusteredQueries allOfA = clusterByUser(metric, a);
    const ClusteredQueries allOfB = clusterByUser(metric, b);
    std::vector<std::uint32_t> users;
    std::ranges::set_intersection(allOfA.users, allOfB.users, std::back_inserter(users));
    const ClusteredQueries ofA = clusterByUser(metric, ofUsers(allOfA, users));
    const ClusteredQueries ofB = clusterByUser(metric, ofUsers(allOfB, users));

    DifferenceEstimate result {.users = users.size()};
    const MetricValue valueOfA = metric.compute(ofA.queries);
    const MetricValue valueOfB = metric.compute(ofB.queries);
    if (!valueOfA.value || !valueOfB.value) {
        result.undefined = users.empty() ? "no common users" : valueOfA.undefined + valueOfB.undefined;
        if (!valueOfA.value && !valueOfB.value && !users.empty())
            result.undefined = valueOfA.undefined;
        return result;
    }
    result.difference = *valueOfA.value - *valueOfB.value;
    if (users.size() < 2 || options.resamples < 1)
        return result;
    const auto resampledA = metric.resampled(ofA);
    const auto resampledB = metric.resampled(ofB);
    UserDraws draws(users.size(), options.seed);
    std::vector<double> differences;
    differences.reserve(static_cast<std::size_t>(options.resamples));
    for (std::int64_t i = 0; i < options.resamples; ++i) {
        const auto multiplicity = draws.next();
        const std::optional<double> drawnA = resampledA->value(multiplicity);
        const std::optional<double> drawnB = resampledB->value(multiplicity);
        if (drawnA && drawnB)
            differences.push_back(*drawnA - *drawnB);
    }
    result.interval = percentileInterval(std::move(differences), options.confidence);
    return result;
}

} // namespace driftscope::metrics
