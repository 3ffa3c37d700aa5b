// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/calibration.h"

#include "core/metrics/labelscore.h"

#include <algorithm>
#include <cmath>

namespace driftscope::metrics {

namespace {

std::vector<double> innerEdges(std::size_t bins)
{
    const double width = 1.0 / static_cast<double>(bins);
    std::vector<double> edges;
    for (std::size_t i = 1; i < bins; ++i)
        edges.push_back(static_cast<double>(i) * width);
    return edges;
}

std::size_t binOf(double probability, const std::vector<double>& edges)
{
    return static_cast<std::size_t>(std::ranges::lower_bound(edges, probability) - edges.begin());
}

/// Rows with their bin and how far the label is from the probability.
class ResampledCalibration : public ResampledMetric
{
public:
    ResampledCalibration(const ClusteredQueries& clustered, const std::vector<double>& edges)
        : m_bins(edges.size() + 1)
    {
        m_rows.reserve(clustered.queries.size());
        for (std::size_t i = 0; i < clustered.queries.size(); ++i) {
            const double probability = probabilityOf(*clustered.queries[i]);
            m_isDefined = m_isDefined && !std::isnan(probability);
            const double gap = (clustered.queries[i]->label ? 1.0 : 0.0) - probability;
            m_rows.push_back({clustered.cluster[i], binOf(probability, edges), gap});
        }
    }

    std::optional<double> value(std::span<const std::uint32_t> multiplicity) const override
    {
        std::vector<double> gaps(m_bins, 0.0);
        double n = 0;
        for (const Row& row : m_rows) {
            gaps[row.bin] += multiplicity[row.cluster] * row.gap;
            n += multiplicity[row.cluster];
        }
        if (n == 0 || !m_isDefined)
            return {};
        double sum = 0;
        for (const double gap : gaps)
            sum += std::abs(gap);
        return sum / n;
    }

private:
    struct Row {
        std::uint32_t cluster;
        std::size_t bin;
        double gap; ///< label - probability
    };
    std::size_t m_bins;
    std::vector<Row> m_rows;
    bool m_isDefined = true;
};

} // namespace

std::optional<double> LogLossMetric::queryValue(const ScoredQuery& query) const
{
    constexpr double clip = 1e-15;
    const double probability = probabilityOf(query);
    if (!uses(query) || std::isnan(probability))
        return {};
    const double clipped = std::clamp(probability, clip, 1 - clip);
    return query.label ? -std::log(clipped) : -std::log1p(-clipped);
}

CalibrationErrorMetric::CalibrationErrorMetric(std::size_t bins)
    : m_innerEdges(innerEdges(std::max<std::size_t>(bins, 1)))
{
}

MetricValue CalibrationErrorMetric::compute(std::span<const ScoredQuery* const> queries) const
{
    const ClusteredQueries clustered = clusterByUser(*this, queries);
    MetricValue result {.n = clustered.queries.size(), .users = clustered.clusters()};
    const std::vector<std::uint32_t> once(clustered.clusters(), 1);
    result.value = resampled(clustered)->value(once);
    if (!result.value)
        result.undefined = clustered.queries.empty() ? "no labelled rows" : "a score is not a number";
    return result;
}

std::unique_ptr<ResampledMetric> CalibrationErrorMetric::resampled(const ClusteredQueries& clustered) const
{
    return std::make_unique<ResampledCalibration>(clustered, m_innerEdges);
}

std::vector<CalibrationBin> calibrationBins(std::span<const ScoredQuery* const> queries, std::size_t bins)
{
    bins = std::max<std::size_t>(bins, 1);
    const std::vector<double> edges = innerEdges(bins);
    std::vector<CalibrationBin> result(bins);
    for (std::size_t i = 0; i < bins; ++i) {
        result[i].low = i == 0 ? 0 : edges[i - 1];
        result[i].high = i + 1 == bins ? 1 : edges[i];
    }
    for (const ScoredQuery* query : queries) {
        const double probability = probabilityOf(*query);
        if (!query->isPointwise || std::isnan(probability))
            continue;
        CalibrationBin& bin = result[binOf(probability, edges)];
        ++bin.n;
        bin.meanProbability += probability;
        bin.meanLabel += query->label ? 1 : 0;
    }
    for (CalibrationBin& bin : result) {
        if (bin.n == 0)
            continue;
        bin.meanProbability /= static_cast<double>(bin.n);
        bin.meanLabel /= static_cast<double>(bin.n);
    }
    return result;
}

} // namespace driftscope::metrics
