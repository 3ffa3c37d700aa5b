// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/adapterweights.h"

#include "core/network/device.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace driftscope::network {

namespace {

using Matrix = ModulePlace::Matrix;

/// "model.layers.3." taken off a name.
struct LayerName {
    std::size_t layer = 0;
    std::string_view rest;
};

std::optional<LayerName> splitLayer(std::string_view name, std::int64_t layers)
{
    constexpr std::string_view prefix = "model.layers.";
    if (!name.starts_with(prefix))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    LayerName split;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), split.layer);
    const auto digits = static_cast<std::size_t>(read.ptr - name.data());
    if (read.ec != std::errc() || digits >= name.size() || name[digits] != '.'
        || split.layer >= static_cast<std::size_t>(layers))
        return std::nullopt;
    split.rest = name.substr(digits + 1);
    return split;
}

/// The norm with this name, or null. With norms of the branches, Llama's name of the one before the MLP is that of the
/// one after attention.
at::Tensor* normAt(DecoderWeights& weights, std::string_view name)
{
    if (name == "model.norm.weight")
        return &weights.finalNorm;
    const auto split = splitLayer(name, weights.config.layers);
    if (!split)
        return nullptr;
    LayerWeights& layer = weights.layers[split->layer];
    if (split->rest == "input_layernorm.weight")
        return &layer.attentionNorm;
    if (split->rest == "post_attention_layernorm.weight")
        return weights.config.branchNorms ? &layer.attentionOutputNorm : &layer.mlpNorm;
    if (split->rest == "pre_feedforward_layernorm.weight")
        return &layer.mlpNorm;
    if (split->rest == "post_feedforward_layernorm.weight")
        return &layer.mlpOutputNorm;
    if (split->rest == "self_attn.q_norm.weight")
        return &layer.queryNorm;
    return split->rest == "self_attn.k_norm.weight" ? &layer.keyNorm : nullptr;
}

void replaceRows(at::Tensor& whole, const at::Tensor& rows, std::int64_t firstRow)
{
    if (rows.size(0) == whole.size(0)) {
        whole = rows;
        return;
    }
    whole = whole.clone();
    whole.narrow(0, firstRow, rows.size(0)).copy_(rows);
}

void replace(DecoderWeights& weights, const AdapterWeights::Replacement& replacement)
{
    if (at::Tensor* norm = normAt(weights, replacement.name)) {
        *norm = replacement.values;
        return;
    }
    const std::string_view name = replacement.name;
    const std::size_t dot = name.rfind('.');
    const auto place = placeOf(weights.config, name.substr(0, dot));
    if (!place)
        return;
    if (place->matrix == Matrix::Head) {
        weights.head = replacement.values;
    } else if (place->matrix == Matrix::Embedding) {
        if (replacement.isShared && weights.config.tiedEmbeddings)
            weights.head = replacement.values;
        weights.embedding = replacement.values;
    } else {
        Linear& linear = linearAt(weights, *place);
        replaceRows(name.substr(dot + 1) == "bias" ? linear.bias : linear.weight, replacement.values, place->firstRow);
    }
}

void add(DecoderWeights& weights, const AdapterWeights::Change& change)
{
    if (change.place.matrix == Matrix::Head)
        weights.headChanges.push_back(change.change);
    else if (change.place.matrix == Matrix::Embedding)
        weights.embeddingChanges.push_back(change.change);
    else
        linearAt(weights, change.place).changes.push_back(change.change);
}

std::int64_t bytesOf(std::initializer_list<at::Tensor> tensors)
{
    std::int64_t bytes = 0;
    for (const at::Tensor& tensor : tensors)
        bytes += tensor.defined() ? static_cast<std::int64_t>(tensor.nbytes()) : 0;
    return bytes;
}

} // namespace

Linear& linearAt(DecoderWeights& weights, const ModulePlace& place)
{
    LayerWeights& layer = weights.layers[place.layer];
    switch (place.matrix) {
    case Matrix::QueryKeyValue:
        return layer.queryKeyValue;
    case Matrix::Output:
        return layer.output;
    case Matrix::GateUp:
        return layer.gateUp;
    default:
        return layer.down;
    }
}

