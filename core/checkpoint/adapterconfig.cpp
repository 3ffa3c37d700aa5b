// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/checkpoint/adapterconfig_p.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace driftscope::checkpoint {

namespace {

using nlohmann::json;

constexpr std::uintmax_t maxConfigBytes = 16U << 20U;
constexpr JsonRange rankRange {1, 65'536};
constexpr JsonRange alphaRange {-1e6, 1e6};
constexpr JsonRange layerRange {0, 1e6};

std::string lowerCase(std::string text)
{
    for (char& letter : text)
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return text;
}

std::optional<NamePattern> patternOf(JsonField& field, const std::string& regex)
{
    auto pattern = NamePattern::parse(regex);
    if (pattern)
        return std::move(*pattern);
    field.reject(pattern.error().code, pattern.error().message + ".");
    return std::nullopt;
}

/// A text or a list of texts.
std::vector<std::string> readTexts(JsonField& root, const std::string& key)
{
    const auto field = root.optionalField(key);
    if (field && field->value().is_string())
        return {root.text(key)};
    std::vector<std::string> texts;
    for (JsonField& element : root.array(key, false))
        texts.push_back(element.asText());
    return texts;
}

/// A list of names, or one expression.
ModuleChoice readChoice(JsonField& root, const std::string& key)
{
    ModuleChoice choice;
    choice.names = readTexts(root, key);
    auto field = root.optionalField(key);
    if (field && field->value().is_string() && !choice.names.front().empty()
        && lowerCase(choice.names.front()) != "all-linear")
        choice.pattern = patternOf(*field, choice.names.front());
    return choice;
}

void readLayers(JsonField& root, AdapterConfig& config)
{
    const auto layers = root.optionalField("layers_to_transform");
    if (layers && layers->value().is_number()) {
        config.layers.push_back(root.integer("layers_to_transform", layerRange));
    } else {
        for (JsonField& layer : root.array("layers_to_transform", false))
            config.layers.push_back(layer.asInteger(layerRange));
    }
    auto field = root.optionalField("layers_pattern");
    for (const std::string& text : readTexts(root, "layers_pattern")) {
        if (auto pattern = text.empty() ? std::nullopt : patternOf(*field, ".*\\." + text))
            config.layersPatterns.push_back(std::move(*pattern));
    }
}

/// rank_pattern or alpha_pattern. The first key that matches counts, so the file's order is kept, which `ordered` has.
std::vector<std::pair<NamePattern, double>> readPatterns(JsonField& root, const nlohmann::ordered_json& ordered,
                                                         const std::string& key, bool areRanks)
{
    std::vector<std::pair<NamePattern, double>> patterns;
    auto object = root.optionalObject(key);
    if (!object || !object->value().is_object())
        return patterns;
    for (const auto& [ending, value] : ordered.at(key).items()) {
        const double number =
            areRanks ? static_cast<double>(object->integer(ending, rankRange)) : object->number(ending, alphaRange);
        if (auto pattern = patternOf(*object, "(.*\\.)?(" + ending + ")"))
            patterns.emplace_back(std::move(*pattern), number);
    }
    return patterns;
}

bool isSet(const json& value)
{
    return !value.is_null() && value != json(false) && !(value.is_structured() && value.empty());
}

/// What PEFT would do with the base model or the adapter that the program does not.
void readUnsupported(JsonField& root, AdapterConfig& config)
{
    constexpr std::array features {"alora_invocation_tokens", "layer_replication", "use_qalora", "use_bdlora",
                                   "target_parameters",       "arrow_config"};
    for (const char* feature : features) {
        const auto field = root.optionalField(feature);
        if (field && isSet(field->value()))
            config.unsupported.push_back(std::string("it uses ") + feature + ", which the program cannot apply");
    }
    constexpr std::array changing {"pissa", "olora", "corda", "loftq", "lora_ga"};
    const auto init = root.optionalField("init_lora_weights");
    if (!init || !init->value().is_string())
        return;
    const std::string name = lowerCase(init->value().get<std::string>());
    if (std::ranges::any_of(changing, [&](const char* prefix) { return name.starts_with(prefix); }))
        config.unsupported.push_back("it was made with init_lora_weights '" + name
                                     + "', which also changed the base model; save it as a plain LoRA with peft");
}

void readLora(JsonField& root, const nlohmann::ordered_json& ordered, AdapterConfig& config)
{
    config.rank = root.integer("r", config.rank, rankRange);
    config.alpha = root.number("lora_alpha", config.alpha, alphaRange);
    config.rootScaling = root.boolean("use_rslora", false);
    config.dora = root.boolean("use_dora", false);
    config.targets = readChoice(root, "target_modules");
    config.allLinear = config.targets.names.size() == 1 && !config.targets.pattern
        && root.optionalField("target_modules")->value().is_string();
    config.excluded = readChoice(root, "exclude_modules");
    readLayers(root, config);
    config.savedModules = readTexts(root, "modules_to_save");
    config.ranks = readPatterns(root, ordered, "rank_pattern", true);
    config.alphas = readPatterns(root, ordered, "alpha_pattern", false);
    readUnsupported(root, config);
}

/// Number of the first pattern that matches.
double valueOf(std::string_view module, const std::vector<std::pair<NamePattern, double>>& patterns, double fallback)
{
    for (const auto& [pattern, value] : patterns)
        if (pattern.matches(module))
            return value;
    return fallback;
}

bool isName(std::string_view module, std::string_view ending)
{
    return module == ending
        || (module.ends_with(ending) && module.size() > ending.size()
            && module[module.size() - ending.size() - 1] == '.');
}

} // namespace

bool ModuleChoice::has(std::string_view module) const
{
    if (pattern)
        return pattern->matches(module);
    return std::ranges::any_of(names, [&](const std::string& name) { return isName(module, name); });
}

Result<AdapterConfig> AdapterConfig::read(const std::filesystem::path& file)
{
    const std::string origin = file.filename().string();
    DRIFTSCOPE_TRY(const std::string text, readFile(file, maxConfigBytes));
    DRIFTSCOPE_TRY(const json parsed, parseJson(text, origin));
    JsonField root(parsed, origin);
    if (!parsed.is_object())
        root.reject(ErrorCode::WrongType, "an adapter_config.json holds an object.");
    AdapterConfig config;
    config.type = root.text("peft_type");
    if (config.type == "LORA")
        readLora(root, nlohmann::ordered_json::parse(text, nullptr, false), config);
    else if (config.type == "PROMPT_TUNING" || config.type == "P_TUNING")
        config.virtualTokens = root.integer("num_virtual_tokens", rankRange);
    DRIFTSCOPE_CHECK(root.status());
    return config;
}

std::int64_t AdapterConfig::rankOf(std::string_view module) const
{
    return static_cast<std::int64_t>(valueOf(module, ranks, static_cast<double>(rank)));
}

double AdapterConfig::scaleOf(std::string_view module) const
{
    const auto patterned = static_cast<double>(rankOf(module));
    return valueOf(module, alphas, alpha) / (rootScaling ? std::sqrt(patterned) : patterned);
}

// Source: check_target_module_exists() of PEFT: layers_to_transform counts only for a list of endings.
bool AdapterConfig::isTarget(std::string_view module) const
{
    if (excluded.has(module))
        return false;
    const auto isSaved = [&](const std::string& saved) {
        return isName(module, saved) || module.starts_with(saved + ".")
            || module.find("." + saved + ".") != std::string_view::npos;
    };
    if (std::ranges::any_of(savedModules, isSaved))
        return false;
    if (allLinear)
        return !isName(module, "lm_head") && !isName(module, "embed_tokens");
    if (targets.pattern || std::ranges::find(targets.names, module) != targets.names.end())
        return targets.has(module);
    return targets.has(module) && isInLayers(module);
}

// "model.layers.12.self_attn.q_proj": what stands before the number must be a layers pattern, if there are any.
bool AdapterConfig::isInLayers(std::string_view module) const
{
    if (layers.empty())
        return true;
    for (std::size_t end = module.rfind('.'); end != std::string_view::npos && end > 0;
         end = module.rfind('.', end - 1)) {
        const std::size_t dot = module.rfind('.', end - 1);
        if (dot == std::string_view::npos || dot == 0)
            return false;
        std::int64_t layer = -1;
        const auto read = std::from_chars(module.data() + dot + 1, module.data() + end, layer);
        if (read.ec != std::errc() || read.ptr != module.data() + end)
            continue;
        const std::string_view before = module.substr(0, dot);
        const bool isKnown = layersPatterns.empty()
            ? before.find('.') != std::string_view::npos
            : std::ranges::any_of(layersPatterns, [&](const NamePattern& pattern) { return pattern.matches(before); });
        if (isKnown)
            return std::ranges::find(layers, layer) != layers.end();
    }
    return false;
}

} // namespace driftscope::checkpoint
