// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/adapter.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/tensorplan.h"

#include <algorithm>
#include <map>
#include <set>

namespace driftscope::checkpoint {

namespace {

using nlohmann::json;
using Shapes = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

constexpr std::uintmax_t maxConfigBytes = 16U << 20U;
constexpr JsonRange rankRange {1, 65'536};

/// adapter_config.json, as far as names and shapes depend on it.
struct AdapterConfig {
    std::string type; ///< PEFT's spelling
    std::int64_t rank = 8;
    std::int64_t virtualTokens = 0;
    std::vector<std::string> targets;
    std::map<std::string, std::int64_t> rankOfEnding;
};

void readTargets(JsonField& root, AdapterConfig& config)
{
    const auto field = root.optionalField("target_modules");
    if (field && field->value().is_string()) {
        config.targets.push_back(root.text("target_modules")); // "all-linear" or a regular expression
        return;
    }
    for (JsonField& target : root.array("target_modules", false))
        config.targets.push_back(target.asText());
}

void readLora(JsonField& root, AdapterConfig& config)
{
    config.rank = root.integer("r", config.rank, rankRange);
    (void)root.number("lora_alpha", 8);
    readTargets(root, config);
    if (auto pattern = root.optionalObject("rank_pattern")) {
        const json& entries = pattern->value();
        for (const auto& [ending, rank] : entries.items())
            config.rankOfEnding.emplace(ending, pattern->integer(ending, rankRange));
    }
}

Result<AdapterConfig> readConfig(const std::filesystem::path& folder)
{
    const auto path = folder / "adapter_config.json";
    DRIFTSCOPE_TRY(const std::string text, readFile(path, maxConfigBytes));
    DRIFTSCOPE_TRY(const json parsed, parseJson(text, "adapter_config.json"));
    JsonField root(parsed, "adapter_config.json");
    if (!parsed.is_object())
        root.reject(ErrorCode::WrongType, "an adapter_config.json holds an object.");
    AdapterConfig config;
    config.type = root.text("peft_type");
    if (config.type == "LORA")
        readLora(root, config);
    else if (config.type == "PROMPT_TUNING")
        config.virtualTokens = root.integer("num_virtual_tokens", rankRange);
    DRIFTSCOPE_CHECK(root.status());
    return config;
}

Result<std::vector<TensorEntry>> readTensors(const std::filesystem::path& folder)
{
    const auto weights = folder / "adapter_model.safetensors";
    if (!std::filesystem::exists(weights) && std::filesystem::exists(folder / "adapter_model.bin"))
        return fail(ErrorCode::UnsupportedFormat,
                    (folder / "adapter_model.bin").string()
                        + ": weights in pickle files can run code when read, so they are not opened; convert them to "
                          "safetensors (save_pretrained of peft does that).");
    DRIFTSCOPE_TRY(auto file, SafetensorsFile::open(weights));
    return std::move(file.tensors);
}

/// Compares the tensors of a LoRA adapter with the modules of the base model; remembers the first thing that differs.
class LoraCheck
{
public:
    LoraCheck(const AdapterConfig& config, const ModelConfig& base)
        : m_config(config)
    {
        for (PlannedTensor& planned : plannedTensors(base))
            m_base.emplace(std::move(planned.name), std::move(planned.shape));
        if (base.tiedEmbeddings)
            m_base.emplace("lm_head.weight", std::vector<std::int64_t> {base.vocabularySize, base.hiddenSize});
    }

    /// Empty if the adapter fits.
    std::string firstProblem(const std::vector<TensorEntry>& tensors);

private:
    void place(const TensorEntry& tensor);
    void checkModule(const std::string& module);
    std::int64_t rankOf(const std::string& module) const;
    void note(const std::string& problem)
    {
        if (m_problem.empty())
            m_problem = problem;
    }

    const AdapterConfig& m_config;
    Shapes m_base;
    Shapes m_down; ///< lora_A by module
    Shapes m_up; ///< lora_B by module
    std::string m_problem;
};

/// The module's path in a tensor name, without PEFT's prefix; the rest of the name goes to `rest`.
std::string splitName(std::string name, std::string& rest)
{
    constexpr std::string_view prefix = "base_model.model.";
    if (name.starts_with(prefix))
        name.erase(0, prefix.size());
    const auto start = name.find(".lora_");
    rest = start == std::string::npos ? std::string() : name.substr(start + 1);
    return start == std::string::npos ? name : name.substr(0, start);
}

void LoraCheck::place(const TensorEntry& tensor)
{
    std::string rest;
    const std::string module = splitName(tensor.name, rest);
    if (rest == "lora_A.weight" || rest == "lora_A.default.weight") {
        m_down.emplace(module, tensor.shape);
    } else if (rest == "lora_B.weight" || rest == "lora_B.default.weight") {
        m_up.emplace(module, tensor.shape);
    } else if (rest.starts_with("lora_magnitude_vector")) {
        note("it uses DoRA ('" + tensor.name + "'), which the program cannot apply.");
    } else if (const auto found = m_base.find(module); !rest.empty() || found == m_base.end()) {
        note("the base model has no place for its tensor '" + tensor.name + "'.");
    } else if (found->second != tensor.shape) {
        note("'" + tensor.name + "' has the shape " + shapeText(tensor.shape) + ", the base model "
             + shapeText(found->second) + ".");
    }
}

std::int64_t LoraCheck::rankOf(const std::string& module) const
{
    for (const auto& [ending, rank] : m_config.rankOfEnding)
        if (module == ending || module.ends_with("." + ending))
            return rank;
    return m_config.rank;
}

void LoraCheck::checkModule(const std::string& module)
{
    const auto down = m_down.find(module);
    const auto up = m_up.find(module);
    if (down == m_down.end() || up == m_up.end())
        return note("the module " + module + " has only one of lora_A and lora_B.");
    const auto base = m_base.find(module + ".weight");
    if (base == m_base.end() || base->second.size() != 2)
        return note("the base model has no module " + module + ".");
    const std::int64_t rank = rankOf(module);
    const std::vector<std::int64_t> downShape {rank, base->second[1]};
    const std::vector<std::int64_t> upShape {base->second[0], rank};
    if (down->second != downShape)
        note("lora_A of " + module + " has the shape " + shapeText(down->second) + "; the base model and rank need "
             + shapeText(downShape) + ".");
    if (up->second != upShape)
        note("lora_B of " + module + " has the shape " + shapeText(up->second) + "; the base model and rank need "
             + shapeText(upShape) + ".");
}

std::string LoraCheck::firstProblem(const std::vector<TensorEntry>& tensors)
{
    for (const TensorEntry& tensor : tensors)
        place(tensor);
    std::set<std::string> modules;
    for (const Shapes* shapes : {&m_down, &m_up})
        for (const auto& [module, shape] : *shapes)
            modules.insert(module);
    if (modules.empty())
        note("it has no LoRA tensors.");
    for (const std::string& module : modules)
        checkModule(module);
    return m_problem;
}

std::string promptTuningProblem(const AdapterConfig& config, const ModelConfig& base,
                                const std::vector<TensorEntry>& tensors)
{
    const auto found = std::ranges::find(tensors, "prompt_embeddings", &TensorEntry::name);
    if (found == tensors.end())
        return "it has no tensor prompt_embeddings.";
    const std::vector<std::int64_t> expected {config.virtualTokens, base.hiddenSize};
    if (found->shape != expected)
        return "prompt_embeddings has the shape " + shapeText(found->shape) + "; the base model needs "
            + shapeText(expected) + ".";
    return {};
}

std::string kindName(const std::string& type)
{
    std::string name = type;
    for (char& letter : name)
        letter = letter == '_' ? '-' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return name;
}

/// Target modules of an adapter whose config names none: those that its tensors belong to, without the layer.
std::vector<std::string> modulesOf(const std::vector<TensorEntry>& tensors)
{
    std::set<std::string> names;
    for (const TensorEntry& tensor : tensors) {
        std::string rest;
        const std::string module = splitName(tensor.name, rest);
        if (!rest.empty())
            names.insert(module.substr(module.rfind('.') + 1)); // npos + 1 = 0: the whole name
    }
    return {names.begin(), names.end()};
}

std::string firstProblem(const AdapterConfig& config, const ModelConfig& base, const std::vector<TensorEntry>& tensors)
{
    if (config.type == "LORA")
        return LoraCheck(config, base).firstProblem(tensors);
    if (config.type == "PROMPT_TUNING")
        return promptTuningProblem(config, base, tensors);
    return "adapters of the kind " + config.type + " are not known; known are LORA and PROMPT_TUNING.";
}

} // namespace

Result<AdapterCard> inspectAdapter(const std::filesystem::path& folder, const ModelConfig* base)
{
    try {
        DRIFTSCOPE_TRY(const auto config, readConfig(folder));
        DRIFTSCOPE_TRY(const auto tensors, readTensors(folder));
        AdapterCard card;
        card.kind = kindName(config.type);
        card.targets = config.targets;
        if (config.type == "LORA")
            card.rank = config.rank;
        if (config.type == "LORA" && card.targets.empty())
            card.targets = modulesOf(tensors);
        if (!base) {
            card.why = "there is no base model to compare it with.";
            return card;
        }
        const std::string problem = firstProblem(config, *base, tensors);
        card.fits = problem.empty();
        card.why = problem.empty() ? "names and shapes of its tensors fit the base model." : problem;
        return card;
    } catch (const std::exception& error) { // std::filesystem and std::bad_alloc
        return fail(ErrorCode::NotReadable, folder.string() + ": cannot be read: " + error.what() + ".");
    }
}

} // namespace driftscope::checkpoint
