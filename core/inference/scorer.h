// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The inference folder scores prompts with a language model; its public headers name no torch type.
namespace driftscope::inference {

using TokenId = std::int32_t;

/// The answers whose score is asked for after a prompt, as token sequences that continue it ("Yes" may be two tokens).
struct AnswerTokens {
    std::vector<std::vector<TokenId>> answers; ///< each at least one token

    [[nodiscard]] bool areSingleTokens() const;
};

/// A prompt to score. Prompts of one batch may have different answers; prompts that share leading tokens share work.
struct TokenizedPrompt {
    std::vector<TokenId> tokens; ///< at least one
    std::shared_ptr<const AnswerTokens> answers;
};

/// What else to compute beside the answers.
struct ScoreOptions {
    bool logNormalizer = false; ///< log-sum-exp over the vocabulary at the last position
    bool fullLogits = false; ///< all logits of the last position
    /// Names of the model's adapters to score with, in any order; nothing = those of the session.
    std::optional<std::vector<std::string>> adapters {};
    /// Which model to ask, of a RoutedScorer; empty = the first. Other scorers have one model only.
    std::string checkpoint {};
};

/// What the model says after one prompt.
struct PromptScore {
    /// Single-token answers: the logit of each at the last position. Otherwise: log-likelihood of each whole answer.
    std::vector<double> answers;
    bool areLogLikelihoods = false;
    std::optional<double> logNormalizer;
    std::vector<float> logits; ///< [vocabulary] or empty
    std::int64_t cachedTokens = 0; ///< leading tokens whose keys and values were kept from an earlier call
};

/// Cost of what was scored, for the run's cost table.
struct ScoringCost {
    std::int64_t promptTokens = 0; ///< tokens of all prompts
    std::int64_t computedTokens = 0; ///< tokens that went through the model after sharing
    std::int64_t peakBytes = 0; ///< weights + largest batch + what is kept of prompts, as far as known
    std::int64_t cachedTokens = 0; ///< tokens that were not computed again since their keys and values were kept
};

/// Scores batches of prompts.
class Scorer
{
public:
    virtual ~Scorer() = default;

    /// Scores of the prompts, in their order. The same prompt gives the same numbers in any batch and order (fp32:
    /// within 1e-4 of a forward of that prompt alone).
    ///
    /// @param context  Stop is honoured between layers.
    /// @retval ErrorCode::BadArgument     an empty prompt or a token id outside the vocabulary, or adapters that cannot
    ///                                    be active at once.
    /// @retval ErrorCode::UnknownName     the model has no adapter of this name.
    /// @retval ErrorCode::ContextTooLong  a prompt with its answer does not fit; the message says which, by how many.
    /// @retval ErrorCode::OutOfMemory     not even one prompt fits.
    /// @retval ErrorCode::Cancelled       stop was requested; nothing of this batch is kept.
    /// Threads   one call at a time.
    [[nodiscard]] virtual Result<std::vector<PromptScore>>
    score(std::span<const TokenizedPrompt> prompts, const ScoreOptions& options, const JobContext& context) = 0;
    /// Longest prompt, answer included.
    [[nodiscard]] virtual std::int64_t contextLength() const = 0;
    /// Number of tokens that one batch should hold for good speed on this device.
    [[nodiscard]] virtual std::int64_t batchTokens() const = 0;
    /// Sum over all calls so far.
    [[nodiscard]] virtual ScoringCost cost() const = 0;
    /// "cpu, 2 threads, fp32"
    [[nodiscard]] virtual std::string describe() const = 0;
};

} // namespace driftscope::inference
