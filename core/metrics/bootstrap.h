// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/metric.h"
#include "core/metrics/resampling.h"

#include <optional>
#include <span>

namespace driftscope::metrics {

/// Percentile interval of a metric, resampling whole users (cluster bootstrap), since the rows of a user are not
/// independent of each other.
///
/// Depends on the queries and the seed alone, not on their order.
/// @return Nothing with fewer than two users, without resamples, or if the metric is undefined on all queries.
/// Resamples on
///   which it is undefined (only one class drawn) are left out.
/// Source: Efron and Tibshirani 1993, percentile method; Field and Welsh 2007 for clusters; quantiles interpolate
/// linearly.
[[nodiscard]] std::optional<Interval> bootstrapInterval(const Metric& metric,
                                                        std::span<const ScoredQuery* const> queries,
                                                        const BootstrapOptions& options = {});

/// The difference of two arms on one metric.
struct DifferenceEstimate {
    std::optional<double> difference {}; ///< a - b over the common users; nothing if undefined for one of them
    std::optional<Interval> interval {};
    std::size_t users = 0; ///< common users
    std::string undefined {}; ///< why there is no difference
};

/// Difference a - b over the users that both have, with the same users resampled for both.
///
/// The caller gives both arms the same queries (say, those scored by both).
[[nodiscard]] DifferenceEstimate pairedDifference(const Metric& metric, std::span<const ScoredQuery* const> a,
                                                  std::span<const ScoredQuery* const> b,
                                                  const BootstrapOptions& options = {});

} // namespace driftscope::metrics
