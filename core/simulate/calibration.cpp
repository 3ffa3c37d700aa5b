// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/calibration.h"

#include <cmath>

namespace driftscope::simulate {

double scoreOf(ScoreKind kind, const inference::PromptScore& score)
{
    if (kind == ScoreKind::PositiveLogit)
        return score.answers[0];
    return score.answers[0] - score.answers[1];
}

inference::PromptScore labelPrior(std::span<const demonstrations::Demonstration> shown)
{
    double liked = 1;
    double disliked = 1;
    for (const auto& demonstration : shown)
        (demonstration.isLiked ? liked : disliked) += 1;
    inference::PromptScore prior;
    prior.answers = {std::log(liked / (liked + disliked)), std::log(disliked / (liked + disliked))};
    prior.areLogLikelihoods = true;
    return prior;
}

std::vector<double> calibratedScores(ScoreKind kind, std::span<const inference::PromptScore> scores,
                                     std::size_t candidates, std::span<const inference::PromptScore> priors)
{
    const auto references = priors.empty() ? scores.subspan(candidates) : priors;
    std::vector<double> calibrated;
    calibrated.reserve(candidates);
    for (std::size_t i = 0; i < candidates; ++i) {
        const double reference = references.empty() ? 0 : scoreOf(kind, references[references.size() == 1 ? 0 : i]);
        calibrated.push_back(scoreOf(kind, scores[i]) - reference);
    }
    return calibrated;
}

} // namespace driftscope::simulate
