// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/metric.h"

namespace driftscope::metrics {

/// A metric of the form sum / weight, with what each cluster adds to both: a resample costs one pass over the clusters.
class ClusterSums : public ResampledMetric
{
public:
    explicit ClusterSums(std::size_t clusters);

    void add(std::size_t cluster, double sum, double weight);
    [[nodiscard]] std::optional<double> value(std::span<const std::uint32_t> multiplicity) const override;

private:
    struct Part {
        double sum = 0;
        double weight = 0;
    };
    std::vector<Part> m_parts;
};

/// A metric that is the mean of queryValue() over the queries it uses.
class MeanMetric : public Metric
{
public:
    [[nodiscard]] MetricValue compute(std::span<const ScoredQuery* const> queries) const override;
    [[nodiscard]] std::unique_ptr<ResampledMetric> resampled(const ClusteredQueries& clustered) const override;
};

} // namespace driftscope::metrics
