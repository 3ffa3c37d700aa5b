// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/textmodel.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace driftscope::inference {

namespace {

/// Orders tokens by their logits, the largest first and equal ones by id.
struct MoreLikely {
    std::span<const float> logits;

    bool operator()(TokenId a, TokenId b) const
    {
        const float logitA = logits[static_cast<std::size_t>(a)];
        const float logitB = logits[static_cast<std::size_t>(b)];
        return logitA != logitB ? logitA > logitB : a < b;
    }
};

std::vector<TokenId> allTokens(std::size_t count)
{
    std::vector<TokenId> tokens(count);
    std::iota(tokens.begin(), tokens.end(), TokenId {0});
    return tokens;
}

// exp((logit - largest) / temperature) of each token.
std::vector<double> weightsOf(std::span<const float> logits, double temperature)
{
    const double largest = static_cast<double>(*std::ranges::max_element(logits));
    std::vector<double> weights(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i)
        weights[i] = std::exp((static_cast<double>(logits[i]) - largest) / temperature);
    return weights;
}

} // namespace

std::string_view generationEndName(GenerationEnd end)
{
    switch (end) {
    case GenerationEnd::StopToken:
        return "stop";
    case GenerationEnd::ContextFull:
        return "context";
    default:
        return "length";
    }
}

std::string_view poolingName(Pooling pooling)
{
    return pooling == Pooling::Mean ? "mean" : "last";
}

std::vector<NextToken> mostLikely(std::span<const float> logits, std::size_t count)
{
    std::vector<TokenId> tokens = allTokens(logits.size());
    count = std::min(count, tokens.size());
    std::ranges::partial_sort(tokens, tokens.begin() + static_cast<std::ptrdiff_t>(count), MoreLikely {logits});
    const std::vector<double> weights = weightsOf(logits, 1);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<NextToken> result;
    for (std::size_t i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(tokens[i]);
        result.push_back({tokens[i], static_cast<double>(logits[index]), weights[index] / sum});
    }
    return result;
}

TokenId drawToken(std::span<const float> logits, const GenerateOptions& options, double number)
{
    std::vector<TokenId> tokens = allTokens(logits.size());
    if (options.temperature <= 0)
        return *std::ranges::min_element(tokens, MoreLikely {logits});
    std::ranges::sort(tokens, MoreLikely {logits});
    const std::vector<double> weights = weightsOf(logits, options.temperature);
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    double kept = 0;
    std::size_t count = 0;
    while (count < tokens.size() && (count == 0 || kept < options.topP * all))
        kept += weights[static_cast<std::size_t>(tokens[count++])];
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += weights[static_cast<std::size_t>(tokens[i])];
        if (number * kept < sum)
            return tokens[i];
    }
    return tokens[count - 1];
}

Result<> checkSequences(std::span<const TokenSequence> sequences, std::int64_t vocabularySize,
                        std::int64_t contextLength)
{
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const std::string where = "sequence " + std::to_string(i + 1) + " of " + std::to_string(sequences.size());
        const auto length = static_cast<std::int64_t>(sequences[i].size());
        if (length == 0)
            return fail(ErrorCode::BadArgument, where + " has no tokens; give it at least one.");
        const auto bad = std::ranges::find_if(sequences[i], [&](TokenId id) { return id < 0 || id >= vocabularySize; });
        if (bad != sequences[i].end())
            return fail(ErrorCode::BadArgument,
                        where + ": the token id " + std::to_string(*bad) + " is not in the vocabulary of "
                            + std::to_string(vocabularySize) + "; was another tokenizer used?");
        if (length > contextLength)
            return fail(ErrorCode::ContextTooLong,
                        where + " has " + std::to_string(length) + " tokens, " + std::to_string(length - contextLength)
                            + " more than the model's context of " + std::to_string(contextLength) + "; shorten it.");
    }
    return {};
}

Result<> checkOptions(const GenerateOptions& options)
{
    if (options.maxTokens < 1)
        return fail(ErrorCode::BadArgument, "The most tokens to generate must be at least 1.");
    if (!(options.temperature >= 0) || !std::isfinite(options.temperature))
        return fail(ErrorCode::BadArgument, "The temperature must be 0 (always the most likely token) or more.");
    if (!(options.topP > 0) || options.topP > 1)
        return fail(ErrorCode::BadArgument, "top-p must be above 0 and at most 1 (all tokens).");
    return {};
}

} // namespace driftscope::inference
