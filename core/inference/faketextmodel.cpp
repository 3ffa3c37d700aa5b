// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/faketextmodel.h"

#include "core/base/random.h"
#include "core/inference/generationstate.h"

#include <utility>

namespace driftscope::inference {

FakeTextModel::FakeTextModel(std::uint64_t seed, std::int64_t contextLength, std::int64_t vocabularySize)
    : m_scorer(seed, contextLength + 1, vocabularySize)
    , m_seed(seed)
    , m_contextLength(contextLength)
    , m_vocabularySize(vocabularySize)
{
}

Result<std::vector<float>> FakeTextModel::logitsAfter(const TokenSequence& prompt, const JobContext& context)
{
    const TokenizedPrompt tokenized {prompt, std::make_shared<const AnswerTokens>()};
    DRIFTSCOPE_TRY(auto scores, m_scorer.score({&tokenized, 1}, {.fullLogits = true}, context));
    return std::move(scores.front().logits);
}

Result<std::vector<std::vector<NextToken>>> FakeTextModel::nextTokens(std::span<const TokenSequence> prompts,
                                                                      std::size_t count, const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkSequences(prompts, m_vocabularySize, m_contextLength));
    std::vector<std::vector<NextToken>> result;
    for (const TokenSequence& prompt : prompts) {
        DRIFTSCOPE_TRY(const auto logits, logitsAfter(prompt, context));
        result.push_back(mostLikely(logits, count));
    }
    return result;
}

Result<std::vector<Generation>> FakeTextModel::generate(std::span<const TokenSequence> prompts,
                                                        const GenerateOptions& options, const TokenCallback& heard,
                                                        const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkOptions(options));
    DRIFTSCOPE_CHECK(checkSequences(prompts, m_vocabularySize, m_contextLength));
    std::vector<Generation> result;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        TokenSequence tokens = prompts[p];
        GenerationState state(tokens, options, m_contextLength);
        while (!state.isEnded()) {
            DRIFTSCOPE_TRY(const auto logits, logitsAfter(tokens, context));
            tokens.push_back(state.draw(logits));
            if (heard)
                heard(p, tokens.back());
        }
        result.push_back(state.result());
    }
    return result;
}

Result<std::vector<std::vector<float>>> FakeTextModel::embed(std::span<const TokenSequence> texts, Pooling pooling,
                                                             const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkSequences(texts, m_vocabularySize, m_contextLength));
    std::vector<std::vector<float>> result;
    for (const TokenSequence& text : texts) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Embedding was stopped.");
        std::vector<float> sum(static_cast<std::size_t>(embeddingSize()));
        const std::size_t first = pooling == Pooling::Last ? text.size() - 1 : 0;
        for (std::size_t i = first; i < text.size(); ++i) {
            RandomStream random(m_seed, "embedding", {static_cast<std::uint64_t>(text[i])});
            for (float& value : sum)
                value += static_cast<float>((random.uniform() - 0.5) / static_cast<double>(text.size() - first));
        }
        result.push_back(std::move(sum));
    }
    return result;
}

} // namespace driftscope::inference
