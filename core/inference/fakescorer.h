// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"

namespace driftscope::inference {

/// A seeded, instant scorer: each answer's score is a hash of the prompt's tokens and the answer. For tests without
/// torch and for trying out the window.
class FakeScorer : public Scorer
{
public:
    explicit FakeScorer(std::uint64_t seed = 1, std::int64_t contextLength = 8192, std::int64_t vocabularySize = 512);

    [[nodiscard]] Result<std::vector<PromptScore>>
    score(std::span<const TokenizedPrompt> prompts, const ScoreOptions& options, const JobContext& context) override;
    [[nodiscard]] std::int64_t contextLength() const override { return m_contextLength; }
    [[nodiscard]] std::int64_t batchTokens() const override { return 4096; }
    [[nodiscard]] ScoringCost cost() const override { return m_cost; }
    [[nodiscard]] std::string describe() const override { return "fake scorer"; }

private:
    std::uint64_t m_seed;
    std::int64_t m_contextLength;
    std::int64_t m_vocabularySize;
    ScoringCost m_cost;
};

} // namespace driftscope::inference
