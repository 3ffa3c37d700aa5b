// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/answerhead_p.h"
#include "core/inference/generationstate.h"
#include "core/inference/generator_p.h"
#include "core/inference/loadedmodel_p.h"
#include "core/inference/prefixtree.h"
#include "core/inference/sessionplan_p.h"
#include "core/network/kvcache.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace driftscope::inference {

namespace {

/// A prompt that still grows.
struct Growing {
    std::size_t prompt = 0; ///< as the caller counts
    std::size_t segment = 0; ///< of the tree, that holds the prompt's last token
    TokenId last = 0; ///< drawn, and not read yet
    network::GrowingChain tail {}; ///< keys and values of the tokens that were drawn and read
    GenerationState state;
};

/// Prompts that grow together.
class GenerationGroup
{
public:
    GenerationGroup(const network::DecoderWeights& weights, const TokenCallback& heard, const JobContext& context)
        : m_weights(weights)
        , m_heard(heard)
        , m_context(context)
    {
    }

    /// Reads the prompts and draws the first token of each.
    Result<> begin(std::span<const TokenView> prompts, bool sharesPrefixes, std::vector<Growing> growing)
    {
        const PrefixTree tree(prompts, sharesPrefixes);
        network::PackedBatch batch;
        batch.tokens = tree.tokens();
        batch.positions = tree.positions();
        batch.segments = tree.segments();
        batch.lengthClass = m_weights.config.rope.lengthClass(std::ssize(prompts.front()));
        batch.kept.resize(tree.segments().size());
        std::iota(batch.kept.begin(), batch.kept.end(), std::size_t {0});
        m_growing = std::move(growing);
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            m_growing[i].segment = tree.segmentOf(i, prompts[i].size() - 1);
            batch.readRows.push_back(tree.rowOf(i, prompts[i].size() - 1));
        }
        DRIFTSCOPE_TRY(network::DecoderRun run, network::runDecoderKeeping(m_weights, batch, m_context));
        m_segments = tree.segments();
        m_pieces = std::move(run.kept);
        std::vector<std::size_t> order(prompts.size());
        std::iota(order.begin(), order.end(), std::size_t {0});
        draw(std::move(run.hidden), order);
        return {};
    }

    /// Reads what was drawn last and draws the next token, of each prompt that has the length class of the first.
    Result<> step()
    {
        network::PackedBatch batch;
        batch.lengthClass = lengthClassOf(m_growing.front());
        std::vector<std::size_t> order; // indices of m_growing as their rows come
        for (std::size_t s = 0; s < m_segments.size(); ++s) {
            if (m_segments[s].parent < 0)
                addSegment(s, -1, batch, order);
        }
        DRIFTSCOPE_TRY(network::DecoderRun run, network::runDecoderKeeping(m_weights, batch, m_context));
        for (std::size_t i = 0; i < order.size(); ++i)
            m_growing[order[i]].tail.append(*run.kept[i], 0);
        draw(std::move(run.hidden), order);
        return {};
    }

    [[nodiscard]] bool isEnded() const { return m_growing.empty(); }

    /// Prompts that ended, with their continuations.
    [[nodiscard]] std::vector<std::pair<std::size_t, Generation>>& ended() { return m_ended; }

private:
    [[nodiscard]] std::int64_t lengthClassOf(const Growing& growing) const
    {
        return m_weights.config.rope.lengthClass(growing.state.lastPosition() + 1);
    }

    // The tree's segment without rows, below it what was drawn after it, then its children.
    void addSegment(std::size_t segment, std::int64_t parent, network::PackedBatch& batch,
                    std::vector<std::size_t>& order) const
    {
        network::KvChain chain;
        chain.append(m_pieces[segment]);
        const std::size_t added = addCached(std::move(chain), {parent, m_segments[segment].position}, batch);
        for (std::size_t i = 0; i < m_growing.size(); ++i) {
            if (m_growing[i].segment != segment || lengthClassOf(m_growing[i]) != batch.lengthClass)
                continue;
            addGrowing(m_growing[i], static_cast<std::int64_t>(added), batch);
            order.push_back(i);
        }
        for (std::size_t s = segment + 1; s < m_segments.size(); ++s) {
            if (m_segments[s].parent == static_cast<std::int64_t>(segment))
                addSegment(s, static_cast<std::int64_t>(added), batch, order);
        }
        closeSegment(added, batch);
    }

    static void addGrowing(const Growing& growing, std::int64_t parent, network::PackedBatch& batch)
    {
        const auto row = static_cast<std::int64_t>(batch.tokens.size());
        const std::int64_t position = growing.state.lastPosition();
        std::int64_t above = parent;
        if (!growing.tail.chain().slices.empty())
            above = static_cast<std::int64_t>(
                addCached(growing.tail.chain(), {parent, position - growing.tail.chain().length()}, batch));
        batch.kept.push_back(batch.segments.size());
        batch.segments.push_back({row, row + 1, row + 1, above, position});
        batch.tokens.push_back(growing.last);
        batch.positions.push_back(position);
        batch.readRows.push_back(row);
        if (above != parent)
            closeSegment(static_cast<std::size_t>(above), batch);
    }

