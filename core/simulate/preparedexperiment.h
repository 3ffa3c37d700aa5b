// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/inference/scorer.h"
#include "core/prompt/answerset.h"
#include "core/prompt/leakcheck.h"
#include "core/prompt/promptbuilder.h"
#include "core/simulate/candidates.h"
#include "core/simulate/experiment.h"
#include "core/simulate/replay.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <vector>

namespace driftscope::simulate {

/// Everything of one query under one arm, up to the token ids: what the Probe shows and what the simulator scores.
struct ArmPrompts {
    prompt::PromptContext context; ///< demonstrations with reasons, history, what was dropped
    std::vector<prompt::Prompt> prompts;                    ///< one a candidate
    std::vector<inference::TokenizedPrompt> tokenized;      ///< one a candidate
    std::vector<prompt::Leak> leaks;
    std::string warning; ///< about the answers; empty = none
};

/// An arm made ready: selector, template, answers bound to a dataset and a tokenizer. Immutable; threads may share it.
class PreparedArm {
public:
    /// @param contextTokens  longest prompt of the checkpoint, answer included; a smaller budget of the experiment wins.
    [[nodiscard]] static Result<PreparedArm> prepare(const Arm& arm, const Experiment& experiment,
                                                     const data::UserHistory& history,
                                                     std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                     std::int64_t contextTokens);

    [[nodiscard]] const Arm& arm() const { return m_arm; }

    /// Selects, words and tokenises the prompts of all candidates.
    ///
    /// @retval ErrorCode::ContextTooLong  instruction, target and cue alone do not fit.
    /// @retval ErrorCode::LeakFound       a prompt leaks and the experiment blocks leaks.
    [[nodiscard]] Result<ArmPrompts> build(const data::Moment& moment, std::span<const data::ItemIndex> candidates) const;

    /// The same with demonstrations given by the caller (edited in the Probe).
    [[nodiscard]] Result<ArmPrompts> build(const data::Moment& moment, std::span<const data::ItemIndex> candidates,
                                           std::vector<demonstrations::Demonstration> chosen) const;

    /// Score of a candidate from its answers' scores.
    [[nodiscard]] double scoreOf(const inference::PromptScore& score) const;

private:
    PreparedArm(Arm arm, data::UserHistory history, prompt::PromptBuilder builder);

    Arm m_arm;
    data::UserHistory m_history;
    prompt::PromptBuilder m_builder;
    std::shared_ptr<const demonstrations::DemonstrationSelector> m_selector;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    std::uint64_t m_seed = 0;
    std::size_t m_budgetTokens = 0;
    bool m_blocksLeaks = true;
};

/// An experiment bound to its data and tokenizer: queries, candidates, arms. Immutable; threads may share it.
struct PreparedExperiment {
    Experiment experiment;
    data::UserHistory history;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::vector<Query> queries;
    CandidateSampler candidates;
    std::vector<PreparedArm> arms;

    /// @param dataset  as experiment.dataset names it, already open.
    [[nodiscard]] static Result<PreparedExperiment> prepare(Experiment experiment,
                                                            std::shared_ptr<const data::Dataset> dataset,
                                                            std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                            std::int64_t contextTokens);
};

} // namespace driftscope::simulate
