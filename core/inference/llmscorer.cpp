// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/llmscorer.h"

#include "core/inference/activeadapters_p.h"
#include "core/inference/halving_p.h"
#include "core/inference/loadedmodel_p.h"
#include "core/inference/prefixcache_p.h"
#include "core/inference/promptbatch_p.h"
#include "core/inference/promptcheck.h"
#include "core/inference/sessionplan_p.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace driftscope::inference {

namespace {

class LlmScorer : public Scorer
{
public:
    LlmScorer(std::shared_ptr<const LoadedModel> model, SessionOptions options)
        : m_model(std::move(model))
        , m_options(completed(options, *m_model))
        , m_adapters(m_model)
        , m_cache(options.sharePrefixes ? options.cacheBytes : 0,
                  network::kvBytes(config(), m_model->parts().weights.computeType, 1))
    {
        m_cost.peakBytes = m_model->weightBytes();
        m_ready = m_adapters.choose(m_options.adapters).map([](bool) {});
        m_sessionTokens = m_adapters.virtualTokens();
    }

    Result<std::vector<PromptScore>> score(std::span<const TokenizedPrompt> prompts, const ScoreOptions& options,
                                           const JobContext& context) override
    {
        DRIFTSCOPE_CHECK(chooseAdapters(options));
        DRIFTSCOPE_CHECK(
            checkPrompts(prompts, config().vocabularySize, config().contextLength - m_adapters.virtualTokens()));
        const std::vector<TokenizedPrompt> extended = withVirtualTokens(prompts);
        const std::span<const TokenizedPrompt> sequences = extended.empty() ? prompts : extended;
        std::vector<PromptScore> scores(prompts.size());
        ScoringCost cost = m_cost; // of a batch that was stopped nothing is kept, its cost included
        for (const PlannedBatch& batch : planSession(sequences, m_options, config()))
            DRIFTSCOPE_CHECK(scoreIndices(batch.prompts, sequences, options, context, {scores, cost, m_cache.isOn()}));
        for (const TokenizedPrompt& prompt : prompts)
            cost.promptTokens += static_cast<std::int64_t>(prompt.tokens.size());
        m_cost = cost;
        return scores;
    }

    [[nodiscard]] std::int64_t contextLength() const override { return config().contextLength - m_sessionTokens; }
    [[nodiscard]] std::int64_t batchTokens() const override { return m_options.batchTokens; }
    [[nodiscard]] ScoringCost cost() const override { return m_cost; }
    [[nodiscard]] std::string describe() const override
    {
        return m_model->device() + ", " + nameOf(m_model->precision());
    }

private:
    struct Output {
        std::vector<PromptScore>& scores;
        ScoringCost& cost;
        bool usesCache = false;
    };

    [[nodiscard]] const checkpoint::ModelConfig& config() const { return m_model->config(); }

    // What is kept of other prompts was computed with other adapters.
    Result<> chooseAdapters(const ScoreOptions& options)
    {
        if (!options.adapters && !m_ready)
            return m_ready;
        DRIFTSCOPE_TRY(const bool isOther, m_adapters.choose(options.adapters ? options.adapters : m_options.adapters));
        if (isOther)
            m_cache.clear();
        return {};
    }

    // The prompts with the active adapter's virtual tokens before them; empty if there are none.
    [[nodiscard]] std::vector<TokenizedPrompt> withVirtualTokens(std::span<const TokenizedPrompt> prompts) const
    {
        std::vector<TokenizedPrompt> extended;
        if (m_adapters.virtualTokens() == 0)
            return extended;
        std::vector<TokenId> added(static_cast<std::size_t>(m_adapters.virtualTokens()));
        std::iota(added.begin(), added.end(), static_cast<TokenId>(config().vocabularySize));
        for (const TokenizedPrompt& prompt : prompts) {
            extended.push_back({added, prompt.answers});
            extended.back().tokens.insert(extended.back().tokens.end(), prompt.tokens.begin(), prompt.tokens.end());
        }
        return extended;
    }

