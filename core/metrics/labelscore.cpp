// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/labelscore.h"

#include <algorithm>
#include <cmath>

namespace driftscope::metrics {

double sigmoid(double x)
{
    if (x >= 0)
        return 1 / (1 + std::exp(-x));
    const double power = std::exp(x);
    return power / (1 + power);
}

double logit(double p)
{
    return std::log(p) - std::log1p(-p);
}

double probabilityOf(const ScoredQuery& query)
{
    return std::isnan(query.probability) ? sigmoid(query.logOdds) : query.probability;
}

std::optional<std::vector<double>> orderingScores(std::span<const ScoredQuery* const> queries)
{
    // Probabilities are compared as they are, since two of them may share a rounded log-odds.
    const bool haveProbabilities =
        std::ranges::none_of(queries, [](const ScoredQuery* query) { return std::isnan(query->probability); });
    std::vector<double> scores;
    scores.reserve(queries.size());
    for (const ScoredQuery* query : queries) {
        if (haveProbabilities)
            scores.push_back(query->probability);
        else
            scores.push_back(std::isnan(query->probability) ? query->logOdds : logit(query->probability));
        if (std::isnan(scores.back()))
            return {};
    }
    return scores;
}

} // namespace driftscope::metrics
