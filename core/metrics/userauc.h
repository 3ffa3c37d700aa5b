// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/metric.h"

namespace driftscope::metrics {

/// Mean over users of each user's own AUC. Users whose rows are all of one class (also those with one row) are skipped
/// and counted in MetricValue::skippedUsers; `n` and `users` are what is left.
class UserAucMetric : public Metric
{
public:
    enum class Weighting : std::uint8_t {
        Equal, ///< UAUC: plain mean, as RecICL's reference code
        Positives ///< GAUC: weighted by the user's number of positives, as RecBole
    };

    explicit UserAucMetric(Weighting weighting);

    [[nodiscard]] bool isPointwise() const override { return true; }
    [[nodiscard]] MetricValue compute(std::span<const ScoredQuery* const> queries) const override;
    [[nodiscard]] std::optional<double> randomBaseline(std::span<const ScoredQuery* const> queries) const override;
    [[nodiscard]] std::unique_ptr<ResampledMetric> resampled(const ClusteredQueries& clustered) const override;

private:
    struct UserPart {
        std::size_t rows = 0;
        double weight = 0;
        std::optional<double> auc;
    };
    [[nodiscard]] std::optional<std::vector<UserPart>> partsOf(const ClusteredQueries& clustered) const;

    Weighting m_weighting;
};

} // namespace driftscope::metrics
