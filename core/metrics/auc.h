// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/metric.h"

namespace driftscope::metrics {

/// A labelled score.
struct LabelledScore {
    double score = 0;
    bool label = false;
};

/// Chance that a positive row scores above a negative one; equal scores count one half.
///
/// @return Nothing if only one class is there.
/// Source: Mann-Whitney's U over the number of pairs, with mid-ranks.
[[nodiscard]] std::optional<double> auc(std::vector<LabelledScore> rows);

/// AUC over all labelled rows, whoever the user.
class AucMetric : public Metric
{
public:
    [[nodiscard]] bool isPointwise() const override { return true; }
    [[nodiscard]] MetricValue compute(std::span<const ScoredQuery* const> queries) const override;
    [[nodiscard]] std::optional<double> randomBaseline(std::span<const ScoredQuery* const> queries) const override;
    [[nodiscard]] std::unique_ptr<ResampledMetric> resampled(const ClusteredQueries& clustered) const override;
};

} // namespace driftscope::metrics
