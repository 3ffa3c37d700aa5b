// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/clustersums.h"

namespace driftscope::metrics {

/// Mean of -ln(probability of the label), with probabilities clipped to [1e-15, 1 - 1e-15].
class LogLossMetric : public MeanMetric
{
public:
    [[nodiscard]] bool isPointwise() const override { return true; }
    [[nodiscard]] bool isHigherBetter() const override { return false; }
    [[nodiscard]] std::optional<double> queryValue(const ScoredQuery& query) const override;
};

/// Expected calibration error: bins of equal width over [0, 1], (lo, hi] with 0 in the first;
/// sum over bins of n_b / N * |mean label - mean probability|.
///
/// Source: Guo et al. 2017, equation 3; bin edges as scikit-learn's calibration_curve has them.
class CalibrationErrorMetric : public Metric
{
public:
    explicit CalibrationErrorMetric(std::size_t bins);

    [[nodiscard]] bool isPointwise() const override { return true; }
    [[nodiscard]] bool isHigherBetter() const override { return false; }
    [[nodiscard]] MetricValue compute(std::span<const ScoredQuery* const> queries) const override;
    [[nodiscard]] std::unique_ptr<ResampledMetric> resampled(const ClusteredQueries& clustered) const override;

private:
    std::vector<double> m_innerEdges; ///< ascending, bins - 1
};

/// One bar of a reliability diagram.
struct CalibrationBin {
    double low = 0;
    double high = 0;
    std::size_t n = 0;
    double meanProbability = 0; ///< 0 where n is 0
    double meanLabel = 0;
};

/// The bins behind CalibrationErrorMetric, empty ones included. Rows without a probability are left out.
[[nodiscard]] std::vector<CalibrationBin> calibrationBins(std::span<const ScoredQuery* const> queries,
                                                          std::size_t bins);

} // namespace driftscope::metrics
