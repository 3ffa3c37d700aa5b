// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/baselines/baseline.h"
#include "core/data/userhistory.h"
#include "core/demonstrations/demonstrationedits.h"
#include "core/inference/scorer.h"
#include "core/prompt/answerset.h"
#include "core/prompt/leakcheck.h"
#include "core/prompt/promptbuilder.h"
#include "core/simulate/calibration.h"
#include "core/simulate/candidates.h"
#include "core/simulate/experiment.h"
#include "core/simulate/replay.h"
#include "core/tokenizer/tokenizer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// Everything of one query under one arm, up to the token ids: what the Probe shows and what the simulator scores.
struct ArmPrompts {
    prompt::PromptContext context; ///< demonstrations with reasons, history, what was dropped; of the first candidate
    std::vector<prompt::PromptContext> contexts; ///< one a candidate if each has its own; otherwise empty
    std::vector<prompt::Prompt> prompts; ///< one a candidate
    /// One a candidate, and then those whose scores calibration takes off: none, one, or one a candidate.
    std::vector<inference::TokenizedPrompt> tokenized;
    /// Scores that calibration takes off and that need no model: none, one, or one a candidate.
    std::vector<inference::PromptScore> priors;
    std::vector<prompt::Leak> leaks;
    std::string warning; ///< about the answers; empty = none
    /// Of buildEdited(), for the first candidate: the choice after the edits, before controls and token budget.
    demonstrations::EditedChoices edited;

    /// What the prompt of a candidate shows.
    [[nodiscard]] const prompt::PromptContext& contextOf(std::size_t candidate) const
    {
        return contexts.empty() ? context : contexts[candidate];
    }
    /// Scores of the candidates under the arm's rule.
    ///
    /// @param scores  of `tokenized`, in its order.
    [[nodiscard]] std::vector<double> scoresOf(const Arm& arm, std::span<const inference::PromptScore> scores) const;
};

/// An arm made ready: selector, template, answers bound to a dataset and a tokenizer; or a baseline bound to the
/// dataset. Immutable; threads may share it.
class PreparedArm
{
public:
    /// @param contextTokens  longest prompt of the checkpoint, answer included; a smaller budget of the experiment
    ///                       wins.
    /// @param sources  made already, for this dataset; what is missing is made but for item vectors. Without those the
    ///                 arm is ready, but build() fails if it needs them.
    /// @retval ErrorCode::UnknownName     no such scorer, selector or template.
    /// @retval ErrorCode::BadValue        an answer adds no token of its own.
    /// @retval ErrorCode::Inconsistent    the arm needs the truth of a planted dataset, and this is none.
    /// @retval ErrorCode::ContextTooLong  the budget leaves no room for a prompt.
    [[nodiscard]] static Result<PreparedArm> prepare(const Arm& arm, const Experiment& experiment,
                                                     const data::UserHistory& history,
                                                     std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                     std::int64_t contextTokens,
                                                     const demonstrations::SelectionSources& sources = {});

    /// What similarity and other users are looked up in, to share with other arms of the dataset.
    [[nodiscard]] const demonstrations::SelectionSources& sources() const { return m_sources; }
    /// Gives the item vectors of the loaded model (see embedTitles()), before anything is built.
    void setItemVectors(std::shared_ptr<const demonstrations::ItemVectors> vectors)
    {
        m_sources.vectors = std::move(vectors);
    }

    [[nodiscard]] const Arm& arm() const { return m_arm; }
    [[nodiscard]] const prompt::PromptTemplate& wording() const { return m_builder.wording(); }
    /// The answers as tokens that follow the cue, resolved once for all prompts of the arm.
    [[nodiscard]] const inference::AnswerTokens& answers() const { return *m_answers; }
    /// Longest prompt, its answer not counted.
    [[nodiscard]] std::size_t budgetTokens() const { return m_budgetTokens; }

    /// Trains the models of an arm's baseline, if it has any: before rank(), and not while another thread ranks.
    ///
    /// @param sequences  for baselines that are networks; null = there is none.
    /// @param isOpen     of each query: it will be ranked.
    /// Errors of baselines::Baseline::train().
    [[nodiscard]] Result<std::vector<baselines::DueUpdate>> train(std::span<const Query> queries,
                                                                  std::vector<bool> isOpen,
                                                                  const baselines::SequenceTrainer* sequences,
                                                                  const JobContext& context) const;

    /// Scores of the candidates by an arm's baseline; for arms that do not ask the model.
    [[nodiscard]] Result<std::vector<double>> rank(const data::Moment& moment,
                                                   std::span<const data::ItemIndex> candidates) const;

    /// Selects, words and tokenises the prompts of all candidates; for arms that ask the model.
    ///
    /// Text of the data is tokenised as plain text: a title cannot smuggle in a control token.
    ///
    /// @retval ErrorCode::ContextTooLong  instruction, target and cue alone do not fit.
    /// @retval ErrorCode::LeakFound       a prompt leaks and the experiment blocks leaks.
    /// @retval ErrorCode::BadArgument     the arm is ranked by a baseline.
    /// @retval ErrorCode::NotFound        the arm compares items by the model's embeddings, and there are none.
    [[nodiscard]] Result<ArmPrompts> build(const data::Moment& moment,
                                           std::span<const data::ItemIndex> candidates) const;

    /// The same with demonstrations given by the caller (edited in the Probe), their labels shown as given.
    [[nodiscard]] Result<ArmPrompts> build(const data::Moment& moment, std::span<const data::ItemIndex> candidates,
                                           std::vector<demonstrations::Demonstration> chosen) const;