    Result<> scoreIndices(std::span<const std::size_t> indices, std::span<const TokenizedPrompt> prompts,
                          const ScoreOptions& options, const JobContext& context, Output output)
    {
        return runInHalves(
            indices,
            [&](std::span<const std::size_t> some) {
                auto outcome = scoreSome(some, prompts, options, context, output);
                if (outcome || outcome.error().code != ErrorCode::OutOfMemory || !output.usesCache)
                    return outcome;
                m_cache.clear(); // keeping less comes before computing in parts
                output.usesCache = false;
                return scoreSome(some, prompts, options, context, output);
            },
            [&](std::size_t index) {
                const PromptBatch alone = packed({&prompts[index]}, options, output.usesCache);
                return tooLargePrompt(index, prompts.size(), alone.rows(), tokensThatFit(alone.rows()));
            });
    }

    Result<> scoreSome(std::span<const std::size_t> indices, std::span<const TokenizedPrompt> prompts,
                       const ScoreOptions& options, const JobContext& context, const Output& output)
    {
        std::vector<const TokenizedPrompt*> chosen;
        for (const std::size_t index : indices)
            chosen.push_back(&prompts[index]);
        const PromptBatch batch = packed(std::move(chosen), options, output.usesCache);
        DRIFTSCOPE_TRY(auto scored, scoreBatch(batch, context));
        for (std::size_t i = 0; i < indices.size(); ++i)
            output.scores[indices[i]] = std::move(scored[i]);
        output.cost.computedTokens += batch.rows();
        output.cost.cachedTokens += batch.cachedTokens();
        output.cost.peakBytes =
            std::max(output.cost.peakBytes,
                     m_model->weightBytes() + m_cache.bytes() + network::activationBytes(config(), batch.rows()));
        return {};
    }

    [[nodiscard]] PromptBatch packed(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options,
                                     bool usesCache)
    {
        // Beyond the original context, keys depend on the length of their prompt in some checkpoints.
        const std::int64_t lengthClass = lengthClassOf(*prompts.front(), config());
        if (usesCache && lengthClass == 0)
            return {std::move(prompts), options, m_cache};
        return {std::move(prompts), options, m_options.sharePrefixes, lengthClass};
    }

    [[nodiscard]] std::int64_t bytesOf(const PromptBatch& batch) const
    {
        return network::activationBytes(config(), batch.rows()) + batch.keptTokens() * m_cache.bytesPerToken();
    }

    // What is kept of the batch comes into the cache when all of it is done.
    Result<std::vector<PromptScore>> scoreBatch(const PromptBatch& batch, const JobContext& context)
    {
        return network::guarded("Scoring", [&]() -> Result<std::vector<PromptScore>> {
            if (bytesOf(batch) > memoryLimit())
                return fail(ErrorCode::OutOfMemory, "The batch does not fit into the free memory.");
            const c10::InferenceMode inference;
            const network::DecoderWeights& weights = m_adapters.weights();
            m_cache.makeRoom(batch.keptTokens() * m_cache.bytesPerToken());
            DRIFTSCOPE_TRY(network::DecoderRun run, network::runDecoderKeeping(weights, batch.packed(), context));
            auto scores = batch.readScores(weights, std::move(run.hidden));
            DRIFTSCOPE_CHECK(m_model->checkUnchanged()); // weights in a mapped file change with it
            batch.keep(run.kept, m_cache);
            return scores;
        });
    }

    // Beside the weights and what the cache holds.
    [[nodiscard]] std::int64_t memoryLimit() const
    {
        const std::int64_t cached = m_options.memoryLimitBytes > 0 ? m_cache.bytes() : 0; // free bytes exclude it
        return inference::memoryLimit(m_options, *m_model) - cached;
    }

    // Of a prompt of this many tokens.
    [[nodiscard]] std::int64_t tokensThatFit(std::int64_t tokens) const
    {
        std::int64_t fits = 0;
        for (std::int64_t step = tokens; step > 0; step /= 2) {
            if (network::activationBytes(config(), fits + step) <= memoryLimit())
                fits += step;
        }
        return fits;
    }

    std::shared_ptr<const LoadedModel> m_model;
    SessionOptions m_options;
    ActiveAdapters m_adapters;
    Result<> m_ready; ///< whether the session's own adapters can be active
    std::int64_t m_sessionTokens = 0; ///< virtual tokens of the session's adapters
    PrefixCache m_cache;
    ScoringCost m_cost;
};

} // namespace

std::unique_ptr<Scorer> makeScorer(std::shared_ptr<const LoadedModel> model, SessionOptions options)
{
    return std::make_unique<LlmScorer>(std::move(model), options);
}

} // namespace driftscope::inference
