// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/preparedexperiment.h"
#include "ui/focus/focus.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

/// The Probe's work on the inference thread: builds and scores the prompts of one moment by the same calls as a run.
namespace driftscope::ui {

/// An arm as it is looked through.
struct ProbeQuestion {
    simulate::Arm arm;
    std::vector<demonstrations::DemonstrationEdit> edits;
    OpenCheckpoint checkpoint; ///< that the arm asks
    std::shared_ptr<const LoadedEngine> engine; ///< null while no model is loaded
};

/// What was computed for earlier questions and may serve again; of the inference thread alone.
struct ProbeKept {
    std::shared_ptr<const data::Dataset> dataset; ///< whose titles the vectors are of
    std::shared_ptr<const LoadedEngine> embedder; ///< by whose model
    std::shared_ptr<const demonstrations::ItemVectors> vectors;
    /// Of models that arms name beside the one in focus; the last two.
    std::vector<std::pair<std::shared_ptr<const LoadedEngine>, std::unique_ptr<inference::Scorer>>> scorers;

    /// The scorer of a model that is not the one in focus.
    [[nodiscard]] inference::Scorer& scorerOf(const std::shared_ptr<const LoadedEngine>& engine);
};

/// What a request needs, copied so that the worker never looks at the window.
struct ProbeRequest {
    simulate::Experiment experiment;
    std::shared_ptr<const data::UserHistory> history;
    data::InteractionIndex moment = 0;
    ProbeQuestion question;
    std::optional<ProbeQuestion> compared; ///< another arm at the same moment
    std::shared_ptr<const LoadedEngine> engine; ///< in focus: whose scorer the inference thread has
    std::shared_ptr<ProbeKept> kept;
};

/// One moment of one user under one arm, as far as it is worked out.
struct ProbeAnswer {
    data::InteractionIndex moment = 0;
    data::Moment when;
    ProbeQuestion question;
    std::shared_ptr<const simulate::PreparedArm> arm; ///< made ready, for more questions about the same
    simulate::Candidates candidates;
    simulate::ArmPrompts built; ///< without prompts if a baseline ranks
    std::size_t budgetTokens = 0;
    std::vector<inference::PromptScore> answers; ///< of built.tokenized; empty for a baseline
    std::vector<double> scores; ///< one a candidate; empty while there is no model or it has not answered
    double seconds = 0; ///< of scoring

    [[nodiscard]] bool isScored() const { return !scores.empty(); }
    /// P(positive) of a candidate; nothing if it was not asked.
    [[nodiscard]] std::optional<double> positive(std::size_t candidate) const;
};

using AnswerPointer = std::shared_ptr<const ProbeAnswer>;

/// Who hears what comes of a request, in this order; called on the inference thread.
struct ProbeListener {
    std::function<void(AnswerPointer)> prompts; ///< they are built
    std::function<void(AnswerPointer)> scores; ///< and scored
    std::function<void(AnswerPointer, const Error&)> compared; ///< the other arm, or null and why not
    std::function<void(const Error&)> problem; ///< nothing more comes
};

/// Answers a request; says nothing more once it is stopped, since a newer one has come. On the inference thread.
///
/// @param scorer  of the model in focus; null while none is loaded.
void answerRequest(const ProbeRequest& request, inference::Scorer* scorer, const JobContext& context,
                   const ProbeListener& listener);

/// How the scorer of the focus is asked for an arm.
[[nodiscard]] inference::ScoreOptions scoreOptionsOf(const simulate::Experiment& experiment, const simulate::Arm& arm);

/// True if there is what scores it: a model, or the arm needs none.
[[nodiscard]] bool canScore(const ProbeQuestion& question);

/// The same answers under another rule of scoring.
[[nodiscard]] ProbeAnswer rescored(ProbeAnswer answer, simulate::ScoreKind score);

} // namespace driftscope::ui
