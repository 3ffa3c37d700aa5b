// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/adapter.h"

#include "core/checkpoint/adapterconfig_p.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace driftscope::checkpoint {

namespace {

constexpr const char* configName = "adapter_config.json";
constexpr const char* weightsName = "adapter_model.safetensors";

std::string kindName(const std::string& type)
{
    std::string name = type;
    for (char& letter : name)
        letter = letter == '_' ? '-' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return name;
}

/// A tensor's name in the file, taken apart.
struct TensorName {
    std::string module; ///< without PEFT's prefix
    std::string part; ///< "lora_A.weight"; without the adapter's name "default"
};

TensorName splitName(std::string name)
{
    constexpr std::string_view prefix = "base_model.model.";
    if (name.starts_with(prefix))
        name.erase(0, prefix.size());
    constexpr std::array markers {".lora_", ".modules_to_save.", ".base_layer.", ".original_module."};
    std::size_t dot = std::string::npos;
    for (const char* marker : markers)
        dot = std::min(dot, name.find(marker));
    if (dot == std::string::npos)
        dot = name.rfind('.');
    if (dot == std::string::npos)
        return {name, {}};
    std::string part = name.substr(dot + 1);
    constexpr std::string_view given = ".default"; // the adapter's name, which old files keep
    if (const auto at = part.find(given);
        at != std::string::npos && (at + given.size() == part.size() || part[at + given.size()] == '.'))
        part.erase(at, given.size());
    return {name.substr(0, dot), std::move(part)};
}

} // namespace

/// Turns the tensors of a file into the description of an adapter.
class AdapterReader
{
public:
    static Result<std::shared_ptr<const Adapter>> read(const std::filesystem::path& folder);

private:
    explicit AdapterReader(Adapter& adapter)
        : m_adapter(adapter)
    {
    }

    Result<> openWeights();
    void describe();
    void place(const TensorEntry& tensor);
    bool placeLora(const TensorName& name, const TensorEntry& tensor);
    void placeReplacement(const TensorName& name, const TensorEntry& tensor);
    void set(std::string& slot, const TensorEntry& tensor);
    void finish(AdapterModule& module);
    void note(std::string problem) { m_adapter.m_problems.push_back(std::move(problem)); }

    Adapter& m_adapter;
    std::map<std::string, AdapterModule> m_modules;
    std::map<std::string, AdapterReplacement> m_replacements;
};

Result<> AdapterReader::openWeights()
{
    const auto weights = m_adapter.m_folder / weightsName;
    const auto pickle = m_adapter.m_folder / "adapter_model.bin";
    if (!std::filesystem::exists(weights) && std::filesystem::exists(pickle))
        return fail(ErrorCode::UnsupportedFormat,
                    pickle.string()
                        + ": weights in pickle files can run code when read, so they are not opened; convert them to "
                          "safetensors (save_pretrained of peft does that).");
    DRIFTSCOPE_TRY(auto file, SafetensorsFile::open(weights));
    m_adapter.m_file = std::move(file.file);
    m_adapter.m_tensors = std::move(file.tensors);
    std::ranges::sort(m_adapter.m_tensors, {}, &TensorEntry::name);
    return {};
}

Result<std::shared_ptr<const Adapter>> AdapterReader::read(const std::filesystem::path& folder)
{
    const std::shared_ptr<Adapter> adapter(new Adapter);
    adapter->m_folder = std::filesystem::is_regular_file(folder) ? folder.parent_path() : folder;
    DRIFTSCOPE_TRY(auto config, AdapterConfig::read(adapter->m_folder / configName));
    adapter->m_config = std::make_unique<const AdapterConfig>(std::move(config));
    AdapterReader reader(*adapter);
    DRIFTSCOPE_CHECK(reader.openWeights());
    reader.describe();
    return std::shared_ptr<const Adapter>(adapter);
}

void AdapterReader::describe()
{
    const AdapterConfig& config = *m_adapter.m_config;
    AdapterDescription& description = m_adapter.m_description;
    description.peftType = config.type;
    m_adapter.m_problems = config.unsupported;
    if (config.type == "PROMPT_TUNING" || config.type == "P_TUNING") {
        description.kind = AdapterDescription::Kind::PromptTuning;
        description.virtualTokens = config.virtualTokens;
        return;
    }
    if (config.type != "LORA")
        return note("adapters of the kind " + config.type
                    + " are not known; known are LORA, PROMPT_TUNING and P_TUNING");
    description.kind = AdapterDescription::Kind::Lora;
    description.rank = config.rank;
    for (const TensorEntry& tensor : m_adapter.m_tensors)
        place(tensor);
    if (m_modules.empty() && m_replacements.empty())
        note("it has no LoRA tensors");
    std::set<std::string> endings;
    for (auto& [name, module] : m_modules) {
        finish(module);
        endings.insert(name.substr(name.rfind('.') + 1)); // npos + 1 = 0: the whole name
        description.modules.push_back(std::move(module));
    }
    for (auto& [name, replacement] : m_replacements)
        description.replacements.push_back(std::move(replacement));
    description.targets = config.targets.names;
    if (config.targets.isEmpty())
        description.targets.assign(endings.begin(), endings.end());
}

