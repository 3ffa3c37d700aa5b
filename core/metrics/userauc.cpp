// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/userauc.h"

#include "core/metrics/auc.h"
#include "core/metrics/clustersums.h"
#include "core/metrics/labelscore.h"

#include <limits>

namespace driftscope::metrics {

UserAucMetric::UserAucMetric(Weighting weighting)
    : m_weighting(weighting)
{
}

std::optional<std::vector<UserAucMetric::UserPart>> UserAucMetric::partsOf(const ClusteredQueries& clustered) const
{
    const auto scores = orderingScores(clustered.queries);
    if (!scores)
        return {};
    std::vector<std::vector<LabelledScore>> rows(clustered.clusters());
    std::vector<UserPart> parts(clustered.clusters());
    for (std::size_t i = 0; i < scores->size(); ++i) {
        const std::uint32_t user = clustered.cluster[i];
        rows[user].push_back({(*scores)[i], clustered.queries[i]->label});
        if (m_weighting == Weighting::Positives)
            parts[user].weight += clustered.queries[i]->label ? 1 : 0;
        else
            parts[user].weight = 1;
    }
    for (std::size_t user = 0; user < parts.size(); ++user) {
        parts[user].rows = rows[user].size();
        parts[user].auc = auc(std::move(rows[user]));
    }
    return parts;
}

MetricValue UserAucMetric::compute(std::span<const ScoredQuery* const> queries) const
{
    const ClusteredQueries clustered = clusterByUser(*this, queries);
    MetricValue result;
    const auto parts = partsOf(clustered);
    if (!parts) {
        result.undefined = "a score is not a number";
        return result;
    }
    double sum = 0;
    double weight = 0;
    for (const UserPart& part : *parts) {
        if (!part.auc) {
            ++result.skippedUsers;
            continue;
        }
        result.n += part.rows;
        ++result.users;
        sum += part.weight * *part.auc;
        weight += part.weight;
    }
    if (result.users > 0)
        result.value = sum / weight;
    else
        result.undefined = clustered.queries.empty() ? "no labelled rows" : "no user has both classes";
    return result;
}

std::optional<double> UserAucMetric::randomBaseline(std::span<const ScoredQuery* const> queries) const
{
    if (!compute(queries).value)
        return {};
    return 0.5;
}

std::unique_ptr<ResampledMetric> UserAucMetric::resampled(const ClusteredQueries& clustered) const
{
    auto sums = std::make_unique<ClusterSums>(clustered.clusters());
    const auto parts = partsOf(clustered);
    for (std::size_t user = 0; user < clustered.clusters(); ++user) {
        if (!parts)
            sums->add(user, std::numeric_limits<double>::quiet_NaN(), 1);
        else if ((*parts)[user].auc)
            sums->add(user, (*parts)[user].weight * *(*parts)[user].auc, (*parts)[user].weight);
    }
    return sums;
}

} // namespace driftscope::metrics
