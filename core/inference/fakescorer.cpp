// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/fakescorer.h"

#include "core/inference/promptcheck.h"

#include <algorithm>
#include <cmath>

namespace driftscope::inference {

namespace {

// The finaliser of SplitMix64: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t value)
{
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::uint64_t extend(std::uint64_t state, TokenId token)
{
    return mix(state ^ static_cast<std::uint64_t>(static_cast<std::uint32_t>(token)));
}

/// What a made-up model says after a token sequence: a logit in [-4, 4) for each next token.
class FakeLogits
{
public:
    FakeLogits(std::uint64_t state, std::int64_t vocabularySize)
        : m_state(state)
        , m_vocabularySize(vocabularySize)
    {
    }

    [[nodiscard]] double logit(TokenId token) const
    {
        return static_cast<double>(extend(m_state, token) >> 11) * 0x1p-53 * 8 - 4;
    }

    [[nodiscard]] double logNormalizer() const
    {
        double sum = 0;
        for (std::int64_t token = 0; token < m_vocabularySize; ++token)
            sum += std::exp(logit(static_cast<TokenId>(token)));
        return std::log(sum);
    }

    [[nodiscard]] std::vector<float> all() const
    {
        std::vector<float> logits(static_cast<std::size_t>(m_vocabularySize));
        for (std::size_t token = 0; token < logits.size(); ++token)
            logits[token] = static_cast<float>(logit(static_cast<TokenId>(token)));
        return logits;
    }

    [[nodiscard]] double logLikelihood(std::span<const TokenId> answer) const
    {
        FakeLogits next = *this;
        double sum = 0;
        for (const TokenId token : answer) {
            sum += next.logit(token) - next.logNormalizer();
            next.m_state = extend(next.m_state, token);
        }
        return sum;
    }

private:
    std::uint64_t m_state;
    std::int64_t m_vocabularySize;
};

PromptScore scoreOne(const FakeLogits& logits, const AnswerTokens& answers, const ScoreOptions& options)
{
    PromptScore score;
    score.areLogLikelihoods = !answers.areSingleTokens();
    for (const auto& answer : answers.answers)
        score.answers.push_back(score.areLogLikelihoods ? logits.logLikelihood(answer) : logits.logit(answer.front()));
    if (options.logNormalizer)
        score.logNormalizer = logits.logNormalizer();
    if (options.fullLogits)
        score.logits = logits.all();
    return score;
}

} // namespace

FakeScorer::FakeScorer(std::uint64_t seed, std::int64_t contextLength, std::int64_t vocabularySize)
    : m_seed(seed)
    , m_contextLength(contextLength)
    , m_vocabularySize(vocabularySize)
{
}

Result<std::vector<PromptScore>> FakeScorer::score(std::span<const TokenizedPrompt> prompts,
                                                   const ScoreOptions& options, const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkPrompts(prompts, m_vocabularySize, m_contextLength));
    std::vector<PromptScore> scores;
    scores.reserve(prompts.size());
    ScoringCost cost = m_cost;
    for (const TokenizedPrompt& prompt : prompts) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Scoring was stopped.");
        std::uint64_t state = mix(m_seed);
        for (const TokenId token : prompt.tokens)
            state = extend(state, token);
        scores.push_back(scoreOne(FakeLogits(state, m_vocabularySize), *prompt.answers, options));
        cost.promptTokens += static_cast<std::int64_t>(prompt.tokens.size());
    }
    cost.computedTokens = cost.promptTokens;
    m_cost = cost;
    return scores;
}

} // namespace driftscope::inference
