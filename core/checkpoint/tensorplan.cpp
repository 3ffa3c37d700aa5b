// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/tensorplan.h"

#include <algorithm>

namespace driftscope::checkpoint {

namespace {

void planAttention(const ModelConfig& config, const std::string& layer, std::vector<PlannedTensor>& plan)
{
    const std::int64_t queryRows = config.heads * config.headDim;
    const std::int64_t keyRows = config.keyValueHeads * config.headDim;
    const std::string attention = layer + "self_attn.";
    const auto project = [&](const char* name, std::int64_t rows) {
        plan.push_back({attention + name + ".weight", {rows, config.hiddenSize}});
        if (config.queryKeyValueBias)
            plan.push_back({attention + name + ".bias", {rows}});
    };
    if (config.fusedProjections) {
        project("qkv_proj", queryRows + 2 * keyRows);
    } else {
        project("q_proj", queryRows);
        project("k_proj", keyRows);
        project("v_proj", keyRows);
    }
    plan.push_back({attention + "o_proj.weight", {config.hiddenSize, queryRows}});
    if (config.outputBias)
        plan.push_back({attention + "o_proj.bias", {config.hiddenSize}});
    if (config.queryKeyNorm) {
        plan.push_back({attention + "q_norm.weight", {config.headDim}});
        plan.push_back({attention + "k_norm.weight", {config.headDim}});
    }
}

void planMlp(const ModelConfig& config, const std::string& layer, std::vector<PlannedTensor>& plan)
{
    const auto project = [&](const char* name, std::int64_t rows, std::int64_t columns) {
        plan.push_back({layer + "mlp." + name + ".weight", {rows, columns}});
        if (config.mlpBias)
            plan.push_back({layer + "mlp." + name + ".bias", {rows}});
    };
    if (config.fusedProjections) {
        project("gate_up_proj", 2 * config.intermediateSize, config.hiddenSize);
    } else {
        project("gate_proj", config.intermediateSize, config.hiddenSize);
        project("up_proj", config.intermediateSize, config.hiddenSize);
    }
    project("down_proj", config.hiddenSize, config.intermediateSize);
}

/// "a, b, c and 4 more"
std::string firstFew(const std::vector<std::string>& names)
{
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > shown)
        text += " and " + std::to_string(names.size() - shown) + " more";
    return text;
}

} // namespace

std::vector<PlannedTensor> plannedTensors(const ModelConfig& config)
{
    std::vector<PlannedTensor> plan;
    plan.push_back({"model.embed_tokens.weight", {config.vocabularySize, config.hiddenSize}});
    for (std::int64_t i = 0; i < config.layers; ++i) {
        const std::string layer = "model.layers." + std::to_string(i) + ".";
        plan.push_back({layer + "input_layernorm.weight", {config.hiddenSize}});
        planAttention(config, layer, plan);
        plan.push_back({layer + "post_attention_layernorm.weight", {config.hiddenSize}});
        if (config.branchNorms) {
            plan.push_back({layer + "pre_feedforward_layernorm.weight", {config.hiddenSize}});
            plan.push_back({layer + "post_feedforward_layernorm.weight", {config.hiddenSize}});
        }
        planMlp(config, layer, plan);
    }
    plan.push_back({"model.norm.weight", {config.hiddenSize}});
    if (!config.tiedEmbeddings)
        plan.push_back({"lm_head.weight", {config.vocabularySize, config.hiddenSize}});
    return plan;
}

std::int64_t parameterCount(const ModelConfig& config)
{
    std::int64_t count = 0;
    for (const PlannedTensor& planned : plannedTensors(config)) {
        std::int64_t values = 1;
        for (const std::int64_t size : planned.shape)
            values *= size;
        count += values;
    }
    return count;
}

Result<> checkTensors(const ModelConfig& config, const std::vector<TensorEntry>& tensors, std::string_view origin)
{
    std::vector<std::string> missing;
    std::vector<std::string> misshaped;
    std::vector<std::string> unreadable;
    for (const PlannedTensor& planned : plannedTensors(config)) {
        const auto found = std::ranges::lower_bound(tensors, planned.name, {}, &TensorEntry::name);
        if (found == tensors.end() || found->name != planned.name)
            missing.push_back(planned.name);
        else if (found->shape != planned.shape)
            misshaped.push_back(planned.name + " (" + shapeText(found->shape) + " instead of "
                                + shapeText(planned.shape) + ")");
        else if (!canDequantize(found->type))
            unreadable.push_back(planned.name + " (" + std::string(dtypeName(found->type)) + ")");
    }
    if (!missing.empty())
        return fail(ErrorCode::MissingField,
                    std::string(origin) + ": tensors that the model needs are missing: " + firstFew(missing) + ".");
    if (!misshaped.empty())
        return fail(ErrorCode::Inconsistent,
                    std::string(origin) + ": tensors do not have the shape that the config says: " + firstFew(misshaped)
                        + ".");
    if (!unreadable.empty())
        return fail(ErrorCode::UnknownDtype,
                    std::string(origin) + ": tensors are stored in a type that cannot be read: " + firstFew(unreadable)
                        + "; convert to F16, BF16, Q8_0 or Q4_K.");
    return {};
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

} // namespace driftscope::checkpoint
