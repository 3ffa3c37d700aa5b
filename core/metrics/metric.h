// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/metrics/scoredquery.h"

#include <optional>
#include <span>
#include <string>

namespace driftscope::metrics {

/// A metric's value, or why it has none.
struct MetricValue {
    std::optional<double> value;
    std::string undefined;     ///< reason, when there is no value ("only one class")
    std::size_t n = 0;         ///< queries (or rows) it stands on
    std::size_t users = 0;     ///< users it stands on
    std::size_t skippedUsers = 0; ///< users without both classes, for per-user metrics
};

/// Computes one number from scored queries. Stateless; threads may share it.
class Metric {
public:
    virtual ~Metric() = default;
    /// True for metrics over the label of the moment's own item (AUC, ...), false for ranking metrics (HR, ...).
    [[nodiscard]] virtual bool isPointwise() const = 0;
    [[nodiscard]] virtual MetricValue compute(std::span<const ScoredQuery* const> queries) const = 0;
    /// True if larger is better.
    [[nodiscard]] virtual bool isHigherBetter() const { return true; }
    /// What a random ranker gets on these queries in expectation; nothing where that is not defined.
    [[nodiscard]] virtual std::optional<double> randomBaseline(std::span<const ScoredQuery* const>) const { return {}; }
};

} // namespace driftscope::metrics
