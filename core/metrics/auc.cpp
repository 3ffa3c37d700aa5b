// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/auc.h"

#include "core/metrics/labelscore.h"

#include <algorithm>
#include <numeric>

namespace driftscope::metrics {

namespace {

/// Counts pairs while rows come in ascending order of score, in blocks of equal scores.
class PairCount
{
public:
    void add(bool label, double weight) { (label ? m_tiedPositives : m_tiedNegatives) += weight; }

    void endBlock()
    {
        m_pairs += m_tiedPositives * (m_negatives + m_tiedNegatives / 2);
        m_positives += m_tiedPositives;
        m_negatives += m_tiedNegatives;
        m_tiedPositives = 0;
        m_tiedNegatives = 0;
    }

    std::optional<double> auc() const
    {
        if (m_positives == 0 || m_negatives == 0)
            return {};
        return m_pairs / (m_positives * m_negatives);
    }

private:
    double m_pairs = 0;
    double m_positives = 0;
    double m_negatives = 0;
    double m_tiedPositives = 0;
    double m_tiedNegatives = 0;
};

/// Rows sorted once; a resample is one pass with the rows weighted.
class ResampledAuc : public ResampledMetric
{
public:
    ResampledAuc(const ClusteredQueries& clustered, const std::vector<double>& scores)
    {
        std::vector<std::size_t> order(scores.size());
        std::iota(order.begin(), order.end(), std::size_t {0});
        std::ranges::stable_sort(order, {}, [&scores](std::size_t i) { return scores[i]; });
        m_rows.reserve(order.size());
        for (std::size_t place = 0; place < order.size(); ++place) {
            const std::size_t i = order[place];
            const bool endsBlock = place + 1 == order.size() || scores[order[place + 1]] != scores[i];
            m_rows.push_back({clustered.cluster[i], clustered.queries[i]->label, endsBlock});
        }
    }

    std::optional<double> value(std::span<const std::uint32_t> multiplicity) const override
    {
        PairCount pairs;
        for (const Row& row : m_rows) {
            pairs.add(row.label, multiplicity[row.cluster]);
            if (row.endsBlock)
                pairs.endBlock();
        }
        return pairs.auc();
    }

private:
    struct Row {
        std::uint32_t cluster;
        bool label;
        bool endsBlock;
    };
    std::vector<Row> m_rows; ///< ascending by score
};

/// Stands for scores that cannot be ordered.
class NeverDefined : public ResampledMetric
{
public:
    std::optional<double> value(std::span<const std::uint32_t>) const override { return {}; }
};

} // namespace

std::optional<double> auc(std::vector<LabelledScore> rows)
{
    std::ranges::sort(rows, {}, &LabelledScore::score);
    PairCount pairs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        pairs.add(rows[i].label, 1);
        if (i + 1 == rows.size() || rows[i + 1].score != rows[i].score)
            pairs.endBlock();
    }
    return pairs.auc();
}

MetricValue AucMetric::compute(std::span<const ScoredQuery* const> queries) const
{
    const ClusteredQueries clustered = clusterByUser(*this, queries);
    MetricValue result {.n = clustered.queries.size(), .users = clustered.clusters()};
    const auto scores = orderingScores(clustered.queries);
    if (!scores) {
        result.undefined = "a score is not a number";
        return result;
    }
    std::vector<LabelledScore> rows;
    rows.reserve(scores->size());
    for (std::size_t i = 0; i < scores->size(); ++i)
        rows.push_back({(*scores)[i], clustered.queries[i]->label});
    result.value = auc(std::move(rows));
    if (!result.value)
        result.undefined = clustered.queries.empty() ? "no labelled rows" : "only one class";
    return result;
}

std::optional<double> AucMetric::randomBaseline(std::span<const ScoredQuery* const> queries) const
{
    if (!compute(queries).value)
        return {};
    return 0.5;
}

std::unique_ptr<ResampledMetric> AucMetric::resampled(const ClusteredQueries& clustered) const
{
    const auto scores = orderingScores(clustered.queries);
    if (!scores)
        return std::make_unique<NeverDefined>();
    return std::make_unique<ResampledAuc>(clustered, *scores);
}

} // namespace driftscope::metrics