// Where the language model is part of a larger one, its names have something before them; it is taken off.
void AdapterReader::place(const TensorEntry& tensor)
{
    TensorName name = splitName(tensor.name);
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> wrappings {
        {{"language_model.", ""}, {"model.language_model.", "model."}}};
    for (const auto& [outer, inner] : wrappings) {
        if (!name.module.starts_with(outer))
            continue;
        m_adapter.m_innerPrefix = outer;
        name.module = std::string(inner) + name.module.substr(outer.size());
        break;
    }
    if (!placeLora(name, tensor))
        placeReplacement(name, tensor);
}

bool AdapterReader::placeLora(const TensorName& name, const TensorEntry& tensor)
{
    if (!name.part.starts_with("lora_"))
        return false;
    AdapterModule& module = m_modules[name.module];
    module.name = name.module;
    if (name.part == "lora_A.weight") {
        set(module.down, tensor);
    } else if (name.part == "lora_B.weight") {
        set(module.up, tensor);
    } else if (name.part == "lora_B.bias") {
        set(module.upBias, tensor);
    } else if (name.part == "lora_embedding_A" || name.part == "lora_embedding_B") {
        module.isEmbedding = true;
        set(name.part.back() == 'A' ? module.down : module.up, tensor);
    } else if (name.part == "lora_magnitude_vector" || name.part == "lora_magnitude_vector.weight") {
        set(module.magnitude, tensor);
    } else {
        note("its tensor '" + tensor.name + "' is of a kind that is not known");
    }
    return true;
}

void AdapterReader::placeReplacement(const TensorName& name, const TensorEntry& tensor)
{
    const std::size_t dot = name.part.rfind('.');
    const std::string holder = dot == std::string::npos ? std::string() : name.part.substr(0, dot);
    if (holder == "original_module")
        return; // what modules_to_save stands for, kept by some old files
    AdapterReplacement& replacement = m_replacements[name.module + "." + name.part.substr(dot + 1)];
    replacement.name = name.module + "." + name.part.substr(dot + 1);
    replacement.isShared = holder == "base_layer";
    set(replacement.tensor, tensor);
}

void AdapterReader::set(std::string& slot, const TensorEntry& tensor)
{
    if (!slot.empty())
        note("its tensors '" + slot + "' and '" + tensor.name + "' are for the same place");
    slot = tensor.name;
}

void AdapterReader::finish(AdapterModule& module)
{
    const AdapterConfig& config = *m_adapter.m_config;
    module.rank = config.rankOf(module.name);
    module.scale = config.scaleOf(module.name);
    if (module.down.empty() || module.up.empty())
        note("the module " + module.name + " has only one of lora_A and lora_B");
    if (config.dora && module.magnitude.empty())
        note("the module " + module.name + " has no lora_magnitude_vector, which DoRA needs");
    if (!config.dora && !module.magnitude.empty())
        note("the module " + module.name + " has a lora_magnitude_vector, but use_dora is not set");
    if (!module.upBias.empty() && (config.dora || module.isEmbedding))
        note("the module " + module.name + " has a bias in lora_B beside DoRA or an embedding");
    for (const std::string* tensor : {&module.down, &module.up, &module.upBias, &module.magnitude}) {
        const TensorEntry* entry = m_adapter.find(*tensor);
        if (entry != nullptr && !canDequantize(entry->type))
            note("its tensor '" + *tensor + "' is stored as " + std::string(dtypeName(entry->type)));
    }
}

Adapter::Adapter() = default;
Adapter::~Adapter() = default;

Result<std::shared_ptr<const Adapter>> Adapter::open(const std::filesystem::path& folder)
{
    try {
        return AdapterReader::read(folder);
    } catch (const std::exception& error) { // std::filesystem and std::bad_alloc
        return fail(ErrorCode::NotReadable, folder.string() + ": cannot be read: " + error.what() + ".");
    }
}

std::vector<std::filesystem::path> Adapter::files() const
{
    return {m_folder / configName, m_folder / weightsName};
}

const TensorEntry* Adapter::find(std::string_view tensor) const
{
    const auto found = std::ranges::lower_bound(m_tensors, tensor, {}, &TensorEntry::name);
    return found != m_tensors.end() && found->name == tensor ? &*found : nullptr;
}

Result<> Adapter::read(std::string_view tensor, std::span<float> values) const
{
    const TensorEntry* entry = find(tensor);
    if (entry == nullptr)
        return fail(ErrorCode::NotFound, m_folder.string() + ": there is no tensor '" + std::string(tensor) + "'.");
    DRIFTSCOPE_TRY(const auto bytes, m_file->range(entry->offset, entry->bytes));
    return dequantize(entry->type, bytes, values);
}

std::string misfitText(const std::vector<std::string>& misfits)
{
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, misfits.size()); ++i)
        text += (i == 0 ? "" : "; ") + misfits[i];
    if (misfits.size() > shown)
        text += "; and " + std::to_string(misfits.size() - shown) + " more";
    return text;
}

Result<AdapterCard> inspectAdapter(const std::filesystem::path& folder, const ModelConfig* base)
{
    DRIFTSCOPE_TRY(const auto adapter, Adapter::open(folder));
    const AdapterDescription& description = adapter->description();
    AdapterCard card;
    card.kind = kindName(description.peftType);
    card.targets = description.targets;
    if (description.kind == AdapterDescription::Kind::Lora)
        card.rank = description.rank;
    if (!base) {
        card.why = "there is no base model to compare it with.";
        return card;
    }
    const auto misfits = adapter->misfits(*base);
    card.fits = misfits.empty();
    card.why = misfits.empty() ? "names and shapes of its tensors fit the base model." : misfitText(misfits) + ".";
    return card;
}

} // namespace driftscope::checkpoint
