// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/sasrecnetwork_p.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <limits>

namespace driftscope::baselines {

namespace {

constexpr double embeddingDeviation = 0.02;

at::Tensor indices(const std::vector<std::int64_t>& values)
{
    return at::tensor(values, at::kLong);
}

} // namespace

SasRecNetwork::SasRecNetwork(const SequenceTask& task)
    : m_dimensions(task.dimensions)
    , m_dropout(task.dropout)
{
    at::Generator generator = at::detail::createCPUGenerator(task.seed);
    const auto normal = [&](std::vector<std::int64_t> shape, double deviation) {
        return add(at::empty(shape, at::kFloat).normal_(0, deviation, generator));
    };
    const auto flat = [this](double value) { return add(at::full({m_dimensions}, value, at::kFloat)); };
    const double linear = std::sqrt(1.0 / static_cast<double>(m_dimensions)); // keeps the size of what goes through
    const auto square = [&] { return normal({m_dimensions, m_dimensions}, linear); };
    const auto items = static_cast<std::int64_t>(task.itemCount);
    m_items = normal({items + 1, m_dimensions}, embeddingDeviation);
    m_itemBias = add(at::zeros({items + 1}, at::kFloat));
    m_positions = normal({static_cast<std::int64_t>(task.maxItems) + 1, m_dimensions}, embeddingDeviation);
    for (std::int64_t i = 0; i < task.blocks; ++i) {
        Block block;
        block.attentionNorm = flat(1);
        block.attentionNormBias = flat(0);
        block.query = square();
        block.key = square();
        block.value = square();
        block.queryBias = flat(0);
        block.keyBias = flat(0);
        block.valueBias = flat(0);
        block.feedNorm = flat(1);
        block.feedNormBias = flat(0);
        block.in = square();
        block.inBias = flat(0);
        block.out = square();
        block.outBias = flat(0);
        m_blocks.push_back(std::move(block));
    }
    m_lastNorm = flat(1);
    m_lastNormBias = flat(0);
}

at::Tensor SasRecNetwork::add(at::Tensor values)
{
    values.set_requires_grad(true);
    m_parameters.push_back(values);
    return values;
}

at::Tensor SasRecNetwork::dropped(const at::Tensor& x, at::Generator* generator) const
{
    if (!generator || m_dropout <= 0)
        return x;
    const at::Tensor kept = at::empty_like(x, x.options().requires_grad(false)).bernoulli_(1 - m_dropout, *generator);
    return x * kept / (1 - m_dropout);
}

at::Tensor SasRecNetwork::attend(const Block& block, const at::Tensor& x, at::Generator* generator) const
{
    // As the paper's code: only the query is normalised, and it carries the residual.
    const at::Tensor q = at::layer_norm(x, {m_dimensions}, block.attentionNorm, block.attentionNormBias);
    const at::Tensor queries = at::linear(q, block.query, block.queryBias); // [B, T, D]
    const at::Tensor keys = at::linear(x, block.key, block.keyBias);
    const at::Tensor values = at::linear(x, block.value, block.valueBias);
    const at::Tensor later = at::ones({x.size(1), x.size(1)}, at::kBool).triu(1);
    const at::Tensor match = (at::matmul(queries, keys.transpose(1, 2)) / std::sqrt(static_cast<double>(m_dimensions)))
                                 .masked_fill(later, -std::numeric_limits<double>::infinity()); // [B, T, T]
    return q + at::matmul(dropped(at::softmax(match, -1), generator), values);
}

at::Tensor SasRecNetwork::states(const at::Tensor& tokens, at::Generator* generator) const
{
    at::Tensor x = at::embedding(m_items, tokens) * std::sqrt(static_cast<double>(m_dimensions))
        + m_positions.slice(0, 0, tokens.size(1)); // [B, T, D]
    x = dropped(x, generator);
    for (const Block& block : m_blocks) {
        const at::Tensor y =
            at::layer_norm(attend(block, x, generator), {m_dimensions}, block.feedNorm, block.feedNormBias);
        const at::Tensor inner = dropped(at::relu(at::linear(y, block.in, block.inBias)), generator);
        x = y + dropped(at::linear(inner, block.out, block.outBias), generator);
    }
    return at::layer_norm(x, {m_dimensions}, m_lastNorm, m_lastNormBias);
}

at::Tensor SasRecNetwork::logits(std::span<const SequenceWindow* const> windows, at::Generator* generator) const
{
    std::size_t longest = 0;
    for (const auto* window : windows)
        longest = std::max(longest, window->items.size());
    const auto length = static_cast<std::int64_t>(longest) + 1;
    const std::int64_t start = m_items.size(0) - 1;
    std::vector<std::int64_t> tokens(windows.size() * static_cast<std::size_t>(length), start);
    std::vector<std::int64_t> reads;
    std::vector<std::int64_t> targets;
    for (std::size_t row = 0; row < windows.size(); ++row) {
        const std::size_t begin = row * static_cast<std::size_t>(length);
        std::copy(windows[row]->items.begin(), windows[row]->items.end(),
                  tokens.begin() + static_cast<std::ptrdiff_t>(begin) + 1);
        for (const auto& target : windows[row]->targets) {
            reads.push_back(static_cast<std::int64_t>(begin + target.known));
            targets.push_back(target.item);
        }
    }
    const auto rows = static_cast<std::int64_t>(windows.size());
    const at::Tensor all = states(indices(tokens).view({rows, length}), generator).view({rows * length, m_dimensions});
    const at::Tensor read = all.index_select(0, indices(reads)); // [R, D]
    const at::Tensor wanted = indices(targets);
    return (read * at::embedding(m_items, wanted)).sum(-1) + m_itemBias.index_select(0, wanted);
}

} // namespace driftscope::baselines
