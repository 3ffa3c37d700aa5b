// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace driftscope::inference {

/// A token that may come next.
struct NextToken {
    TokenId id = 0;
    double logit = 0;
    double probability = 0; ///< among the whole vocabulary
};

/// How to continue prompts.
struct GenerateOptions {
    std::int64_t maxTokens = 64; ///< per prompt, the stop token included
    double temperature = 0; ///< 0 = always the most likely token; otherwise logits are divided by it
    double topP = 1; ///< samples among the fewest tokens that together have this probability
    std::uint64_t seed = 1;
    std::vector<TokenId> stopTokens {}; ///< generation ends with one of them
};

/// Why a generation ended.
enum class GenerationEnd : std::uint8_t { StopToken, MaxTokens, ContextFull };

/// "stop", "length", "context".
[[nodiscard]] std::string_view generationEndName(GenerationEnd end);

/// The continuation of one prompt.
struct Generation {
    std::vector<TokenId> tokens; ///< the stop token, if one ended it, is the last
    GenerationEnd end = GenerationEnd::MaxTokens;
};

/// Hears each token as it is made. Called on the thread of generate().
using TokenCallback = std::function<void(std::size_t prompt, TokenId token)>;

/// How the hidden states of a text (after the last norm) become one vector.
enum class Pooling : std::uint8_t { Mean, Last };

/// "mean", "last".
[[nodiscard]] std::string_view poolingName(Pooling pooling);

/// A sequence of tokens: a prompt, or a text to embed.
using TokenSequence = std::vector<TokenId>;

/// What a language model can do beside scoring answers: name the next tokens, continue prompts, embed texts. What
/// sequences share is computed once.
///
/// All functions fail with
/// @retval ErrorCode::BadArgument     an empty sequence, a token id outside the vocabulary, or an option out of range.
/// @retval ErrorCode::ContextTooLong  a sequence does not fit; the message says which and by how many tokens.
/// @retval ErrorCode::OutOfMemory     not even one sequence fits.
/// @retval ErrorCode::Cancelled       stop was requested.
/// Threads   one call at a time.
class TextModel
{
public:
    virtual ~TextModel() = default;

    /// The `count` most likely next tokens after each prompt, the most likely first, equal ones by their id.
    ///
    /// @param context  Stop is honoured between layers.
    [[nodiscard]] virtual Result<std::vector<std::vector<NextToken>>>
    nextTokens(std::span<const TokenSequence> prompts, std::size_t count, const JobContext& context) = 0;

    /// Continues each prompt.
    ///
    /// The numbers that a prompt draws depend on the seed and its own tokens, so that it goes on in the same way
    /// whatever other prompts are asked for with it.
    /// @param heard    hears every token; may be empty.
    /// @param context  Stop is honoured between layers of the prompts and between tokens.
    [[nodiscard]] virtual Result<std::vector<Generation>> generate(std::span<const TokenSequence> prompts,
                                                                   const GenerateOptions& options,
                                                                   const TokenCallback& heard,
                                                                   const JobContext& context) = 0;

    /// One vector a text, of embeddingSize() numbers, not normalised.
    ///
    /// @param context  Stop is honoured between layers.
    [[nodiscard]] virtual Result<std::vector<std::vector<float>>> embed(std::span<const TokenSequence> texts,
                                                                        Pooling pooling, const JobContext& context) = 0;

    [[nodiscard]] virtual std::int64_t contextLength() const = 0;
    [[nodiscard]] virtual std::int64_t vocabularySize() const = 0;
    [[nodiscard]] virtual std::int64_t embeddingSize() const = 0;
};

/// The most likely tokens of a vocabulary's logits, as nextTokens() gives them.
[[nodiscard]] std::vector<NextToken> mostLikely(std::span<const float> logits, std::size_t count);

/// Draws a token.
///
/// @param number  uniform in [0, 1); tokens are laid out from the most likely to the least, equal ones by their id.
/// Source    top-p: Holtzman et al., arXiv 1904.09751.
[[nodiscard]] TokenId drawToken(std::span<const float> logits, const GenerateOptions& options, double number);

/// Checks token sequences as the functions of TextModel ask.
[[nodiscard]] Result<> checkSequences(std::span<const TokenSequence> sequences, std::int64_t vocabularySize,
                                      std::int64_t contextLength);

/// Checks that the options can be used.
///
/// @retval ErrorCode::BadArgument  the message names the option and its range.
[[nodiscard]] Result<> checkOptions(const GenerateOptions& options);

} // namespace driftscope::inference
