// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/adapter.h"
#include "core/checkpoint/adapterconfig_p.h"
#include "core/checkpoint/tensorplan.h"

#include <algorithm>
#include <map>

namespace driftscope::checkpoint {

namespace {

using Shape = std::vector<std::int64_t>;
using Shapes = std::map<std::string, Shape, std::less<>>;

Shapes shapesOf(const ModelConfig& base)
{
    Shapes shapes;
    for (PlannedTensor& planned : plannedTensors(base))
        shapes.emplace(std::move(planned.name), std::move(planned.shape));
    if (base.tiedEmbeddings)
        shapes.emplace("lm_head.weight", Shape {base.vocabularySize, base.hiddenSize});
    return shapes;
}

/// Compares an adapter's tensors with the modules of a base model and lists what differs.
class FitCheck
{
public:
    FitCheck(const Adapter& adapter, const AdapterConfig& config, const ModelConfig& base, std::string innerPrefix)
        : m_adapter(adapter)
        , m_config(config)
        , m_base(shapesOf(base))
        , m_hiddenSize(base.hiddenSize)
        , m_innerPrefix(std::move(innerPrefix))
    {
    }

    std::vector<std::string> run()
    {
        const AdapterDescription& description = m_adapter.description();
        if (description.kind == AdapterDescription::Kind::PromptTuning)
            checkPrompt(description.virtualTokens);
        for (const AdapterModule& module : description.modules)
            checkModule(module);
        for (const AdapterReplacement& replacement : description.replacements)
            checkReplacement(replacement);
        if (description.kind == AdapterDescription::Kind::Lora)
            checkComplete(description.modules);
        return std::move(m_misfits);
    }

private:
    void note(std::string misfit) { m_misfits.push_back(std::move(misfit)); }

    void checkShape(const std::string& tensor, const std::string& what, const Shape& expected)
    {
        const TensorEntry* entry = m_adapter.find(tensor);
        if (entry != nullptr && entry->shape != expected)
            note(what + " has the shape " + shapeText(entry->shape) + "; the base model and rank need "
                 + shapeText(expected));
    }

    void checkPrompt(std::int64_t virtualTokens)
    {
        const TensorEntry* entry = m_adapter.find("prompt_embeddings");
        const Shape expected {virtualTokens, m_hiddenSize};
        if (entry == nullptr)
            note("it has no tensor prompt_embeddings");
        else if (entry->shape != expected)
            note("prompt_embeddings has the shape " + shapeText(entry->shape) + "; the base model needs "
                 + shapeText(expected));
    }

    void checkModule(const AdapterModule& module)
    {
        const auto base = m_base.find(module.name + ".weight");
        if (base == m_base.end() || base->second.size() != 2)
            return note("the base model has no module " + module.name);
        const bool isEmbedding = module.name == "model.embed_tokens";
        if (isEmbedding != module.isEmbedding)
            return note(isEmbedding ? "its change of " + module.name + " is not that of an embedding"
                                    : module.name + " is no embedding");
        if (!m_config.targets.isEmpty() && !m_config.isTarget(outerName(module.name)))
            note("target_modules and the other rules of its config leave out " + module.name
                 + ", for which it has tensors");
        const std::int64_t in = base->second[isEmbedding ? 0 : 1];
        const std::int64_t out = base->second[isEmbedding ? 1 : 0];
        const std::string suffix = " of " + module.name;
        checkShape(module.down, "lora_A" + suffix, {module.rank, in});
        checkShape(module.up, "lora_B" + suffix, {out, module.rank});
        checkShape(module.upBias, "the bias of lora_B" + suffix, {out});
        checkShape(module.magnitude, "lora_magnitude_vector" + suffix, {out});
    }

    void checkReplacement(const AdapterReplacement& replacement)
    {
        const auto base = m_base.find(replacement.name);
        const TensorEntry* entry = m_adapter.find(replacement.tensor);
        if (base == m_base.end())
            note("the base model has no place for its tensor '" + replacement.tensor + "'");
        else if (entry->shape != base->second)
            note("'" + replacement.tensor + "' has the shape " + shapeText(entry->shape) + ", the base model "
                 + shapeText(base->second));
        else if (!canDequantize(entry->type))
            note("'" + replacement.tensor + "' is stored as " + std::string(dtypeName(entry->type)));
    }

    // A module that the config names and that has no tensors was left untrained, or lost.
    void checkComplete(const std::vector<AdapterModule>& modules)
    {
        if (m_config.targets.isEmpty())
            return;
        constexpr std::string_view ending = ".weight";
        for (const auto& [name, shape] : m_base) {
            if (shape.size() != 2 || !name.ends_with(ending))
                continue;
            const std::string module = name.substr(0, name.size() - ending.size());
            if (m_config.isTarget(outerName(module))
                && std::ranges::find(modules, module, &AdapterModule::name) == modules.end())
                note("it has no tensors for " + module + ", which target_modules names");
        }
    }

    // The module's name in the model that the adapter was made for.
    [[nodiscard]] std::string outerName(const std::string& module) const
    {
        constexpr std::string_view inner = "model.";
        if (m_innerPrefix == "model.language_model." && module.starts_with(inner))
            return m_innerPrefix + module.substr(inner.size());
        return m_innerPrefix == "model.language_model." ? module : m_innerPrefix + module;
    }

    const Adapter& m_adapter;
    const AdapterConfig& m_config;
    Shapes m_base;
    std::int64_t m_hiddenSize;
    std::string m_innerPrefix;
    std::vector<std::string> m_misfits;
};

} // namespace

std::vector<std::string> Adapter::misfits(const ModelConfig& base) const
{
    std::vector<std::string> all = m_problems;
    const auto found = FitCheck(*this, *m_config, base, m_innerPrefix).run();
    all.insert(all.end(), found.begin(), found.end());
    return all;
}

} // namespace driftscope::checkpoint
