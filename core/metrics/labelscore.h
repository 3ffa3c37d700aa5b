// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/scoredquery.h"

#include <optional>
#include <span>
#include <vector>

namespace driftscope::metrics {

/// 1 / (1 + exp(-x)) without overflow.
[[nodiscard]] double sigmoid(double x);
/// log(p / (1 - p)); infinite at 0 and 1.
[[nodiscard]] double logit(double p);

/// Probability of the labelled item: as given, or the sigmoid of its log-odds. NaN if neither is a number.
[[nodiscard]] double probabilityOf(const ScoredQuery& query);

/// Scores that order the labelled items: probabilities where all have one, else log-odds. Nothing if one is not a
/// number.
[[nodiscard]] std::optional<std::vector<double>> orderingScores(std::span<const ScoredQuery* const> queries);

} // namespace driftscope::metrics
