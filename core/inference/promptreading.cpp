// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/promptreading.h"

#include <cmath>
#include <span>

namespace driftscope::inference {

Result<PromptReading> readPrompt(Scorer& scorer, const TokenizedPrompt& prompt, std::size_t count,
                                 const JobContext& context)
{
    ScoreOptions options;
    options.logNormalizer = true;
    options.fullLogits = true;
    DRIFTSCOPE_TRY(const auto scores, scorer.score(std::span(&prompt, 1), options, context));
    const PromptScore& score = scores.front();
    PromptReading reading;
    reading.next = mostLikely(score.logits, count);
    for (const double answer : score.answers)
        reading.answers.push_back(std::exp(score.areLogLikelihoods ? answer : answer - *score.logNormalizer));
    reading.firstOfTwo = 1 / (1 + std::exp(score.answers[1] - score.answers[0]));
    return reading;
}

} // namespace driftscope::inference