std::optional<ModulePlace> placeOf(const checkpoint::ModelConfig& config, std::string_view module)
{
    if (module == "lm_head")
        return ModulePlace {Matrix::Head, 0, 0, config.vocabularySize};
    if (module == "model.embed_tokens")
        return ModulePlace {Matrix::Embedding, 0, 0, config.vocabularySize};
    const auto split = splitLayer(module, config.layers);
    if (!split)
        return std::nullopt;
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t keys = config.keyValueHeads * config.headDim;
    const std::int64_t inner = config.intermediateSize;
    const auto place = [&](Matrix matrix, std::int64_t firstRow, std::int64_t rows) {
        return ModulePlace {matrix, split->layer, firstRow, rows};
    };
    const std::string_view rest = split->rest;
    if (rest == "self_attn.q_proj")
        return place(Matrix::QueryKeyValue, 0, queries);
    if (rest == "self_attn.k_proj")
        return place(Matrix::QueryKeyValue, queries, keys);
    if (rest == "self_attn.v_proj")
        return place(Matrix::QueryKeyValue, queries + keys, keys);
    if (rest == "self_attn.qkv_proj")
        return place(Matrix::QueryKeyValue, 0, queries + 2 * keys);
    if (rest == "self_attn.o_proj")
        return place(Matrix::Output, 0, config.hiddenSize);
    if (rest == "mlp.gate_proj")
        return place(Matrix::GateUp, 0, inner);
    if (rest == "mlp.up_proj")
        return place(Matrix::GateUp, inner, inner);
    if (rest == "mlp.gate_up_proj")
        return place(Matrix::GateUp, 0, 2 * inner);
    if (rest == "mlp.down_proj")
        return place(Matrix::Down, 0, config.hiddenSize);
    return std::nullopt;
}

at::Tensor rowsAt(const DecoderWeights& weights, const ModulePlace& place)
{
    if (place.matrix == Matrix::Head)
        return weights.head;
    if (place.matrix == Matrix::Embedding)
        return weights.embedding;
    const LayerWeights& layer = weights.layers[place.layer];
    const Linear& linear = place.matrix == Matrix::QueryKeyValue ? layer.queryKeyValue
        : place.matrix == Matrix::Output                         ? layer.output
        : place.matrix == Matrix::GateUp                         ? layer.gateUp
                                                                 : layer.down;
    return linear.weight.narrow(0, place.firstRow, place.rows);
}

void addToBias(DecoderWeights& weights, const ModulePlace& place, const at::Tensor& values)
{
    if (place.matrix == Matrix::Head || place.matrix == Matrix::Embedding)
        return;
    Linear& linear = linearAt(weights, place);
    linear.bias = linear.bias.defined()
        ? linear.bias.clone()
        : at::zeros({linear.weight.size(0)}, linear.weight.options().dtype(weights.computeType));
    linear.bias.narrow(0, place.firstRow, place.rows).add_(values.to(linear.bias.options()));
}

std::int64_t AdapterWeights::bytes() const
{
    std::int64_t sum = bytesOf({prompt});
    for (const Change& change : changes)
        sum += bytesOf({change.change.down, change.change.up, change.change.upBias, change.change.rowScale});
    for (const Replacement& replacement : replacements)
        sum += bytesOf({replacement.values});
    return sum;
}

DecoderWeights withAdapters(const DecoderWeights& base, std::span<const std::shared_ptr<const AdapterWeights>> adapters)
{
    DecoderWeights weights = base;
    for (const auto& adapter : adapters) {
        for (const AdapterWeights::Replacement& replacement : adapter->replacements)
            replace(weights, replacement);
        for (const AdapterWeights::Change& change : adapter->changes)
            add(weights, change);
        if (adapter->prompt.defined())
            weights.prompt = adapter->prompt;
    }
    return weights;
}

std::string conflictOf(const AdapterWeights& a, const AdapterWeights& b)
{
    if (a.prompt.defined() && b.prompt.defined())
        return "virtual tokens stand before the prompt";
    for (const AdapterWeights::Replacement& replacement : a.replacements) {
        if (std::ranges::find(b.replacements, replacement.name, &AdapterWeights::Replacement::name)
            != b.replacements.end())
            return replacement.name + " is replaced";
    }
    return {};
}

at::Tensor embed(const DecoderWeights& weights, std::span<const std::int64_t> tokens)
{
    std::vector<std::int64_t> ids(tokens.begin(), tokens.end());
    std::vector<std::int64_t> promptRows;
    std::vector<std::int64_t> promptIds;
    for (std::size_t row = 0; weights.prompt.defined() && row < ids.size(); ++row) {
        if (ids[row] < weights.config.vocabularySize)
            continue;
        promptRows.push_back(static_cast<std::int64_t>(row));
        promptIds.push_back(std::exchange(ids[row], 0) - weights.config.vocabularySize);
    }
    const at::Device device = weights.embedding.device();
    const at::Tensor index = onDevice(ids, device);
    at::Tensor x = weights.embedding.index_select(0, index).to(at::kFloat); // [N, hidden]
    for (const LowRank& change : weights.embeddingChanges) {
        const at::Tensor low = change.down.index_select(1, index).t(); // [N, r]
        x = x + at::linear(low, change.up) * change.scale;
        if (change.rowScale.defined())
            x = x * change.rowScale;
    }
    if (weights.config.embeddingScale != 1)
        x = x * weights.config.embeddingScale;
    if (promptRows.empty())
        return x;
    return x.index_copy(0, onDevice(promptRows, device), weights.prompt.index_select(0, onDevice(promptIds, device)));
}

} // namespace driftscope::network
