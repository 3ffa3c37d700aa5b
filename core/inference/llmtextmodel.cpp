// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/llmtextmodel.h"

#include "core/inference/activeadapters_p.h"
#include "core/inference/embedder_p.h"
#include "core/inference/generator_p.h"
#include "core/inference/sessionplan_p.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace driftscope::inference {

namespace {

constexpr std::size_t promptsAtOnce = 64; ///< whose logits of the whole vocabulary are in memory together

class LlmTextModel : public TextModel
{
public:
    LlmTextModel(std::shared_ptr<const LoadedModel> model, SessionOptions options)
        : m_model(std::move(model))
        , m_options(completed(options, *m_model))
        , m_scorer(makeScorer(m_model, m_options))
    {
        ActiveAdapters adapters(m_model);
        m_ready = adapters.choose(m_options.adapters).map([](bool) {});
        if (!m_ready)
            return;
        m_model = adapters.asModel();
        m_virtual.resize(static_cast<std::size_t>(adapters.virtualTokens()));
        std::iota(m_virtual.begin(), m_virtual.end(), static_cast<TokenId>(m_model->config().vocabularySize));
    }

    Result<std::vector<std::vector<NextToken>>> nextTokens(std::span<const TokenSequence> prompts, std::size_t count,
                                                           const JobContext& context) override
    {
        DRIFTSCOPE_CHECK(checkSequences(prompts, vocabularySize(), contextLength()));
        std::vector<std::vector<NextToken>> result;
        for (std::size_t begin = 0; begin < prompts.size(); begin += promptsAtOnce) {
            const auto some = asPrompts(prompts.subspan(begin, std::min(promptsAtOnce, prompts.size() - begin)));
            DRIFTSCOPE_TRY(const auto scores, m_scorer->score(some, {.fullLogits = true}, context));
            for (const PromptScore& score : scores)
                result.push_back(mostLikely(score.logits, count));
        }
        return result;
    }

    Result<std::vector<Generation>> generate(std::span<const TokenSequence> prompts, const GenerateOptions& options,
                                             const TokenCallback& heard, const JobContext& context) override
    {
        DRIFTSCOPE_CHECK(m_ready);
        DRIFTSCOPE_CHECK(checkOptions(options));
        DRIFTSCOPE_CHECK(checkSequences(prompts, vocabularySize(), contextLength()));
        const auto extended = withVirtualTokens(prompts);
        return Generator(m_model, m_options).run(extended.empty() ? prompts : extended, options, heard, context);
    }

    Result<std::vector<std::vector<float>>> embed(std::span<const TokenSequence> texts, Pooling pooling,
                                                  const JobContext& context) override
    {
        DRIFTSCOPE_CHECK(m_ready);
        DRIFTSCOPE_CHECK(checkSequences(texts, vocabularySize(), contextLength()));
        const auto extended = withVirtualTokens(texts);
        return Embedder(m_model, m_options)
            .run(extended.empty() ? texts : extended, pooling, m_virtual.size(), context);
    }

    [[nodiscard]] std::int64_t contextLength() const override { return m_scorer->contextLength(); }
    [[nodiscard]] std::int64_t vocabularySize() const override { return m_model->config().vocabularySize; }
    [[nodiscard]] std::int64_t embeddingSize() const override { return m_model->config().hiddenSize; }

private:
    // With the virtual tokens of an adapter before them; empty if there are none.
    [[nodiscard]] std::vector<TokenSequence> withVirtualTokens(std::span<const TokenSequence> sequences) const
    {
        std::vector<TokenSequence> extended;
        if (m_virtual.empty())
            return extended;
        for (const TokenSequence& sequence : sequences) {
            extended.push_back(m_virtual);
            extended.back().insert(extended.back().end(), sequence.begin(), sequence.end());
        }
        return extended;
    }

    std::shared_ptr<const LoadedModel> m_model; ///< with its adapters
    SessionOptions m_options;
    std::unique_ptr<Scorer> m_scorer;
    Result<> m_ready; ///< whether its adapters can be active
    TokenSequence m_virtual; ///< tokens of an adapter that stand before every sequence
};

} // namespace

std::unique_ptr<TextModel> makeTextModel(std::shared_ptr<const LoadedModel> model, SessionOptions options)
{
    return std::make_unique<LlmTextModel>(std::move(model), options);
}

} // namespace driftscope::inference
