// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/halving_p.h"
#include "core/inference/promptcheck.h"
#include "core/inference/torchscriptmodel.h"
#include "core/inference/torchscriptmodel_p.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace driftscope::inference {

namespace {

constexpr std::int64_t cpuTokens = 1024;
constexpr std::int64_t cudaTokens = 8192;

/// A row of a batch: a prompt alone, or with one of its answers of several tokens (but for the answer's last token).
struct Row {
    std::size_t prompt = 0;
    std::optional<std::size_t> answer;
    std::vector<TokenId> tokens;
};

void appendRows(const TokenizedPrompt& prompt, std::size_t index, const ScoreOptions& options, std::vector<Row>& rows)
{
    const auto& answers = prompt.answers->answers;
    const bool readsPrompt = options.logNormalizer || options.fullLogits || answers.empty()
        || std::ranges::any_of(answers, [](const auto& answer) { return answer.size() == 1; });
    if (readsPrompt)
        rows.push_back({index, std::nullopt, prompt.tokens});
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].size() == 1)
            continue;
        Row row {index, i, prompt.tokens};
        row.tokens.insert(row.tokens.end(), answers[i].begin(), answers[i].end() - 1);
        rows.push_back(std::move(row));
    }
}

class TorchScriptScorer : public Scorer
{
public:
    TorchScriptScorer(std::shared_ptr<const TorchScriptModel> model, SessionOptions options)
        : m_model(std::move(model))
        , m_options(options)
    {
        if (m_options.batchTokens <= 0)
            m_options.batchTokens = m_model->parts().device.isCuda() ? cudaTokens : cpuTokens;
        m_cost.peakBytes = m_model->weightBytes();
    }

    Result<std::vector<PromptScore>> score(std::span<const TokenizedPrompt> prompts, const ScoreOptions& options,
                                           const JobContext& context) override
    {
        DRIFTSCOPE_CHECK(checkPrompts(prompts, m_model->vocabularySize(), contextLength()));
        std::vector<Row> rows;
        for (std::size_t i = 0; i < prompts.size(); ++i)
            appendRows(prompts[i], i, options, rows);
        // Longest first: rows of one length meet, so that little is padded, and memory runs short at once or never.
        std::ranges::stable_sort(rows, std::ranges::greater(), [](const Row& row) { return row.tokens.size(); });
        Call call {prompts, options, context, emptyScores(prompts), m_cost};
        for (std::span<const Row> rest = rows; !rest.empty();) {
            const auto length = static_cast<std::int64_t>(rest.front().tokens.size());
            const auto fits = static_cast<std::size_t>(std::max<std::int64_t>(1, m_options.batchTokens / length));
            const auto batch = rest.first(std::min(fits, rest.size()));
            DRIFTSCOPE_CHECK(scoreRows(batch, call));
            rest = rest.subspan(batch.size());
        }
        for (const TokenizedPrompt& prompt : prompts)
            call.cost.promptTokens += static_cast<std::int64_t>(prompt.tokens.size());
        m_cost = call.cost;
        return std::move(call.scores);
    }

    [[nodiscard]] std::int64_t contextLength() const override { return m_model->contextLength(); }
    [[nodiscard]] std::int64_t batchTokens() const override { return m_options.batchTokens; }
    [[nodiscard]] ScoringCost cost() const override { return m_cost; }
    [[nodiscard]] std::string describe() const override { return m_model->device() + ", TorchScript"; }

private:
    /// What one call of score() works on.
    struct Call {
        std::span<const TokenizedPrompt> prompts;
        const ScoreOptions& options;
        const JobContext& context;
        std::vector<PromptScore> scores;
        ScoringCost cost;
    };

