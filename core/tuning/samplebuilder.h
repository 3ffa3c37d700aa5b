// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/simulate/preparedexperiment.h"
#include "core/tuning/tuningplan.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::tuning {

/// The loss looks at what the model says after token `position`: its token there should be `target`.
struct LossTerm {
    std::int64_t position = 0;
    inference::TokenId target = 0;
    bool isAnswer = false; ///< else text
};

/// One prompt with its answers, as tokens.
struct TuningSample {
    std::vector<inference::TokenId> tokens; ///< without what follows the last position that carries loss
    std::vector<LossTerm> terms; ///< by position; answers as the stage asks, text where the stage weighs it
    std::int64_t cue = 0; ///< position after which the query's answer stands
    std::array<inference::TokenId, 2> answers {}; ///< first token of the positive and of the negative answer
    bool isLiked = false;
};

/// One dataset of a plan with its moments sorted out and its prompts made ready.
struct PreparedSource {
    data::UserHistory history;
    std::vector<data::InteractionIndex> training; ///< moments that samples may come from
    std::vector<data::InteractionIndex> validation;
    std::vector<std::vector<simulate::PreparedArm>> arms; ///< [stage][recipe]; empty where the stage has other data
};

/// What the moments of a dataset are kept apart into; see TuningSplit. Neither list holds an interaction at or after
/// the cut, or of a user held out for the test.
struct SplitMoments {
    std::vector<data::InteractionIndex> training;
    std::vector<data::InteractionIndex> validation;
};
[[nodiscard]] SplitMoments splitMoments(const data::UserHistory& history, const TuningSplit& split, std::uint64_t seed);

/// Draws samples: the same (seed, step, place in the step) gives the same sample, in whatever order they are asked for.
class SampleBuilder
{
public:
    /// Opens all datasets of the plan.
    ///
    /// @param contextTokens  of the model.
    /// @retval ErrorCode::NoEligibleQuery  a dataset leaves nothing to train on or nothing to validate with.
    /// Errors of the dataset readers and of PreparedArm::prepare().
    [[nodiscard]] static Result<SampleBuilder> open(const TuningPlan& plan,
                                                    std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                    std::int64_t contextTokens, const JobContext& context);

    /// Sample `index` of step `step` (both from 0). Threads may share the builder.
    [[nodiscard]] Result<TuningSample> training(std::int64_t step, std::int64_t index) const;
    /// Sample `index` for measuring, worded as the last stage does; its terms are the last answer alone.
    [[nodiscard]] Result<TuningSample> validation(std::int64_t index) const;
    /// The prompt of a stage's training sample and its answer as text.
    [[nodiscard]] Result<std::string> text(std::size_t stage, RandomStream& random) const;

private:
    /// Where a sample comes from.
    struct Draw {
        std::size_t stage = 0;
        std::size_t source = 0; ///< in m_sources
        std::size_t recipe = 0;
        data::InteractionIndex interaction = 0;
        bool isFlipped = false;
    };

    [[nodiscard]] Draw draw(std::size_t stage, RandomStream& random, bool isValidation) const;
    [[nodiscard]] Result<TuningSample> build(const Draw& draw, AnswerLoss answerLoss, double textLoss) const;

    TuningPlan m_plan;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    std::vector<PreparedSource> m_sources;
    std::vector<std::vector<std::size_t>> m_sourcesOfStage; ///< [stage] -> indices into m_sources
};

/// Texts of the prompts that the first samples of the plan's stages would show, answers included: what a new vocabulary
/// is learned from.
[[nodiscard]] Result<std::vector<std::string>> sampleTexts(const TuningPlan& plan, std::size_t count,
                                                           const JobContext& context);

} // namespace driftscope::tuning
