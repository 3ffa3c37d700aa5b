// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/loadedmodel_p.h"
#include "core/network/adapterweights.h"
#include "core/tuning/trainablemodel_p.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace driftscope::tuning {

namespace {

using network::LayerWeights;

/// Copies weights out of inference mode, whose tensors cannot take part in gradients, and lists those to train.
class WeightCopier
{
public:
    WeightCopier(TrainableModel& model, bool trains)
        : m_model(model)
        , m_trains(trains)
    {
    }

    void copy(const std::string& name, at::Tensor& weight, bool decays, bool isTrained = true)
    {
        if (!weight.defined())
            return;
        weight = weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
        if (!m_trains || !isTrained)
            return;
        weight.set_requires_grad(true);
        m_model.parameters.push_back({name, weight, decays});
    }

    void copy(const std::string& name, network::Linear& linear)
    {
        copy(name, linear.weight, true);
        copy(name + "Bias", linear.bias, false);
    }

    void copy(const std::string& layer, LayerWeights& weights)
    {
        copy(layer + "attentionNorm", weights.attentionNorm, false);
        copy(layer + "attentionOutputNorm", weights.attentionOutputNorm, false);
        copy(layer + "queryKeyValue", weights.queryKeyValue);
        copy(layer + "queryNorm", weights.queryNorm, false);
        copy(layer + "keyNorm", weights.keyNorm, false);
        copy(layer + "output", weights.output);
        copy(layer + "mlpNorm", weights.mlpNorm, false);
        copy(layer + "mlpOutputNorm", weights.mlpOutputNorm, false);
        copy(layer + "gateUp", weights.gateUp);
        copy(layer + "down", weights.down);
    }

private:
    TrainableModel& m_model;
    bool m_trains;
};

std::string moduleName(std::int64_t layer, const std::string& target)
{
    const bool isMlp = target == "gate_proj" || target == "up_proj" || target == "down_proj";
    return "model.layers." + std::to_string(layer) + (isMlp ? ".mlp." : ".self_attn.") + target;
}

/// Adds LoRA matrices to the targets of all layers.
class LoraMaker
{
public:
    LoraMaker(TrainableModel& model, const TuningMethod& method, std::uint64_t seed)
        : m_model(model)
        , m_method(method)
        , m_generator(at::detail::createCPUGenerator(seed))
    {
    }

    Result<> make()
    {
        for (std::int64_t layer = 0; layer < m_model.weights.config.layers; ++layer) {
            for (const std::string& target : m_method.targets)
                DRIFTSCOPE_CHECK(add(moduleName(layer, target)));
        }
        return {};
    }

private:
    Result<> add(const std::string& module)
    {
        const auto place = network::placeOf(m_model.weights.config, module);
        if (!place)
            return fail(ErrorCode::UnknownName,
                        "The model has no module '" + module + "' that LoRA could add to; change method.targets.");
        network::Linear& linear = network::linearAt(m_model.weights, *place);
        const std::int64_t width = linear.weight.size(1);
        const double bound = 1 / std::sqrt(static_cast<double>(width));
        LoraModule lora {module, at::empty({m_method.rank, width}).uniform_(-bound, bound, m_generator),
                         at::zeros({place->rows, m_method.rank})};
        lora.down = leaf(module + ".down", lora.down);
        lora.up = leaf(module + ".up", lora.up);
        network::LowRank change;
        change.down = lora.down;
        change.up = lora.up;
        change.scale = m_method.alpha / static_cast<double>(m_method.rank);
        change.firstRow = place->firstRow;
        change.dropout = m_method.dropout;
        linear.changes.push_back(std::move(change));
        m_model.lora.push_back(std::move(lora));
        return {};
    }

    at::Tensor leaf(const std::string& name, const at::Tensor& value)
    {
        at::Tensor made = value.to(m_model.weights.embedding.device());
        made.set_requires_grad(true);
        m_model.parameters.push_back({name, made, true});
        return made;
    }

    TrainableModel& m_model;
    const TuningMethod& m_method;
    at::Generator m_generator;
};

} // namespace

Result<TrainableModel> makeTrainable(const inference::LoadedModel& model, const TuningMethod& method,
                                     std::uint64_t seed)
{
    TrainableModel made;
    made.weights = model.parts().weights;
    made.weights.computeType = at::kFloat;
    const bool isTied = made.weights.config.tiedEmbeddings;
    WeightCopier copier(made, !method.isLora);
    copier.copy("embedding", made.weights.embedding, true, method.trainsEmbedding);
    for (std::size_t layer = 0; layer < made.weights.layers.size(); ++layer)
        copier.copy("layers." + std::to_string(layer) + ".", made.weights.layers[layer]);
    copier.copy("finalNorm", made.weights.finalNorm, false);
    if (isTied)
        made.weights.head = made.weights.embedding;
    else
        copier.copy("head", made.weights.head, true, method.trainsEmbedding);
    if (method.isLora)
        DRIFTSCOPE_CHECK(LoraMaker(made, method, seed).make());
    return made;
}

} // namespace driftscope::tuning