    /// Where a segment stands.
    struct Place {
        std::int64_t parent = -1;
        std::int64_t position = 0;
    };

    static std::size_t addCached(network::KvChain chain, const Place& place, network::PackedBatch& batch)
    {
        const auto row = static_cast<std::int64_t>(batch.tokens.size());
        batch.segments.push_back(
            {row, row, row, place.parent, place.position, static_cast<std::int64_t>(batch.cached.size())});
        batch.cached.push_back(std::move(chain));
        return batch.segments.size() - 1;
    }

    static void closeSegment(std::size_t segment, network::PackedBatch& batch)
    {
        batch.segments[segment].subtreeEnd = static_cast<std::int64_t>(batch.tokens.size());
    }

    // The rows of `hidden` are those of the growing prompts with the indices `order`.
    void draw(at::Tensor hidden, const std::vector<std::size_t>& order)
    {
        AnswerHead head(m_weights, std::move(hidden));
        std::vector<std::size_t> rows(order.size());
        std::iota(rows.begin(), rows.end(), std::size_t {0});
        head.readAll(rows, [&](std::size_t row, std::span<const float> logits) {
            Growing& growing = m_growing[order[row]];
            growing.last = growing.state.draw(logits);
        });
        for (const std::size_t index : order) {
            const Growing& growing = m_growing[index];
            if (m_heard)
                m_heard(growing.prompt, growing.last);
            if (growing.state.isEnded())
                m_ended.emplace_back(growing.prompt, growing.state.result());
        }
        std::erase_if(m_growing, [](const Growing& growing) { return growing.state.isEnded(); });
    }

    const network::DecoderWeights& m_weights;
    const TokenCallback& m_heard;
    const JobContext& m_context;
    std::vector<network::TokenSegment> m_segments; ///< of the prompts' tree
    std::vector<std::shared_ptr<const network::KvPiece>> m_pieces; ///< one a segment
    std::vector<Growing> m_growing;
    std::vector<std::pair<std::size_t, Generation>> m_ended;
};

} // namespace

struct Generator::Job {
    std::span<const TokenSequence> prompts;
    const GenerateOptions& options;
    const TokenCallback& heard;
    const JobContext& context;
    std::vector<Generation>& results;
};

Generator::Generator(std::shared_ptr<const LoadedModel> model, const SessionOptions& options)
    : m_model(std::move(model))
    , m_options(options)
{
}

Result<std::vector<Generation>> Generator::run(std::span<const TokenSequence> prompts, const GenerateOptions& options,
                                               const TokenCallback& heard, const JobContext& context) const
{
    std::vector<Generation> results(prompts.size());
    const Job job {prompts, options, heard, context, results};
    for (const PlannedBatch& batch : planSession(asPrompts(prompts), m_options, m_model->config()))
        DRIFTSCOPE_CHECK(runGroup(batch.prompts, job));
    return results;
}

// Bytes of one pass over the prompts and of the keys and values of all that will be read.
bool Generator::fits(std::span<const std::size_t> indices, const Job& job) const
{
    const checkpoint::ModelConfig& config = m_model->config();
    std::int64_t read = 0;
    std::int64_t grown = 0;
    for (const std::size_t index : indices) {
        const std::int64_t length = std::ssize(job.prompts[index]);
        read += length;
        grown += std::min(job.options.maxTokens, config.contextLength - length);
    }
    const std::int64_t kept = network::kvBytes(config, m_model->parts().weights.computeType, read + grown);
    return network::activationBytes(config, read) + kept <= memoryLimit(m_options, *m_model);
}

// Where memory is short, the two halves are run one after the other.
Result<> Generator::runGroup(std::span<const std::size_t> indices, const Job& job) const
{
    if (!fits(indices, job)) {
        if (indices.size() == 1)
            return fail(ErrorCode::OutOfMemory,
                        "A prompt of " + std::to_string(job.prompts[indices.front()].size()) + " tokens and up to "
                            + std::to_string(job.options.maxTokens)
                            + " more do not fit into the free memory; ask for fewer tokens or shorten the prompt.");
        const std::size_t half = (indices.size() + 1) / 2;
        DRIFTSCOPE_CHECK(runGroup(indices.first(half), job));
        return runGroup(indices.subspan(half), job);
    }
    return network::guarded("Generating", [&]() -> Result<> {
        const c10::InferenceMode inference;
        std::vector<TokenView> views;
        std::vector<Growing> growing;
        for (const std::size_t index : indices) {
            views.emplace_back(job.prompts[index]);
            growing.push_back({index, 0, 0, {}, {job.prompts[index], job.options, m_model->config().contextLength}});
        }
        GenerationGroup group(m_model->parts().weights, job.heard, job.context);
        DRIFTSCOPE_CHECK(group.begin(views, m_options.sharePrefixes, std::move(growing)));
        DRIFTSCOPE_CHECK(m_model->checkUnchanged()); // weights in a mapped file change with it
        while (!group.isEnded()) {
            DRIFTSCOPE_CHECK(group.step());
            DRIFTSCOPE_CHECK(m_model->checkUnchanged());
        }
        for (auto& [prompt, generation] : group.ended())
            job.results[prompt] = std::move(generation);
        return {};
    });
}

} // namespace driftscope::inference
