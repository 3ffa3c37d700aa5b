// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/adapterloader_p.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace driftscope::inference {

namespace {

using checkpoint::Adapter;
using checkpoint::AdapterDescription;
using checkpoint::AdapterModule;
using checkpoint::AdapterReplacement;
using network::AdapterWeights;
using network::LowRank;
using network::ModulePlace;

constexpr const char* embeddingName = "model.embed_tokens.weight";
constexpr const char* headName = "lm_head.weight";

std::string nameOf(const AdapterChoice& choice)
{
    if (!choice.name.empty())
        return choice.name;
    const auto folder = choice.folder.has_filename() ? choice.folder : choice.folder.parent_path();
    return folder.filename().string();
}

Result<> checkFit(const OpenedAdapter& opened, const checkpoint::ModelConfig& base)
{
    const AdapterDescription& description = opened.adapter->description();
    const auto misfits = opened.adapter->misfits(base);
    if (!misfits.empty())
        return fail(description.kind == AdapterDescription::Kind::Unknown ? ErrorCode::UnsupportedFormat
                                                                          : ErrorCode::Inconsistent,
                    "The adapter " + opened.choice.folder.string() + " does not fit the base model ("
                        + std::to_string(misfits.size()) + " problems): " + checkpoint::misfitText(misfits)
                        + "; choose the checkpoint that it was made for.");
    if (description.virtualTokens > 0 && opened.choice.weight != 1)
        return fail(ErrorCode::BadArgument,
                    "The adapter " + opened.choice.name
                        + " puts virtual tokens before the prompt, which cannot be weighted; leave its weight at 1.");
    if (description.virtualTokens >= base.contextLength)
        return fail(ErrorCode::ContextTooLong,
                    "The adapter " + opened.choice.name + " has " + std::to_string(description.virtualTokens)
                        + " virtual tokens; the model's context of " + std::to_string(base.contextLength)
                        + " leaves no room for a prompt.");
    return {};
}

/// Reads the tensors of one adapter as fp32 on the CPU.
class TensorSource
{
public:
    TensorSource(const Adapter& adapter, const JobContext& context)
        : m_adapter(adapter)
        , m_context(context)
    {
    }

    /// Undefined if the name is empty.
    Result<at::Tensor> read(const std::string& name) const
    {
        const checkpoint::TensorEntry* entry = m_adapter.find(name);
        if (entry == nullptr)
            return at::Tensor();
        if (m_context.isStopped())
            return fail(ErrorCode::Cancelled, "Loading the adapter was stopped.");
        at::Tensor values = at::empty(entry->shape, at::kFloat);
        DRIFTSCOPE_CHECK(
            m_adapter.read(name, {values.data_ptr<float>(), static_cast<std::size_t>(entry->valueCount())}));
        return values;
    }

    /// A module's change of its own rows, without rowScale.
    Result<LowRank> readChange(const AdapterModule& module, double weight) const
    {
        LowRank change;
        DRIFTSCOPE_TRY(change.down, read(module.down));
        DRIFTSCOPE_TRY(change.up, read(module.up));
        DRIFTSCOPE_TRY(change.upBias, read(module.upBias));
        change.scale = module.scale * weight;
        return change;
    }

private:
    const Adapter& m_adapter;
    JobContext m_context;
};

bool isGemma(const checkpoint::ModelConfig& config)
{
    return config.architecture.starts_with("gemma");
}

/// The base's tensor with this name; undefined for norms and for biases that it lacks.
at::Tensor baseTensor(const network::DecoderWeights& base, const ModulePlace& place, bool isBias)
{
    if (!isBias)
        return network::rowsAt(base, place);
    const network::LayerWeights& layer = base.layers[place.layer];
    const at::Tensor& bias = place.matrix == ModulePlace::Matrix::QueryKeyValue ? layer.queryKeyValue.bias
        : place.matrix == ModulePlace::Matrix::Output                           ? layer.output.bias
        : place.matrix == ModulePlace::Matrix::GateUp                           ? layer.gateUp.bias
                                                                                : layer.down.bias;
    return bias.defined() ? bias.narrow(0, place.firstRow, place.rows) : at::Tensor();
}

class WeightsBuilder
{
public:
    WeightsBuilder(const OpenedAdapter& opened, const network::DecoderWeights& base, const JobContext& context)
        : m_opened(opened)
        , m_base(base)
        , m_source(*opened.adapter, context)
        , m_device(base.embedding.device())
    {
    }