    static std::vector<PromptScore> emptyScores(std::span<const TokenizedPrompt> prompts)
    {
        std::vector<PromptScore> scores(prompts.size());
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            scores[i].answers.resize(prompts[i].answers->answers.size());
            scores[i].areLogLikelihoods = !prompts[i].answers->areSingleTokens();
        }
        return scores;
    }

    Result<> scoreRows(std::span<const Row> rows, Call& call)
    {
        return runInHalves(
            rows, [&](std::span<const Row> some) { return scoreBatch(some, call); },
            [&](const Row& row) {
                return tooLargePrompt(row.prompt, call.prompts.size(), std::ssize(row.tokens),
                                      memoryLimit() / bytesOf(1));
            });
    }

    Result<> scoreBatch(std::span<const Row> rows, Call& call)
    {
        if (call.context.isStopped())
            return fail(ErrorCode::Cancelled, "Scoring was stopped.");
        const auto tokens = static_cast<std::int64_t>(rows.size() * rows.front().tokens.size()); // padded
        return network::guarded("Scoring", [&]() -> Result<> {
            if (bytesOf(tokens) > memoryLimit())
                return fail(ErrorCode::OutOfMemory, "The batch does not fit into the free memory.");
            const c10::InferenceMode inference;
            std::vector<std::span<const TokenId>> ids;
            for (const Row& row : rows)
                ids.emplace_back(row.tokens);
            DRIFTSCOPE_TRY(const at::Tensor logits, m_model->parts().run(ids)); // [B, T, V]
            if (logits.size(2) != m_model->vocabularySize())
                return fail(ErrorCode::UnsupportedFormat,
                            m_model->parts().name + ": forward gave logits of " + std::to_string(logits.size(2))
                                + " tokens, but of " + std::to_string(m_model->vocabularySize())
                                + " when it was tried.");
            for (std::size_t i = 0; i < rows.size(); ++i)
                read(rows[i], logits[static_cast<std::int64_t>(i)], call);
            call.cost.computedTokens += tokens;
            call.cost.peakBytes = std::max(call.cost.peakBytes, m_model->weightBytes() + bytesOf(tokens));
            return {};
        });
    }

    // logits: [T, V] of this row, padding included.
    static void read(const Row& row, const at::Tensor& logits, Call& call)
    {
        const TokenizedPrompt& prompt = call.prompts[row.prompt];
        const auto last = static_cast<std::int64_t>(prompt.tokens.size()) - 1;
        const at::Tensor wanted = logits.slice(0, last, static_cast<std::int64_t>(row.tokens.size()))
                                      .to(at::kCPU, at::kFloat)
                                      .contiguous(); // [tokens of the answer or 1, V]
        const at::Tensor sums = at::logsumexp(wanted.to(at::kDouble), -1);
        PromptScore& score = call.scores[row.prompt];
        const auto logit = [&wanted](std::int64_t at, TokenId token) {
            return static_cast<double>(wanted.const_data_ptr<float>()[at * wanted.size(1) + token]);
        };
        const double* normalizers = sums.const_data_ptr<double>();
        if (row.answer) {
            const auto& answer = prompt.answers->answers[*row.answer];
            for (std::size_t i = 0; i < answer.size(); ++i)
                score.answers[*row.answer] += logit(static_cast<std::int64_t>(i), answer[i]) - normalizers[i];
            return;
        }
        for (std::size_t i = 0; i < score.answers.size(); ++i) {
            const auto& answer = prompt.answers->answers[i];
            if (answer.size() == 1)
                score.answers[i] = logit(0, answer.front()) - (score.areLogLikelihoods ? normalizers[0] : 0);
        }
        if (call.options.logNormalizer)
            score.logNormalizer = normalizers[0];
        if (call.options.fullLogits)
            score.logits.assign(wanted.const_data_ptr<float>(), wanted.const_data_ptr<float>() + wanted.size(1));
    }

    // Logits of all positions, twice: the module's own and its last intermediate. The rest is not known from outside;
    // what the allocator refuses is answered by halving as well.
    [[nodiscard]] std::int64_t bytesOf(std::int64_t tokens) const
    {
        return tokens * m_model->vocabularySize() * static_cast<std::int64_t>(2 * sizeof(float));
    }

    [[nodiscard]] std::int64_t memoryLimit() const
    {
        return m_options.memoryLimitBytes > 0 ? m_options.memoryLimitBytes : m_model->parts().device.freeBytes();
    }

    std::shared_ptr<const TorchScriptModel> m_model;
    SessionOptions m_options;
    ScoringCost m_cost;
};

} // namespace

std::unique_ptr<Scorer> makeScorer(std::shared_ptr<const TorchScriptModel> model, SessionOptions options)
{
    return std::make_unique<TorchScriptScorer>(std::move(model), options);
}

} // namespace driftscope::inference
