// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/passes_p.h"
#include "core/metrics/auc.h"

#include <optional>

namespace driftscope::baselines {

namespace {

std::optional<double> aucOf(const std::vector<double>& scores, const std::vector<bool>& labels)
{
    std::vector<metrics::LabelledScore> rows;
    for (std::size_t i = 0; i < scores.size(); ++i)
        rows.push_back({scores[i], labels[i]});
    return metrics::auc(std::move(rows));
}

} // namespace

Result<> learn(PassLearner& learner, const std::vector<bool>& heldOutLabels, std::int64_t passes, std::int64_t patience,
               const JobContext& context)
{
    std::optional<double> best;
    std::int64_t bestPass = 0;
    for (std::int64_t number = 0; number < passes; ++number) {
        DRIFTSCOPE_CHECK(learner.pass(number, context));
        if (heldOutLabels.empty())
            continue;
        const auto auc = aucOf(learner.heldOutScores(), heldOutLabels);
        if (!auc)
            continue; // one label only
        if (!best || *auc > *best) {
            best = auc;
            bestPass = number;
            learner.keepAsBest();
        }
        if (number - bestPass >= patience)
            break;
    }
    if (best)
        learner.goBackToBest();
    return {};
}

data::InteractionIndex heldOutFrom(const data::Dataset& dataset, data::InteractionIndex end, SimTime time,
                                   std::int64_t days)
{
    const SimTime from = time - std::chrono::days(days);
    data::InteractionIndex first = end;
    while (days > 0 && first > 0 && dataset.time(first - 1) >= from)
        --first;
    return first;
}

std::vector<bool> labelsOf(const data::UserHistory& history, data::InteractionIndex begin, data::InteractionIndex end)
{
    std::vector<bool> labels;
    for (data::InteractionIndex i = begin; i < end; ++i)
        labels.push_back(history.isLiked(i));
    return labels;
}

} // namespace driftscope::baselines
