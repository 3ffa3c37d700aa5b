// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"

#include <map>

namespace driftscope::inference {

/// Several models behind one scorer: each call goes to the one that ScoreOptions::checkpoint names.
class RoutedScorer : public Scorer
{
public:
    /// @param main    asked where no checkpoint is named; it also says batch size, context length and description.
    /// @param others  by the name that options give.
    RoutedScorer(std::unique_ptr<Scorer> main, std::map<std::string, std::unique_ptr<Scorer>> others);

    /// Also ErrorCode::UnknownName: there is no model of the checkpoint's name.
    [[nodiscard]] Result<std::vector<PromptScore>>
    score(std::span<const TokenizedPrompt> prompts, const ScoreOptions& options, const JobContext& context) override;
    [[nodiscard]] std::int64_t contextLength() const override;
    [[nodiscard]] std::int64_t batchTokens() const override;
    /// Of all models together.
    [[nodiscard]] ScoringCost cost() const override;
    [[nodiscard]] std::string describe() const override;

private:
    std::unique_ptr<Scorer> m_main;
    std::map<std::string, std::unique_ptr<Scorer>> m_others;
};

} // namespace driftscope::inference
