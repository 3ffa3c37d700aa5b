// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// The metrics folder computes ranking and pointwise metrics, series over simulated time and their intervals.
namespace driftscope::metrics {

/// One scored query, as plain rows: what all metrics work on. Either part may be missing.
struct ScoredQuery {
    std::uint32_t user = 0; ///< cluster of the bootstrap
    std::int64_t time = 0; ///< Unix seconds of the moment
    std::int64_t eventIndex = 0; ///< how many interactions the user had before the moment

    // pointwise: a label and a score
    bool isPointwise = false;
    bool label = false;
    double logOdds = 0; ///< score of the labelled item
    double probability = std::numeric_limits<double>::quiet_NaN(); ///< where given instead; NaN = sigmoid(logOdds)

    // ranking: scores of the candidates
    std::vector<double> scores; ///< empty = no ranking
    std::vector<std::uint32_t> relevant; ///< positions in `scores` of the relevant candidates
    std::uint32_t totalRelevant = 0; ///< relevant.size(), or more when some are not in the list
};

} // namespace driftscope::metrics
