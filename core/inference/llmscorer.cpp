// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/llmscorer.h"

#include "core/inference/batchplan.h"
#include "core/inference/loadedmodel_p.h"
#include "core/inference/promptbatch_p.h"
#include "core/inference/promptcheck.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <utility>

namespace driftscope::inference {

namespace {

constexpr std::int64_t cpuBatchTokens = 2048;
constexpr std::int64_t cudaBatchTokens = 16'384;

class LlmScorer : public Scorer
{
public:
    LlmScorer(std::shared_ptr<const LoadedModel> model, SessionOptions options)
        : m_model(std::move(model))
        , m_options(options)
    {
        if (m_options.batchTokens <= 0)
            m_options.batchTokens = m_model->parts().device.isCuda() ? cudaBatchTokens : cpuBatchTokens;
        m_cost.peakBytes = m_model->weightBytes();
    }

    Result<std::vector<PromptScore>> score(std::span<const TokenizedPrompt> prompts, const ScoreOptions& options,
                                           const JobContext& context) override
    {
        DRIFTSCOPE_CHECK(checkPrompts(prompts, config().vocabularySize, config().contextLength));
        std::vector<PromptScore> scores(prompts.size());
        ScoringCost cost = m_cost; // of a batch that was stopped nothing is kept, its cost included
        for (const PlannedBatch& batch : planBatches(prompts, m_options.batchTokens, m_options.sharePrefixes))
            DRIFTSCOPE_CHECK(scoreIndices(batch.prompts, prompts, options, context, {scores, cost}));
        for (const TokenizedPrompt& prompt : prompts)
            cost.promptTokens += static_cast<std::int64_t>(prompt.tokens.size());
        m_cost = cost;
        return scores;
    }

    [[nodiscard]] std::int64_t contextLength() const override { return config().contextLength; }
    [[nodiscard]] std::int64_t batchTokens() const override { return m_options.batchTokens; }
    [[nodiscard]] ScoringCost cost() const override { return m_cost; }
    [[nodiscard]] std::string describe() const override
    {
        return m_model->device() + (m_model->precision() == Precision::Bf16 ? ", bf16" : ", fp32");
    }

private:
    struct Output {
        std::vector<PromptScore>& scores;
        ScoringCost& cost;
    };

    [[nodiscard]] const checkpoint::ModelConfig& config() const { return m_model->config(); }

    // Where memory is short, the two halves are tried one after the other.
    Result<> scoreIndices(std::span<const std::size_t> indices, std::span<const TokenizedPrompt> prompts,
                          const ScoreOptions& options, const JobContext& context, Output output)
    {
        std::vector<const TokenizedPrompt*> chosen;
        for (const std::size_t index : indices)
            chosen.push_back(&prompts[index]);
        const PromptBatch batch(std::move(chosen), options, m_options.sharePrefixes);
        auto scored = scoreBatch(batch, context);
        if (!scored && scored.error().code == ErrorCode::OutOfMemory) {
            if (indices.size() == 1)
                return tooLarge(indices.front(), batch.rows(), prompts.size());
            const std::size_t half = (indices.size() + 1) / 2;
            DRIFTSCOPE_CHECK(scoreIndices(indices.first(half), prompts, options, context, output));
            return scoreIndices(indices.subspan(half), prompts, options, context, output);
        }
        if (!scored)
            return failFrom(scored);
        for (std::size_t i = 0; i < indices.size(); ++i)
            output.scores[indices[i]] = std::move((*scored)[i]);
        output.cost.computedTokens += batch.rows();
        output.cost.peakBytes =
            std::max(output.cost.peakBytes, m_model->weightBytes() + network::activationBytes(config(), batch.rows()));
        return {};
    }

    Result<std::vector<PromptScore>> scoreBatch(const PromptBatch& batch, const JobContext& context)
    {
        return network::guarded("Scoring", [&]() -> Result<std::vector<PromptScore>> {
            if (network::activationBytes(config(), batch.rows()) > memoryLimit())
                return fail(ErrorCode::OutOfMemory, "The batch does not fit into the free memory.");
            const c10::InferenceMode inference;
            const network::DecoderWeights& weights = m_model->parts().weights;
            DRIFTSCOPE_TRY(at::Tensor hidden, network::runDecoder(weights, batch.packed(), context));
            return batch.readScores(weights, std::move(hidden));
        });
    }

    [[nodiscard]] std::int64_t memoryLimit() const
    {
        if (m_options.memoryLimitBytes > 0)
            return m_options.memoryLimitBytes;
        return m_model->parts().device.freeBytes();
    }

    [[nodiscard]] tl::unexpected<Error> tooLarge(std::size_t index, std::int64_t tokens, std::size_t count) const
    {
        std::int64_t fits = 0;
        for (std::int64_t step = tokens; step > 0; step /= 2) {
            if (network::activationBytes(config(), fits + step) <= memoryLimit())
                fits += step;
        }
        return fail(ErrorCode::OutOfMemory,
                    "prompt " + std::to_string(index + 1) + " of " + std::to_string(count) + " with "
                        + std::to_string(tokens) + " tokens does not fit into the free memory; about "
                        + std::to_string(std::min(fits, tokens - 1)) + " tokens would.");
    }

    std::shared_ptr<const LoadedModel> m_model;
    SessionOptions m_options;
    ScoringCost m_cost;
};

} // namespace

std::unique_ptr<Scorer> makeScorer(std::shared_ptr<const LoadedModel> model, SessionOptions options)
{
    return std::make_unique<LlmScorer>(std::move(model), options);
}

} // namespace driftscope::inference
