// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/weightreader_p.h"
#include "core/network/rope.h"

#include <cstring>
#include <span>

namespace driftscope::inference {

WeightReader::WeightReader(const checkpoint::Checkpoint& checkpoint, const network::Device& device, at::ScalarType type,
                           at::ScalarType biasType, const JobContext& context)
    : m_checkpoint(checkpoint)
    , m_device(device)
    , m_type(type)
    , m_biasType(biasType)
    , m_context(context)
{
    for (const checkpoint::TensorEntry& entry : checkpoint.tensors())
        m_total += static_cast<std::int64_t>(entry.bytes);
}

Result<network::DecoderWeights> WeightReader::read()
{
    network::DecoderWeights weights;
    weights.config = m_checkpoint.config();
    DRIFTSCOPE_TRY(weights.ropeFrequencies, network::ropeFrequencies(weights.config));
    DRIFTSCOPE_TRY(weights.embedding, readStacked({"model.embed_tokens.weight"}, m_type));
    for (std::int64_t layer = 0; layer < weights.config.layers; ++layer) {
        DRIFTSCOPE_TRY(network::LayerWeights read, readLayer(layer));
        weights.layers.push_back(std::move(read));
    }
    DRIFTSCOPE_TRY(weights.finalNorm, readStacked({"model.norm.weight"}, at::kFloat));
    weights.head = weights.embedding;
    if (!weights.config.tiedEmbeddings) {
        DRIFTSCOPE_TRY(weights.head, readStacked({"lm_head.weight"}, m_type));
    }
    m_context.report({m_total, m_total, "load checkpoint"}); // tensors that no layer needs are not read
    return weights;
}

Result<network::LayerWeights> WeightReader::readLayer(std::int64_t index)
{
    const checkpoint::ModelConfig& config = m_checkpoint.config();
    const std::string layer = "model.layers." + std::to_string(index) + ".";
    const std::string attention = layer + "self_attn.";
    network::LayerWeights weights;
    DRIFTSCOPE_TRY(weights.attentionNorm, readStacked({layer + "input_layernorm.weight"}, at::kFloat));
    DRIFTSCOPE_TRY(
        weights.queryKeyValue,
        readLinear({attention + "q_proj", attention + "k_proj", attention + "v_proj"}, config.queryKeyValueBias));
    if (config.queryKeyNorm) {
        DRIFTSCOPE_TRY(weights.queryNorm, readStacked({attention + "q_norm.weight"}, at::kFloat));
        DRIFTSCOPE_TRY(weights.keyNorm, readStacked({attention + "k_norm.weight"}, at::kFloat));
    }
    DRIFTSCOPE_TRY(weights.output, readLinear({attention + "o_proj"}, config.outputBias));
    DRIFTSCOPE_TRY(weights.mlpNorm, readStacked({layer + "post_attention_layernorm.weight"}, at::kFloat));
    DRIFTSCOPE_TRY(weights.gateUp, readLinear({layer + "mlp.gate_proj", layer + "mlp.up_proj"}, config.mlpBias));
    DRIFTSCOPE_TRY(weights.down, readLinear({layer + "mlp.down_proj"}, config.mlpBias));
    return weights;
}

Result<network::Linear> WeightReader::readLinear(const std::vector<std::string>& names, bool hasBias)
{
    std::vector<std::string> matrices;
    std::vector<std::string> biases;
    for (const std::string& name : names) {
        matrices.push_back(name + ".weight");
        biases.push_back(name + ".bias");
    }
    network::Linear linear;
    DRIFTSCOPE_TRY(linear.weight, readStacked(matrices, m_type));
    if (hasBias) {
        DRIFTSCOPE_TRY(linear.bias, readStacked(biases, m_biasType));
    }
    return linear;
}

Result<at::Tensor> WeightReader::readStacked(const std::vector<std::string>& names, at::ScalarType type)
{
    std::vector<const checkpoint::TensorEntry*> entries;
    std::int64_t rows = 0;
    for (const std::string& name : names) {
        const checkpoint::TensorEntry* entry = m_checkpoint.find(name);
        if (entry == nullptr)
            return fail(ErrorCode::MissingField,
                        m_checkpoint.path().string() + ": the tensor '" + name + "' is missing.");
        entries.push_back(entry);
        rows += entry->shape.front();
    }
    std::vector<std::int64_t> shape = entries.front()->shape;
    shape.front() = rows;
    at::Tensor stacked = at::empty(shape, at::TensorOptions(m_device.torch).dtype(type));
    std::int64_t begin = 0;
    for (const checkpoint::TensorEntry* entry : entries) {
        if (m_context.isStopped())
            return fail(ErrorCode::Cancelled, "Loading the checkpoint was stopped.");
        DRIFTSCOPE_CHECK(readInto(*entry, stacked.narrow(0, begin, entry->shape.front())));
        begin += entry->shape.front();
        m_done += static_cast<std::int64_t>(entry->bytes);
        m_context.report({m_done, m_total, "load checkpoint"});
    }
    m_bytes += static_cast<std::int64_t>(stacked.nbytes());
    return stacked;
}

// Straight into the weight where its type allows, else through an fp32 copy of this one tensor.
Result<> WeightReader::readInto(const checkpoint::TensorEntry& entry, at::Tensor target)
{
    const auto count = static_cast<std::size_t>(entry.valueCount());
    if (target.is_cpu() && target.scalar_type() == at::kFloat)
        return m_checkpoint.read(entry, {target.data_ptr<float>(), count});
    if (target.is_cpu() && target.scalar_type() == at::kBFloat16 && entry.type == checkpoint::DType::BF16) {
        const auto stored = m_checkpoint.raw(entry);
        if (stored && stored->size() == target.nbytes()) {
            std::memcpy(target.data_ptr(), stored->data(), stored->size());
            return {};
        }
    }
    const at::Tensor wide = at::empty(target.sizes(), at::kFloat);
    DRIFTSCOPE_CHECK(m_checkpoint.read(entry, {wide.data_ptr<float>(), count}));
    target.copy_(wide);
    return {};
}

} // namespace driftscope::inference