    Result<> addChanges()
    {
        for (const AdapterModule& module : m_opened.adapter->description().modules) {
            const auto place = network::placeOf(m_base.config, module.name);
            if (!place)
                return fail(ErrorCode::Internal, "There is no place for the module " + module.name + ".");
            DRIFTSCOPE_TRY(LowRank change, m_source.readChange(module, m_opened.choice.weight));
            DRIFTSCOPE_TRY(const at::Tensor magnitude, m_source.read(module.magnitude));
            change.down = change.down.to(m_device);
            change.up = change.up.to(m_device);
            if (magnitude.defined()) {
                const at::Tensor rows = network::rowsAt(m_base, *place);
                change.rowScale =
                    network::doraScale(module.isEmbedding ? rows.t() : rows, change, magnitude.to(m_device));
            }
            m_weights.changes.push_back({*place, inTypeOf(*place, std::move(change))});
        }
        return {};
    }

    /// @param isDone  of the base tensors whose replacement is in the weights already.
    template<typename IsDone>
    Result<> addRest(const IsDone& isDone)
    {
        for (const AdapterReplacement& replacement : m_opened.adapter->description().replacements) {
            if (!isDone(replacement))
                DRIFTSCOPE_CHECK(addReplacement(replacement));
        }
        if (m_opened.adapter->description().virtualTokens == 0)
            return {};
        DRIFTSCOPE_TRY(m_weights.prompt, m_source.read("prompt_embeddings"));
        // Gemma 1 and 2 scale whatever enters the first layer, Gemma 3 only what comes from its embedding.
        if (!m_base.config.architecture.starts_with("gemma3"))
            m_weights.prompt = m_weights.prompt * m_base.config.embeddingScale;
        m_weights.prompt = m_weights.prompt.to(m_device);
        return {};
    }

    std::shared_ptr<const AdapterWeights> finish()
    {
        return std::make_shared<const AdapterWeights>(std::move(m_weights));
    }

private:
    // Embedding and head are computed in fp32, the rest in the decoder's own type.
    LowRank inTypeOf(ModulePlace place, LowRank change) const
    {
        const bool isWide = place.matrix == ModulePlace::Matrix::Head || place.matrix == ModulePlace::Matrix::Embedding;
        const at::ScalarType type = isWide ? at::kFloat : m_base.computeType;
        change.down = change.down.to(type);
        change.up = change.up.to(type);
        if (change.upBias.defined())
            change.upBias = change.upBias.to(m_device, type);
        change.firstRow = place.firstRow;
        return change;
    }

    // Tensors that equal the base's own are left out: files with a changed embedding often hold the base's, too.
    Result<> addReplacement(const AdapterReplacement& replacement)
    {
        DRIFTSCOPE_TRY(at::Tensor values, m_source.read(replacement.tensor));
        const std::size_t dot = replacement.name.rfind('.');
        const auto place = network::placeOf(m_base.config, replacement.name.substr(0, dot));
        if (!place) { // a norm: Gemma's files hold what is to be added to 1
            values = isGemma(m_base.config) ? values + 1 : values;
        } else {
            const at::Tensor base = baseTensor(m_base, *place, replacement.name.substr(dot + 1) == "bias");
            if (!base.defined())
                return fail(ErrorCode::Inconsistent, "The base model has no " + replacement.name + ".");
            values = values.to(base.options());
            if (at::equal(values, base))
                return {};
        }
        m_weights.replacements.push_back({replacement.name, values.to(m_device), replacement.isShared});
        return {};
    }

    const OpenedAdapter& m_opened;
    const network::DecoderWeights& m_base;
    TensorSource m_source;
    at::Device m_device;
    AdapterWeights m_weights;
};

} // namespace

Result<std::vector<OpenedAdapter>> openAdapters(const std::vector<AdapterChoice>& choices,
                                                const checkpoint::ModelConfig& base, std::vector<std::string> taken)
{
    std::vector<OpenedAdapter> adapters;
    for (const AdapterChoice& choice : choices) {
        OpenedAdapter opened {choice, nullptr};
        opened.choice.name = nameOf(choice);
        if (std::ranges::find(taken, opened.choice.name) != taken.end())
            return fail(ErrorCode::BadArgument,
                        "Two adapters have the name '" + opened.choice.name + "'; give them names of their own.");
        taken.push_back(opened.choice.name);
        DRIFTSCOPE_TRY(opened.adapter, Adapter::open(choice.folder));
        DRIFTSCOPE_CHECK(checkFit(opened, base));
        adapters.push_back(std::move(opened));
    }
    return adapters;
}

