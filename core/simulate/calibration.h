// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstration.h"
#include "core/inference/scorer.h"
#include "core/simulate/arm.h"

#include <cstddef>
#include <span>
#include <vector>

namespace driftscope::simulate {

/// Score of a prompt from its answers' scores: the positive one stands first.
[[nodiscard]] double scoreOf(ScoreKind kind, const inference::PromptScore& score);

/// What the labels that demonstrations show say by themselves: log-probabilities of the answers, by how often each
/// occurs, one added to both counts. Without demonstrations both are the same.
[[nodiscard]] inference::PromptScore labelPrior(std::span<const demonstrations::Demonstration> shown);

/// Scores of candidates less those of their references, if there are any: one for all candidates, or one a candidate.
/// One for all moves all scores of a query alike: it changes what compares queries (AUC, log loss, calibration), never
/// a ranking.
///
/// @param scores      of the candidates, and then of content-free prompts, if those are the references.
/// @param candidates  how many of them are candidates'.
/// @param priors      the references, if they are no prompts' scores.
[[nodiscard]] std::vector<double> calibratedScores(ScoreKind kind, std::span<const inference::PromptScore> scores,
                                                   std::size_t candidates,
                                                   std::span<const inference::PromptScore> priors);

} // namespace driftscope::simulate
