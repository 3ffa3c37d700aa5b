// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/clustersums.h"
#include "core/metrics/tiedranking.h"

namespace driftscope::metrics {

/// The mean over lists of one measure of TiedRanking, cut at k (0 = the whole list).
///
/// Lists without any relevant item say nothing about a ranker and are passed over; lists whose relevant items are all
/// missing from the candidates count as 0.
class RankingMetric : public MeanMetric
{
public:
    using Measure = double (TiedRanking::*)(std::size_t) const;

    RankingMetric(Measure measure, std::size_t k);

    [[nodiscard]] bool isPointwise() const override { return false; }
    [[nodiscard]] bool uses(const ScoredQuery& query) const override;
    [[nodiscard]] std::optional<double> queryValue(const ScoredQuery& query) const override;
    [[nodiscard]] std::optional<double> randomBaseline(std::span<const ScoredQuery* const> queries) const override;

private:
    Measure m_measure;
    std::size_t m_k;
};

} // namespace driftscope::metrics
