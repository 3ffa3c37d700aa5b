// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/checkpoint/safetensorswriter.h"
#include "core/tuning/modelwriter_p.h"

#include <nlohmann/json.hpp>

#include <system_error>
#include <vector>

namespace driftscope::tuning {

namespace {

/// Collects tensors under their Hugging Face names.
class TensorList
{
public:
    TensorList(at::ScalarType type, bool normsStoredMinusOne)
        : m_type(type)
        , m_normsStoredMinusOne(normsStoredMinusOne)
    {
    }

    void addNorm(const std::string& name, const at::Tensor& value)
    {
        if (value.defined())
            add(name, m_normsStoredMinusOne ? value.detach() - 1 : value);
    }

    void add(const std::string& name, const at::Tensor& value)
    {
        if (!value.defined())
            return;
        m_names.push_back(name);
        m_values.push_back(value.detach().to(at::kCPU).to(m_type).contiguous());
    }

    /// Rows of a fused layer under the names of its parts.
    void addParts(const network::Linear& linear, const std::vector<std::pair<std::string, std::int64_t>>& parts)
    {
        std::int64_t begin = 0;
        for (const auto& [name, rows] : parts) {
            add(name + ".weight", linear.weight.narrow(0, begin, rows));
            if (linear.bias.defined())
                add(name + ".bias", linear.bias.narrow(0, begin, rows));
            begin += rows;
        }
    }

    [[nodiscard]] std::vector<checkpoint::TensorToWrite> toWrite() const
    {
        const auto type = m_type == at::kBFloat16 ? checkpoint::DType::BF16 : checkpoint::DType::F32;
        std::vector<checkpoint::TensorToWrite> all;
        for (std::size_t i = 0; i < m_names.size(); ++i)
            all.push_back({m_names[i],
                           type,
                           m_values[i].sizes().vec(),
                           {static_cast<const std::byte*>(m_values[i].const_data_ptr()), m_values[i].nbytes()}});
        return all;
    }

private:
    at::ScalarType m_type;
    bool m_normsStoredMinusOne;
    std::vector<std::string> m_names;
    std::vector<at::Tensor> m_values;
};

/// Names of the fused matrices' parts, with their rows.
using Parts = std::vector<std::pair<std::string, std::int64_t>>;

void addLayer(TensorList& list, const network::LayerWeights& weights, const checkpoint::ModelConfig& config,
              std::int64_t index)
{
    const std::string layer = "model.layers." + std::to_string(index) + ".";
    const std::string attention = layer + "self_attn.";
    const std::string mlp = layer + "mlp.";
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t keys = config.keyValueHeads * config.headDim;
    const std::int64_t wide = config.intermediateSize;
    list.addNorm(layer + "input_layernorm.weight", weights.attentionNorm);
    list.addParts(
        weights.queryKeyValue,
        config.fusedProjections
            ? Parts {{attention + "qkv_proj", queries + 2 * keys}}
            : Parts {{attention + "q_proj", queries}, {attention + "k_proj", keys}, {attention + "v_proj", keys}});
    list.addNorm(attention + "q_norm.weight", weights.queryNorm);
    list.addNorm(attention + "k_norm.weight", weights.keyNorm);
    list.addParts(weights.output, {{attention + "o_proj", config.hiddenSize}});
    list.addNorm(layer + "post_attention_layernorm.weight",
                 config.branchNorms ? weights.attentionOutputNorm : weights.mlpNorm);
    if (config.branchNorms) {
        list.addNorm(layer + "pre_feedforward_layernorm.weight", weights.mlpNorm);
        list.addNorm(layer + "post_feedforward_layernorm.weight", weights.mlpOutputNorm);
    }
    list.addParts(weights.gateUp,
                  config.fusedProjections ? Parts {{mlp + "gate_up_proj", 2 * wide}}
                                          : Parts {{mlp + "gate_proj", wide}, {mlp + "up_proj", wide}});
    list.addParts(weights.down, {{mlp + "down_proj", config.hiddenSize}});
}

Result<> makeFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::NotWritable, folder.string() + ": the folder cannot be made: " + error.message() + ".");
    return {};
}

} // namespace

Result<> writeModel(const std::filesystem::path& folder, const network::DecoderWeights& weights, bool isHalf,
                    FolderFiles files)
{
    DRIFTSCOPE_CHECK(makeFolder(folder));
    TensorList list(isHalf ? at::kBFloat16 : at::kFloat, weights.config.normsStoredMinusOne);
    list.add("model.embed_tokens.weight", weights.embedding);
    for (std::size_t layer = 0; layer < weights.layers.size(); ++layer)
        addLayer(list, weights.layers[layer], weights.config, static_cast<std::int64_t>(layer));
    list.addNorm("model.norm.weight", weights.finalNorm);
    if (!weights.config.tiedEmbeddings)
        list.add("lm_head.weight", weights.head);
    DRIFTSCOPE_CHECK(checkpoint::writeSafetensors(folder / "model.safetensors", list.toWrite(), {{"format", "pt"}}));
    if (auto config = files.find("config.json"); config != files.end()) {
        auto document = nlohmann::json::parse(config->second);
        document.erase("dtype");
        document["torch_dtype"] = isHalf ? "bfloat16" : "float32";
        config->second = document.dump(2) + "\n";
    }
    for (const auto& [name, text] : files)
        DRIFTSCOPE_CHECK(writeFile(folder / name, text));
    return {};
}

Result<> writeAdapter(const std::filesystem::path& folder, const std::vector<LoraModule>& modules,
                      const TuningMethod& method, const std::string& base)
{
    DRIFTSCOPE_CHECK(makeFolder(folder));
    TensorList list(at::kFloat, false);
    for (const LoraModule& lora : modules) {
        list.add("base_model.model." + lora.module + ".lora_A.weight", lora.down);
        list.add("base_model.model." + lora.module + ".lora_B.weight", lora.up);
    }
    DRIFTSCOPE_CHECK(
        checkpoint::writeSafetensors(folder / "adapter_model.safetensors", list.toWrite(), {{"format", "pt"}}));
    const nlohmann::json config {{"peft_type", "LORA"},
                                 {"task_type", "CAUSAL_LM"},
                                 {"base_model_name_or_path", base},
                                 {"r", method.rank},
                                 {"lora_alpha", method.alpha},
                                 {"lora_dropout", method.dropout},
                                 {"target_modules", method.targets},
                                 {"bias", "none"},
                                 {"fan_in_fan_out", false},
                                 {"inference_mode", true}};
    return writeFile(folder / "adapter_config.json", config.dump(2) + "\n");
}

} // namespace driftscope::tuning
