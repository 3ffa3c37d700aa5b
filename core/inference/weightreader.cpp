// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/weightreader_p.h"

#include <algorithm>

namespace driftscope::inference {

WeightReader::WeightReader(const checkpoint::Checkpoint& checkpoint, TensorReader& tensors, at::ScalarType type,
                           at::ScalarType biasType, const AdapterMerge* merge)
    : m_checkpoint(checkpoint)
    , m_tensors(tensors)
    , m_type(type)
    , m_biasType(biasType)
    , m_merge(merge)
{
}

Result<network::DecoderWeights> WeightReader::read()
{
    network::DecoderWeights weights;
    weights.config = m_checkpoint.config();
    DRIFTSCOPE_TRY(weights.embedding, readStacked({"model.embed_tokens.weight"}, m_type));
    for (std::int64_t layer = 0; layer < weights.config.layers; ++layer) {
        DRIFTSCOPE_TRY(network::LayerWeights read, readLayer(layer));
        weights.layers.push_back(std::move(read));
    }
    DRIFTSCOPE_TRY(weights.finalNorm, readNorm("model.norm.weight"));
    weights.head = weights.embedding;
    if (!weights.config.tiedEmbeddings) {
        DRIFTSCOPE_TRY(weights.head, readStacked({"lm_head.weight"}, m_type));
    } else if (isMerged({"lm_head.weight"})) { // an adapter changes one of the two only
        DRIFTSCOPE_TRY(weights.head, readMerged({"model.embed_tokens.weight"}, {"lm_head.weight"}, m_type));
    }
    DRIFTSCOPE_CHECK(m_tensors.finish());
    return weights;
}

Result<network::LayerWeights> WeightReader::readLayer(std::int64_t index)
{
    const checkpoint::ModelConfig& config = m_checkpoint.config();
    const std::string layer = "model.layers." + std::to_string(index) + ".";
    const std::string attention = layer + "self_attn.";
    network::LayerWeights weights;
    DRIFTSCOPE_TRY(weights.attentionNorm, readNorm(layer + "input_layernorm.weight"));
    const std::vector<std::string> projections = config.fusedProjections
        ? std::vector {attention + "qkv_proj"}
        : std::vector {attention + "q_proj", attention + "k_proj", attention + "v_proj"};
    DRIFTSCOPE_TRY(weights.queryKeyValue, readLinear(projections, config.queryKeyValueBias));
    if (config.queryKeyNorm) {
        DRIFTSCOPE_TRY(weights.queryNorm, readNorm(attention + "q_norm.weight"));
        DRIFTSCOPE_TRY(weights.keyNorm, readNorm(attention + "k_norm.weight"));
    }
    DRIFTSCOPE_TRY(weights.output, readLinear({attention + "o_proj"}, config.outputBias));
    // With norms of the branches, the name of Llama's norm before the MLP is that of the one after attention.
    if (config.branchNorms) {
        DRIFTSCOPE_TRY(weights.attentionOutputNorm, readNorm(layer + "post_attention_layernorm.weight"));
        DRIFTSCOPE_TRY(weights.mlpNorm, readNorm(layer + "pre_feedforward_layernorm.weight"));
        DRIFTSCOPE_TRY(weights.mlpOutputNorm, readNorm(layer + "post_feedforward_layernorm.weight"));
    } else {
        DRIFTSCOPE_TRY(weights.mlpNorm, readNorm(layer + "post_attention_layernorm.weight"));
    }
    const std::vector<std::string> gateUp = config.fusedProjections
        ? std::vector {layer + "mlp.gate_up_proj"}
        : std::vector {layer + "mlp.gate_proj", layer + "mlp.up_proj"};
    DRIFTSCOPE_TRY(weights.gateUp, readLinear(gateUp, config.mlpBias));
    DRIFTSCOPE_TRY(weights.down, readLinear({layer + "mlp.down_proj"}, config.mlpBias));
    return weights;
}

Result<at::Tensor> WeightReader::readNorm(const std::string& name)
{
    DRIFTSCOPE_TRY(at::Tensor norm, readStacked({name}, at::kFloat));
    return m_checkpoint.config().normsStoredMinusOne ? norm + 1 : norm;
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

bool WeightReader::isMerged(const std::vector<std::string>& names) const
{
    return m_merge != nullptr
        && std::ranges::any_of(names, [&](const std::string& name) { return m_merge->changes(name); });
}

// In fp32 and rounded once.
Result<at::Tensor> WeightReader::readMerged(const std::vector<std::string>& names, const std::vector<std::string>& as,
                                            at::ScalarType type)
{
    std::vector<at::Tensor> parts;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const checkpoint::TensorEntry* entry = m_checkpoint.find(names[i]);
        if (entry == nullptr)
            return fail(ErrorCode::MissingField,
                        m_checkpoint.path().string() + ": the tensor '" + names[i] + "' is missing.");
        DRIFTSCOPE_TRY(at::Tensor values, m_tensors.read({entry}, at::kFloat));
        if (m_merge->changes(as[i])) {
            DRIFTSCOPE_TRY(values, m_merge->merged(as[i], values));
        }
        parts.push_back(std::move(values));
    }
    return at::cat(parts).to(type);
}

Result<at::Tensor> WeightReader::readStacked(const std::vector<std::string>& names, at::ScalarType type)
{
    if (isMerged(names))
        return readMerged(names, names, type);
    std::vector<const checkpoint::TensorEntry*> entries;
    for (const std::string& name : names) {
        const checkpoint::TensorEntry* entry = m_checkpoint.find(name);
        if (entry == nullptr)
            return fail(ErrorCode::MissingField,
                        m_checkpoint.path().string() + ": the tensor '" + name + "' is missing.");
        entries.push_back(entry);
    }
    return m_tensors.read(entries, type);
}

} // namespace driftscope::inference