Result<std::shared_ptr<const AdapterWeights>>
readAdapter(const OpenedAdapter& opened, const network::DecoderWeights& base, const JobContext& context)
{
    WeightsBuilder builder(opened, base, context);
    DRIFTSCOPE_CHECK(builder.addChanges());
    DRIFTSCOPE_CHECK(builder.addRest([](const AdapterReplacement&) { return false; }));
    return builder.finish();
}

Result<AdapterMerge> AdapterMerge::prepare(std::vector<OpenedAdapter> adapters, const checkpoint::ModelConfig& base,
                                           const JobContext& context)
{
    AdapterMerge merge;
    for (const OpenedAdapter& opened : adapters) {
        const TensorSource source(*opened.adapter, context);
        for (const AdapterModule& module : opened.adapter->description().modules) {
            Change change;
            DRIFTSCOPE_TRY(change.change, source.readChange(module, opened.choice.weight));
            DRIFTSCOPE_TRY(change.magnitude, source.read(module.magnitude));
            change.isEmbedding = module.isEmbedding;
            merge.m_changes[module.name + ".weight"].push_back(std::move(change));
        }
    }
    for (const OpenedAdapter& opened : adapters) {
        for (const AdapterReplacement& replacement : opened.adapter->description().replacements) {
            if (!replacement.isShared && merge.m_changes.contains(replacement.name))
                return fail(ErrorCode::BadArgument,
                            "The adapter " + opened.choice.name + " replaces " + replacement.name
                                + ", which an adapter also changes: these cannot be merged; use them unmerged.");
        }
    }
    merge.m_isTied = base.tiedEmbeddings;
    merge.m_adapters = std::move(adapters);
    return merge;
}

bool AdapterMerge::changes(const std::string& tensor) const
{
    return m_changes.contains(tensor) || (m_isTied && tensor == headName && m_changes.contains(embeddingName));
}

// What an adapter holds in place of the base's own embedding, which a tied head follows; undefined = nothing.
Result<at::Tensor> AdapterMerge::sharedReplacement(const std::string& tensor) const
{
    for (const OpenedAdapter& opened : m_adapters) {
        for (const AdapterReplacement& replacement : opened.adapter->description().replacements) {
            const bool isIt =
                replacement.name == tensor || (m_isTied && tensor == headName && replacement.name == embeddingName);
            if (replacement.isShared && isIt)
                return TensorSource(*opened.adapter, {}).read(replacement.tensor);
        }
    }
    return at::Tensor();
}

// Lengths for DoRA are those of the base, whatever was folded in before: as they are without merging.
Result<at::Tensor> AdapterMerge::merged(const std::string& tensor, const at::Tensor& values) const
{
    DRIFTSCOPE_TRY(const at::Tensor replacement, sharedReplacement(tensor));
    const at::Tensor stored = replacement.defined() ? replacement.to(values.device()) : values;
    const auto found = m_changes.find(tensor);
    if (found == m_changes.end())
        return stored;
    const bool isEmbedding = found->second.front().isEmbedding;
    const at::Tensor weight = isEmbedding ? stored.t() : stored;
    std::vector<LowRank> ready;
    for (const Change& change : found->second) {
        LowRank one = change.change;
        one.down = one.down.to(values.device());
        one.up = one.up.to(values.device());
        if (change.magnitude.defined())
            one.rowScale = network::doraScale(weight, one, change.magnitude.to(values.device()));
        ready.push_back(std::move(one));
    }
    const at::Tensor sum = network::merged(weight, ready);
    return isEmbedding ? sum.t().contiguous() : sum;
}

Result<> AdapterMerge::finish(network::DecoderWeights& weights, const JobContext& context) const
{
    std::vector<std::shared_ptr<const AdapterWeights>> rests;
    for (const OpenedAdapter& opened : m_adapters) {
        WeightsBuilder builder(opened, weights, context);
        DRIFTSCOPE_CHECK(builder.addRest([this](const AdapterReplacement& replacement) {
            return replacement.isShared && m_changes.contains(replacement.name);
        }));
        rests.push_back(builder.finish());
        for (const auto& other : std::span(rests).first(rests.size() - 1)) {
            if (const std::string conflict = network::conflictOf(*other, *rests.back()); !conflict.empty())
                return fail(ErrorCode::BadArgument,
                            "The adapters cannot be merged together: " + conflict + " by two of them.");
        }
    }
    weights = network::withAdapters(weights, rests);
    for (const auto& [tensor, changes] : m_changes) {
        const auto place = network::placeOf(weights.config, tensor.substr(0, tensor.rfind('.')));
        for (const Change& change : changes) {
            if (place && change.change.upBias.defined())
                network::addToBias(weights, *place, change.change.upBias * change.change.scale);
        }
    }
    return {};
}

} // namespace driftscope::inference
