// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"
#include "core/inference/textmodel.h"

#include <cstddef>
#include <vector>

namespace driftscope::inference {

/// What a model says after a text.
struct PromptReading {
    std::vector<NextToken> next; ///< as TextModel::nextTokens()
    /// Probability of each answer among everything that could follow, in the order of the prompt's answers.
    std::vector<double> answers;
    /// The first answer's probability among the first two alone: what a ranking is made of; not calibrated.
    double firstOfTwo = 0;
};

/// Next tokens and answers after one prompt, from one pass of the model.
///
/// @param prompt  with two answers.
/// @param count   how many next tokens to name.
/// Errors of Scorer::score().
[[nodiscard]] Result<PromptReading> readPrompt(Scorer& scorer, const TokenizedPrompt& prompt, std::size_t count,
                                               const JobContext& context);

} // namespace driftscope::inference
