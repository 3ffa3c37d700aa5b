// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/metrics/scoredquery.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::metrics {

/// A metric's value, or why it has none.
struct MetricValue {
    std::optional<double> value {};
    std::string undefined {}; ///< reason, when there is no value ("only one class")
    std::size_t n = 0; ///< queries (or rows) it stands on
    std::size_t users = 0; ///< users it stands on
    std::size_t skippedUsers = 0; ///< users without both classes, for per-user metrics
};

/// Queries with the user of each as a dense cluster number, for the bootstrap over users.
struct ClusteredQueries {
    std::vector<const ScoredQuery*> queries;
    std::vector<std::uint32_t> cluster; ///< one a query, below `users.size()`
    std::vector<std::uint32_t> users; ///< user of each cluster, ascending

    [[nodiscard]] std::size_t clusters() const { return users.size(); }
};

/// A metric bound to fixed queries that can count each cluster any number of times: what the bootstrap asks for.
class ResampledMetric
{
public:
    virtual ~ResampledMetric() = default;
    /// The metric when cluster c counts `multiplicity[c]` times, each time as a user of its own; nothing if undefined.
    [[nodiscard]] virtual std::optional<double> value(std::span<const std::uint32_t> multiplicity) const = 0;
};

/// Computes one number from scored queries. Stateless; threads may share it.
///
/// A score that is not a number, or a relevant position outside its list, makes the metric undefined: it is never
/// ranked.
class Metric
{
public:
    virtual ~Metric() = default;
    /// True for metrics over the label of the moment's own item (AUC, ...), false for ranking metrics (HR, ...).
    [[nodiscard]] virtual bool isPointwise() const = 0;
    [[nodiscard]] virtual MetricValue compute(std::span<const ScoredQuery* const> queries) const = 0;
    /// True if larger is better.
    [[nodiscard]] virtual bool isHigherBetter() const { return true; }
    /// What a random ranker gets on these queries in expectation; nothing where that is not defined.
    [[nodiscard]] virtual std::optional<double> randomBaseline(std::span<const ScoredQuery* const>) const { return {}; }

    /// True if the metric looks at this query; the others are passed over and not counted.
    [[nodiscard]] virtual bool uses(const ScoredQuery& query) const;
    /// What the query contributes to a metric that is a mean over queries; nothing for other metrics, for queries that
    /// it does not use and for scores that are not numbers.
    [[nodiscard]] virtual std::optional<double> queryValue(const ScoredQuery&) const { return {}; }
    /// The metric on `clustered`, made ready for many resamples. The result uses the metric and `clustered` while it
    /// lives.
    ///
    /// This version repeats the queries and computes anew, which is right for any metric and slow.
    [[nodiscard]] virtual std::unique_ptr<ResampledMetric> resampled(const ClusteredQueries& clustered) const;
};

/// The queries that `metric` uses, with their users numbered.
[[nodiscard]] ClusteredQueries clusterByUser(const Metric& metric, std::span<const ScoredQuery* const> queries);

/// Pointers to all queries, as metrics take them. Valid while `queries` is.
[[nodiscard]] std::vector<const ScoredQuery*> pointersTo(std::span<const ScoredQuery> queries);

} // namespace driftscope::metrics