    /// The same with edits made to what the selector chooses; ArmPrompts::edited tells what came of them.
    [[nodiscard]] Result<ArmPrompts> buildEdited(const data::Moment& moment,
                                                 std::span<const data::ItemIndex> candidates,
                                                 std::span<const demonstrations::DemonstrationEdit> edits) const;

    /// Prompts that show exactly this context: nothing is chosen, nothing cut to fit.
    ///
    /// @retval ErrorCode::LeakFound  as build().
    [[nodiscard]] Result<ArmPrompts> buildShown(const data::Moment& moment, std::span<const data::ItemIndex> candidates,
                                                const prompt::PromptContext& context) const;

    /// Score of a candidate from its answers' scores, before calibration.
    [[nodiscard]] double scoreOf(const inference::PromptScore& score) const;

private:
    PreparedArm(Arm arm, data::UserHistory history, prompt::PromptBuilder builder);

    static Result<PreparedArm> prepareBaseline(const Arm& arm, const Experiment& experiment,
                                               const data::UserHistory& history);
    using Demonstrations = std::vector<demonstrations::Demonstration>;
    /// The moments whose past histories and demonstrations show: the query's, or the same time in another user's life.
    struct ShownMoments {
        data::Moment history;
        data::Moment demonstrations;
    };
    [[nodiscard]] ShownMoments shownMoments(const data::Moment& moment) const;
    /// Some candidates that share a context, and all that are asked about.
    struct Asked {
        std::span<const data::ItemIndex> targets;
        std::span<const data::ItemIndex> all;
    };
    /// Builds all prompts, `makeContext(asked)` says what those show that share a context.
    template<typename MakeContext>
    [[nodiscard]] Result<ArmPrompts> buildContexts(const data::Moment& moment,
                                                   std::span<const data::ItemIndex> candidates,
                                                   MakeContext makeContext) const;
    [[nodiscard]] Result<> checkAsksModel() const;
    [[nodiscard]] Result<std::vector<demonstrations::Choice>> choose(const data::Moment& moment,
                                                                     const Asked& asked) const;
    /// Chosen ones with labels and histories as the arm's controls say.
    [[nodiscard]] Result<Demonstrations> dress(const data::Moment& moment, const Asked& asked,
                                               std::vector<demonstrations::Choice> choices) const;
    [[nodiscard]] Result<prompt::PromptContext> fitContext(const data::Moment& moment, const Asked& asked,
                                                           Demonstrations chosen) const;
    /// The same, its errors without user and moment.
    [[nodiscard]] Result<prompt::PromptContext> fitUnnamed(const data::Moment& moment, const Asked& asked,
                                                           Demonstrations chosen) const;
    void addPrompts(const data::Moment& moment, const Asked& asked, prompt::PromptContext context, ArmPrompts& built,
                    std::vector<inference::TokenizedPrompt>& contentFree) const;
    Result<> resolveAnswers();
    [[nodiscard]] std::vector<prompt::Leak> leaksOf(const prompt::Prompt& prompt, const ShownMoments& shown,
                                                    data::ItemIndex target) const;
    Result<> checkLeaks(const data::Moment& moment, const ArmPrompts& built) const;
    [[nodiscard]] inference::TokenizedPrompt tokenize(const prompt::Prompt& prompt) const;
    [[nodiscard]] std::string place(const data::Moment& moment) const;

    Arm m_arm;
    data::UserHistory m_history;
    prompt::PromptBuilder m_builder;
    std::shared_ptr<baselines::Baseline> m_baseline; ///< null for arms that ask the model
    std::shared_ptr<const demonstrations::DemonstrationSelector> m_selector;
    demonstrations::SelectionSources m_sources;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    std::shared_ptr<const inference::AnswerTokens> m_answers;
    std::string m_warning; ///< about the answers
    std::uint64_t m_seed = 0;
    std::size_t m_budgetTokens = 0;
    bool m_blocksLeaks = true;
};

/// The dataset's history under the experiment's label rule and tie policy.
///
/// @retval ErrorCode::BadValue  the label rule means nothing.
[[nodiscard]] Result<data::UserHistory> openHistory(const Experiment& experiment,
                                                    std::shared_ptr<const data::Dataset> dataset);

/// What prompts need of a checkpoint.
struct PromptModel {
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::int64_t contextTokens = 0;
};

/// An experiment bound to its data and tokenizer: queries, candidates, arms. Immutable; threads may share it.
struct PreparedExperiment {
    Experiment experiment;
    data::UserHistory history;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::vector<Query> queries;
    CandidateSampler candidates;
    std::vector<PreparedArm> arms;

    /// @param dataset        as experiment.dataset names it, already open.
    /// @param contextTokens  of the checkpoint.
    /// @param others         of the checkpoints that arms name, by that name; see Experiment::otherCheckpoints().
    /// @retval ErrorCode::NotFound  an arm's checkpoint is not among `others`.
    /// Errors of replayQueries() and PreparedArm::prepare().
    [[nodiscard]] static Result<PreparedExperiment> prepare(Experiment experiment,
                                                            std::shared_ptr<const data::Dataset> dataset,
                                                            std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                            std::int64_t contextTokens,
                                                            const std::map<std::string, PromptModel>& others = {});
    /// Gives the item vectors to all arms, before anything is built; see needsItemVectors() and embedTitles().
    void setItemVectors(const std::shared_ptr<const demonstrations::ItemVectors>& vectors);
};

} // namespace driftscope::simulate
