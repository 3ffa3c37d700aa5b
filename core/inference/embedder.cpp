// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/embedder_p.h"
#include "core/inference/halving_p.h"
#include "core/inference/loadedmodel_p.h"
#include "core/inference/prefixtree.h"
#include "core/inference/sessionplan_p.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <utility>

namespace driftscope::inference {

namespace {

// The mean of the rows of `hidden` with these indices.
std::vector<float> meanOf(const at::Tensor& hidden, const std::vector<std::int64_t>& rows)
{
    const at::Tensor index = at::tensor(rows, at::kLong).to(hidden.device());
    const at::Tensor mean = hidden.index_select(0, index).mean(0).to(at::kCPU).contiguous();
    const float* values = mean.const_data_ptr<float>();
    return {values, values + mean.numel()};
}

/// A text of a tree.
struct TreeText {
    std::size_t sequence = 0;
    std::size_t begin = 0; ///< first token that counts
    std::size_t length = 0;
};

// What is read of a text. For means, each row of the tree is read once, whatever texts share it.
void addReads(const PrefixTree& tree, const TreeText& text, Pooling pooling, network::PackedBatch& batch,
              std::vector<std::int64_t>& reads)
{
    if (pooling == Pooling::Last) {
        reads.push_back(std::ssize(batch.readRows));
        batch.readRows.push_back(tree.rowOf(text.sequence, text.length - 1));
        return;
    }
    for (std::int64_t row = std::ssize(batch.readRows); row < tree.rows(); ++row)
        batch.readRows.push_back(row);
    for (std::size_t token = text.begin; token < text.length; ++token)
        reads.push_back(tree.rowOf(text.sequence, token));
}

} // namespace

struct Embedder::Job {
    std::span<const TokenSequence> texts;
    Pooling pooling;
    std::size_t skipped;
    const JobContext& context;
    std::vector<std::vector<float>>& results;
};

Embedder::Embedder(std::shared_ptr<const LoadedModel> model, const SessionOptions& options)
    : m_model(std::move(model))
    , m_options(options)
{
}

Result<std::vector<std::vector<float>>> Embedder::run(std::span<const TokenSequence> texts, Pooling pooling,
                                                      std::size_t skipped, const JobContext& context) const
{
    std::vector<std::vector<float>> results(texts.size());
    const Job job {texts, pooling, skipped, context, results};
    std::int64_t done = 0;
    for (const PlannedBatch& batch : planSession(asPrompts(texts), m_options, m_model->config())) {
        DRIFTSCOPE_CHECK(runGroup(batch.prompts, job));
        done += std::ssize(batch.prompts);
        context.report({done, std::ssize(texts), "embed texts"});
    }
    return results;
}

Result<> Embedder::runGroup(std::span<const std::size_t> indices, const Job& job) const
{
    return runInHalves(
        indices, [&](std::span<const std::size_t> some) { return runBatch(some, job); },
        [&](std::size_t index) {
            return fail(ErrorCode::OutOfMemory,
                        "A text of " + std::to_string(job.texts[index].size())
                            + " tokens does not fit into the free memory; cut it.");
        });
}

Result<> Embedder::runBatch(std::span<const std::size_t> indices, const Job& job) const
{
    return network::guarded("Embedding", [&]() -> Result<> {
        const c10::InferenceMode inference;
        std::vector<TokenView> views;
        for (const std::size_t index : indices)
            views.emplace_back(job.texts[index]);
        const PrefixTree tree(views, m_options.sharePrefixes);
        if (network::activationBytes(m_model->config(), tree.rows()) > memoryLimit(m_options, *m_model))
            return fail(ErrorCode::OutOfMemory, "The batch does not fit into the free memory.");
        network::PackedBatch batch;
        batch.tokens = tree.tokens();
        batch.positions = tree.positions();
        batch.segments = tree.segments();
        batch.lengthClass = m_model->config().rope.lengthClass(std::ssize(views.front()));
        std::vector<std::vector<std::int64_t>> reads(views.size()); // indices in readRows
        for (std::size_t i = 0; i < views.size(); ++i)
            addReads(tree, {i, job.skipped, views[i].size()}, job.pooling, batch, reads[i]);
        DRIFTSCOPE_TRY(const at::Tensor hidden, network::runDecoder(m_model->parts().weights, batch, job.context));
        DRIFTSCOPE_CHECK(m_model->checkUnchanged()); // weights in a mapped file change with it
        for (std::size_t i = 0; i < views.size(); ++i)
            job.results[indices[i]] = meanOf(hidden, reads[i]);
        return {};
    });
}

} // namespace driftscope::inference
