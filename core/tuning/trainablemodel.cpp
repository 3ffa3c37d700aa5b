// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/recompute.h"
#include "core/network/rope.h"
#include "core/tuning/trainablemodel_p.h"

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace driftscope::tuning {

namespace {

constexpr double deviation = 0.02;

/// Makes the tensors of a new model and lists them as parameters.
class WeightMaker
{
public:
    WeightMaker(TrainableModel& model, std::uint64_t seed, at::Device device)
        : m_model(model)
        , m_generator(at::detail::createCPUGenerator(seed))
        , m_device(device)
    {
    }

    at::Tensor normal(const std::string& name, std::vector<std::int64_t> shape, double scale = 1)
    {
        const at::Tensor drawn = at::empty(shape, at::kFloat).normal_(0, deviation * scale, m_generator);
        return add(name, drawn, true);
    }

    at::Tensor ones(const std::string& name, std::int64_t size)
    {
        return add(name, at::ones({size}, at::kFloat), false);
    }

private:
    at::Tensor add(const std::string& name, const at::Tensor& value, bool decays)
    {
        at::Tensor leaf = value.to(m_device);
        leaf.set_requires_grad(true);
        m_model.parameters.push_back({name, leaf, decays});
        return leaf;
    }

    TrainableModel& m_model;
    at::Generator m_generator;
    at::Device m_device;
};

network::LayerWeights makeLayer(WeightMaker& maker, const checkpoint::ModelConfig& config, std::int64_t index)
{
    const std::string layer = "layers." + std::to_string(index) + ".";
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t keys = config.keyValueHeads * config.headDim;
    const double intoResidual = 1.0 / std::sqrt(2.0 * static_cast<double>(config.layers));
    network::LayerWeights weights;
    weights.attentionNorm = maker.ones(layer + "attentionNorm", config.hiddenSize);
    weights.queryKeyValue.weight = maker.normal(layer + "queryKeyValue", {queries + 2 * keys, config.hiddenSize});
    weights.output.weight = maker.normal(layer + "output", {config.hiddenSize, queries}, intoResidual);
    weights.mlpNorm = maker.ones(layer + "mlpNorm", config.hiddenSize);
    weights.gateUp.weight = maker.normal(layer + "gateUp", {2 * config.intermediateSize, config.hiddenSize});
    weights.down.weight = maker.normal(layer + "down", {config.hiddenSize, config.intermediateSize}, intoResidual);
    return weights;
}

/// All samples as roots of one packed batch; the rows after which something is read are gathered once each.
class Packed
{
public:
    explicit Packed(std::span<const TuningSample> samples)
    {
        for (const TuningSample& sample : samples)
            add(sample);
    }

    network::PackedBatch batch;
    std::vector<std::int64_t> targets; ///< of each term
    std::vector<std::int64_t> reads; ///< index in batch.readRows of each term
    std::vector<std::int64_t> answerTerms; ///< indices of the terms that are answers
    std::vector<std::int64_t> textTerms;
    std::vector<std::int64_t> cueReads; ///< of each sample
    std::vector<std::int64_t> answerTokens; ///< positive, negative of each sample

private:
    void add(const TuningSample& sample)
    {
        const auto begin = static_cast<std::int64_t>(batch.tokens.size());
        const auto length = static_cast<std::int64_t>(sample.tokens.size());
        batch.tokens.insert(batch.tokens.end(), sample.tokens.begin(), sample.tokens.end());
        for (std::int64_t position = 0; position < length; ++position)
            batch.positions.push_back(position);
        network::TokenSegment segment;
        segment.begin = begin;
        segment.end = begin + length;
        segment.subtreeEnd = begin + length;
        batch.segments.push_back(segment);
        for (const LossTerm& term : sample.terms) {
            (term.isAnswer ? answerTerms : textTerms).push_back(static_cast<std::int64_t>(targets.size()));
            targets.push_back(term.target);
            reads.push_back(read(begin + term.position));
        }
        cueReads.push_back(read(begin + sample.cue));
        answerTokens.insert(answerTokens.end(), {sample.answers[0], sample.answers[1]});
    }

    // Rows come in ascending order but for the cue, which an answer term before may have asked for already.
    std::int64_t read(std::int64_t row)
    {
        for (std::size_t i = batch.readRows.size(); i-- > 0 && batch.readRows[i] >= row;)
            if (batch.readRows[i] == row)
                return static_cast<std::int64_t>(i);
        batch.readRows.push_back(row);
        return static_cast<std::int64_t>(batch.readRows.size()) - 1;
    }
};

at::Tensor onDevice(const std::vector<std::int64_t>& values, const at::Tensor& like)
{
    return at::tensor(values, at::kLong).to(like.device());
}

at::Tensor logitsOf(const network::DecoderWeights& weights, const at::Tensor& hidden)
{
    const at::Tensor logits = at::linear(hidden, weights.head.to(at::kFloat));
    const auto cap = weights.config.finalSoftcap;
    return cap ? at::tanh(logits / *cap) * *cap : logits;
}

at::Tensor sumOf(const at::Tensor& losses, const std::vector<std::int64_t>& terms)
{
    return losses.index_select(0, onDevice(terms, losses)).sum();
}

} // namespace

std::string scratchConfig(const ScratchModel& model, std::int64_t vocabularySize)
{
    const nlohmann::json config {{"architectures", {"LlamaForCausalLM"}},
                                 {"model_type", "llama"},
                                 {"vocab_size", vocabularySize},
                                 {"hidden_size", model.hiddenSize},
                                 {"intermediate_size", model.intermediateSize},
                                 {"num_hidden_layers", model.layers},
                                 {"num_attention_heads", model.heads},
                                 {"num_key_value_heads", model.heads},
                                 {"head_dim", model.hiddenSize / model.heads},
                                 {"hidden_act", "silu"},
                                 {"rms_norm_eps", 1e-5},
                                 {"rope_theta", model.ropeTheta},
                                 {"max_position_embeddings", model.contextLength},
                                 {"tie_word_embeddings", true},
                                 {"attention_bias", false},
                                 {"mlp_bias", false},
                                 {"bos_token_id", 0},
                                 {"eos_token_id", 1},
                                 {"torch_dtype", "float32"}};
    return config.dump(2) + "\n";
}

Result<TrainableModel> makeScratchModel(const std::string& configJson, std::uint64_t seed,
                                        const network::Device& device)
{
    TrainableModel model;
    DRIFTSCOPE_TRY(model.weights.config, checkpoint::parseModelConfig(configJson, "the new model"));
    const checkpoint::ModelConfig& config = model.weights.config;
    WeightMaker maker(model, seed, device.torch);
    model.weights.embedding = maker.normal("embedding", {config.vocabularySize, config.hiddenSize});
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        model.weights.layers.push_back(makeLayer(maker, config, layer));
    model.weights.finalNorm = maker.ones("finalNorm", config.hiddenSize);
    model.weights.head = model.weights.embedding;
    return model;
}

Result<LossSums> lossOf(const TrainableModel& model, std::span<const TuningSample> samples, const JobContext& context)
{
    const Packed packed(samples);
    const auto run = model.recomputesActivations ? network::runDecoderRecomputing : network::runDecoder;
    DRIFTSCOPE_TRY(const at::Tensor hidden, run(model.weights, packed.batch, context));
    const at::Tensor logits = logitsOf(model.weights, hidden); // [reads, vocabulary]
    const at::Tensor rows = at::log_softmax(logits, -1).index_select(0, onDevice(packed.reads, logits));
    const at::Tensor losses = -rows.gather(1, onDevice(packed.targets, logits).unsqueeze(1)).squeeze(1); // [terms]
    LossSums sums;
    sums.answers = sumOf(losses, packed.answerTerms);
    sums.text = sumOf(losses, packed.textTerms);
    sums.answerTerms = static_cast<std::int64_t>(packed.answerTerms.size());
    sums.textTerms = static_cast<std::int64_t>(packed.textTerms.size());
    const auto count = static_cast<std::int64_t>(samples.size());
    const at::Tensor cues = logits.detach().index_select(0, onDevice(packed.cueReads, logits));
    const at::Tensor both =
        cues.gather(1, onDevice(packed.answerTokens, logits).view({count, 2})).to(at::kCPU).to(at::kDouble);
    const auto values = both.accessor<double, 2>();
    for (std::int64_t i = 0; i < count; ++i)
        sums.logOdds.push_back(values[i][0] - values[i][1]);
    return sums;
}

} // namespace driftscope::tuning
