// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/modelconfig.h"

#include "core/base/jsonfield.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace driftscope::checkpoint {

namespace {

using nlohmann::json;

/// What the configuration classes of a family assume when a field is missing (transformers 4.57).
struct Family {
    std::string_view name;
    std::string_view className;
    std::int64_t contextLength;
    double rmsNormEpsilon;
};

constexpr std::array<Family, 4> families {{
    {"llama", "LlamaForCausalLM", 2048, 1e-6},
    {"mistral", "MistralForCausalLM", 131'072, 1e-6},
    {"qwen2", "Qwen2ForCausalLM", 32'768, 1e-6},
    {"qwen3", "Qwen3ForCausalLM", 32'768, 1e-6},
}};

// Far above every decoder that exists; beyond them a file is broken or hostile.
struct SizeLimit {
    std::int64_t ModelConfig::*member;
    std::string_view name;
    std::int64_t maximum;
};

constexpr std::array<SizeLimit, 8> sizeLimits {{
    {&ModelConfig::vocabularySize, "the vocabulary size", 1 << 24},
    {&ModelConfig::hiddenSize, "the hidden size", 1 << 18},
    {&ModelConfig::intermediateSize, "the intermediate size", 1 << 20},
    {&ModelConfig::layers, "the number of layers", 4096},
    {&ModelConfig::heads, "the number of attention heads", 1 << 14},
    {&ModelConfig::keyValueHeads, "the number of key-value heads", 1 << 14},
    {&ModelConfig::headDim, "the head dimension", 1 << 14},
    {&ModelConfig::contextLength, "the context length", std::int64_t {1} << 31},
}};

tl::unexpected<Error> configError(ErrorCode code, std::string_view origin, const std::string& problem)
{
    return fail(code, std::string(origin) + ": " + problem);
}

Result<> checkSizes(const ModelConfig& config, std::string_view origin)
{
    for (const SizeLimit& limit : sizeLimits) {
        const std::int64_t value = config.*limit.member;
        if (value <= 0)
            return configError(ErrorCode::BadValue, origin,
                               std::string(limit.name) + " must be positive, not " + std::to_string(value) + ".");
        if (value > limit.maximum)
            return configError(ErrorCode::TooLarge, origin,
                               std::string(limit.name) + " is " + std::to_string(value) + "; more than "
                                   + std::to_string(limit.maximum) + " is taken for a broken file.");
    }
    return {};
}

Result<> checkHeads(const ModelConfig& config, std::string_view origin)
{
    if (config.heads % config.keyValueHeads != 0)
        return configError(ErrorCode::Inconsistent, origin,
                           std::to_string(config.heads) + " attention heads cannot share "
                               + std::to_string(config.keyValueHeads) + " key-value heads evenly.");
    constexpr std::int64_t maxAttentionWidth = 1 << 20; // keeps products of sizes far from 64 bits
    if (config.heads * config.headDim > maxAttentionWidth)
        return configError(ErrorCode::TooLarge, origin,
                           std::to_string(config.heads) + " heads of " + std::to_string(config.headDim)
                               + " values are taken for a broken file.");
    if (config.headDim % 2 != 0)
        return configError(ErrorCode::Inconsistent, origin,
                           "the head dimension " + std::to_string(config.headDim)
                               + " is odd, but rotary positions need pairs.");
    return {};
}

Result<> checkRope(const Rope& rope, const ModelConfig& config, std::string_view origin)
{
    const auto isPositive = [](double value) { return std::isfinite(value) && value > 0; };
    if (!isPositive(rope.theta))
        return configError(ErrorCode::BadValue, origin, "the rotary base must be positive.");
    if (!isPositive(rope.factor))
        return configError(ErrorCode::BadValue, origin, "the rotary scaling factor must be positive.");
    if (rope.scaling == Rope::Scaling::Llama3) {
        if (!isPositive(rope.lowFreqFactor) || !isPositive(rope.highFreqFactor))
            return configError(ErrorCode::BadValue, origin,
                               "the frequency factors of the rotary scaling must be positive.");
        if (rope.lowFreqFactor >= rope.highFreqFactor)
            return configError(ErrorCode::Inconsistent, origin,
                               "low_freq_factor of the rotary scaling must be below high_freq_factor.");
    }
    if (rope.scaling != Rope::Scaling::None && rope.scaling != Rope::Scaling::Linear && rope.originalContext <= 0)
        return configError(ErrorCode::BadValue, origin,
                           "the original context length of the rotary scaling must be positive.");
    if (rope.scaling == Rope::Scaling::Yarn && (!isPositive(rope.betaFast) || !isPositive(rope.betaSlow)))
        return configError(ErrorCode::BadValue, origin,
                           "beta_fast and beta_slow of the rotary scaling must be positive.");
    if (rope.attentionFactor && !isPositive(*rope.attentionFactor))
        return configError(ErrorCode::BadValue, origin, "attention_factor of the rotary scaling must be positive.");
    if (!rope.frequencyDivisors.empty()
        && static_cast<std::int64_t>(rope.frequencyDivisors.size()) != config.headDim / 2)
        return configError(ErrorCode::Inconsistent, origin,
                           "rope_freqs.weight has " + std::to_string(rope.frequencyDivisors.size())
                               + " values for a head of " + std::to_string(config.headDim) + ".");
    if (!std::ranges::all_of(rope.frequencyDivisors, isPositive))
        return configError(ErrorCode::BadValue, origin, "rope_freqs.weight holds a value that is not positive.");
    return {};
}

Result<> checkWindows(const ModelConfig& config, std::string_view origin)
{
    if (!config.slidingWindow.empty() && static_cast<std::int64_t>(config.slidingWindow.size()) != config.layers)
        return configError(ErrorCode::Inconsistent, origin, "the sliding windows do not fit the number of layers.");
    for (const auto& window : config.slidingWindow)
        if (window && *window <= 0)
            return configError(ErrorCode::BadValue, origin,
                               "a sliding window must be positive, not " + std::to_string(*window) + ".");
    return {};
}

/// Reads the parts of one config.json. The first error stays in the JsonField.
class ConfigReader
{
public:
    ConfigReader(const json& parsed, std::string_view origin)
        : m_root(parsed, origin)
        , m_origin(origin)
    {
    }

    Result<ModelConfig> read();

private:
    Result<> readFamily();
    void readSizes();
    std::int64_t size(std::string_view key);
    std::int64_t size(std::string_view key, std::int64_t fallback);
    bool isTooLong(std::string_view key);
    void readRope();
    void readScaling(JsonField& scaling, bool isTypeRequired);
    void readScalingNumbers(JsonField& scaling);
    void readActivation();
    void readSwitches();
    void readWindows();
    std::vector<std::string> readLayerTypes();
    std::vector<std::int64_t> readTokens(std::string_view key);
    Result<> deriveHeadDim();

    JsonField m_root;
    std::string_view m_origin;
    ModelConfig m_config;
    const Family* m_family = nullptr;
};

Result<> ConfigReader::readFamily()
{
    std::string name = m_root.text("model_type", "");
    std::string shown = name;
    if (name.empty()) {
        auto classes = m_root.array("architectures", false);
        if (classes.empty())
            m_root.reject(ErrorCode::MissingField, "model_type is missing; it names the kind of model.");
        else
            shown = classes.front().asText();
    }
    DRIFTSCOPE_CHECK(m_root.status());
    const auto* found = name.empty() ? std::ranges::find(families, std::string_view(shown), &Family::className)
                                     : std::ranges::find(families, std::string_view(name), &Family::name);
    if (found == families.end())
        return configError(ErrorCode::UnknownArchitecture, m_origin,
                           "models of the kind '" + shown
                               + "' cannot be run; those that can: " + supportedArchitectures() + ".");
    m_family = found;
    m_config.architecture = found->name;
    return {};
}

/// A whole number beyond 64 bits: JSON readers turn it into a real number.
bool ConfigReader::isTooLong(std::string_view key)
{
    const auto field = m_root.optionalField(key);
    if (!field)
        return false;
    const json& value = field->value();
    constexpr double wholeNumbersOnly = 9007199254740992.0; // 2^53
    const bool isHuge = (value.is_number_float() && value.get<double>() >= wholeNumbersOnly)
        || (value.is_number_unsigned()
            && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (isHuge)
        m_root.reject(ErrorCode::TooLarge,
                      std::string(key) + " is " + value.dump() + "; this is taken for a broken file.");
    return isHuge;
}

std::int64_t ConfigReader::size(std::string_view key)
{
    return isTooLong(key) ? 1 : m_root.integer(key);
}

std::int64_t ConfigReader::size(std::string_view key, std::int64_t fallback)
{
    return isTooLong(key) ? 1 : m_root.integer(key, fallback);
}

void ConfigReader::readSizes()
{
    m_config.hiddenSize = size("hidden_size");
    m_config.intermediateSize = size("intermediate_size");
    m_config.layers = size("num_hidden_layers");
    m_config.heads = size("num_attention_heads");
    m_config.vocabularySize = size("vocab_size");
    m_config.keyValueHeads = size("num_key_value_heads", m_config.heads);
    constexpr std::int64_t qwen3HeadDim = 128;
    m_config.headDim = size("head_dim", m_config.architecture == "qwen3" ? qwen3HeadDim : 0);
    m_config.contextLength = size("max_position_embeddings", m_family->contextLength);
    m_config.rmsNormEpsilon = m_root.number("rms_norm_eps", m_family->rmsNormEpsilon);
}

Result<> ConfigReader::deriveHeadDim()
{
    if (m_root.has("head_dim") || m_config.headDim != 0)
        return {};
    m_config.headDim = 2; // until the other sizes are known to be sound
    DRIFTSCOPE_CHECK(validate(m_config, m_origin));
    if (m_config.hiddenSize % m_config.heads != 0)
        return configError(ErrorCode::Inconsistent, m_origin,
                           "the hidden size " + std::to_string(m_config.hiddenSize) + " cannot be divided among "
                               + std::to_string(m_config.heads) + " attention heads, and there is no head_dim.");
    m_config.headDim = m_config.hiddenSize / m_config.heads;
    return {};
}

void ConfigReader::readScalingNumbers(JsonField& scaling)
{
    Rope& rope = m_config.rope;
    rope.factor = scaling.number("factor");
    const std::int64_t context = m_config.contextLength;
    switch (rope.scaling) {
    case Rope::Scaling::Llama3:
        rope.lowFreqFactor = scaling.number("low_freq_factor");
        rope.highFreqFactor = scaling.number("high_freq_factor");
        rope.originalContext = scaling.integer("original_max_position_embeddings");
        break;
    case Rope::Scaling::Yarn:
        rope.originalContext = scaling.integer("original_max_position_embeddings", context);
        rope.betaFast = scaling.number("beta_fast", rope.betaFast);
        rope.betaSlow = scaling.number("beta_slow", rope.betaSlow);
        if (scaling.has("attention_factor"))
            rope.attentionFactor = scaling.number("attention_factor");
        break;
    case Rope::Scaling::Dynamic:
        rope.originalContext = scaling.integer("original_max_position_embeddings", context);
        break;
    case Rope::Scaling::Longrope:
    case Rope::Scaling::Linear:
    case Rope::Scaling::None:
        break;
    }
}

void ConfigReader::readScaling(JsonField& scaling, bool isTypeRequired)
{
    const std::string legacy = scaling.text("type", "");
    std::string type = scaling.text("rope_type", legacy);
    if (type.empty() && isTypeRequired)
        scaling.reject(ErrorCode::MissingField, "rope_type is missing.");
    struct Name {
        std::string_view text;
        Rope::Scaling scaling;
    };
    constexpr std::array<Name, 6> names {{{"", Rope::Scaling::None},
                                          {"default", Rope::Scaling::None},
                                          {"linear", Rope::Scaling::Linear},
                                          {"dynamic", Rope::Scaling::Dynamic},
                                          {"llama3", Rope::Scaling::Llama3},
                                          {"yarn", Rope::Scaling::Yarn}}};
    const auto* found = std::ranges::find(names, std::string_view(type), &Name::text);
    if (found == names.end()) {
        scaling.reject(ErrorCode::UnknownType,
                       "the rotary scaling '" + type
                           + "' is not known; known are default, linear, dynamic, llama3 and yarn.");
        return;
    }
    m_config.rope.scaling = found->scaling;
    if (found->scaling != Rope::Scaling::None)
        readScalingNumbers(scaling);
}

void ConfigReader::readRope()
{
    m_config.rope.theta = m_root.number("rope_theta", m_config.rope.theta);
    if (auto parameters = m_root.optionalObject("rope_parameters")) {
        // transformers 5: everything in one place
        m_config.rope.theta = parameters->number("rope_theta", m_config.rope.theta);
        readScaling(*parameters, false);
    } else if (auto scaling = m_root.optionalObject("rope_scaling")) {
        readScaling(*scaling, true);
    }
}

void ConfigReader::readActivation()
{
    struct Name {
        std::string_view text;
        Activation activation;
    };
    constexpr std::array<Name, 6> names {{{"silu", Activation::Silu},
                                          {"swish", Activation::Silu},
                                          {"gelu", Activation::Gelu},
                                          {"gelu_pytorch_tanh", Activation::GeluTanh},
                                          {"gelu_new", Activation::GeluTanh},
                                          {"gelu_fast", Activation::GeluTanh}}};
    const std::string legacy = m_root.text("hidden_act", "silu");
    const std::string text = m_root.text("hidden_activation", legacy);
    const auto* found = std::ranges::find(names, std::string_view(text), &Name::text);
    if (found == names.end())
        m_root.reject(ErrorCode::UnknownType,
                      "the activation '" + text + "' is not known; known are silu, gelu and gelu_pytorch_tanh.");
    else
        m_config.activation = found->activation;
}

std::vector<std::int64_t> ConfigReader::readTokens(std::string_view key)
{
    std::vector<std::int64_t> tokens;
    const JsonRange range {0, static_cast<double>(sizeLimits[0].maximum)};
    const auto field = m_root.optionalField(key);
    if (field && field->value().is_array()) {
        for (JsonField& element : m_root.array(key))
            tokens.push_back(element.asInteger(range));
    } else if (field) {
        tokens.push_back(m_root.integer(key, range));
    }
    return tokens;
}

void ConfigReader::readSwitches()
{
    const bool hasAttentionBias = m_config.architecture == "llama" || m_config.architecture == "qwen3";
    const bool attentionBias = m_root.boolean("attention_bias", false);
    m_config.queryKeyValueBias = m_config.architecture == "qwen2" || (hasAttentionBias && attentionBias);
    m_config.outputBias = hasAttentionBias && attentionBias;
    m_config.mlpBias = m_root.boolean("mlp_bias", false) && m_config.architecture == "llama";
    m_config.queryKeyNorm = m_config.architecture == "qwen3";
    m_config.tiedEmbeddings = m_root.boolean("tie_word_embeddings", false);
    const std::string newer = m_root.text("dtype", "");
    m_config.dtype = m_root.text("torch_dtype", newer);
    m_config.beginTokens = readTokens("bos_token_id");
    m_config.endTokens = readTokens("eos_token_id");
}

std::vector<std::string> ConfigReader::readLayerTypes()
{
    std::vector<std::string> types;
    for (JsonField& element : m_root.array("layer_types", false)) {
        types.push_back(element.asText());
        if (m_root.status() && types.back() != "full_attention" && types.back() != "sliding_attention")
            element.reject(ErrorCode::UnknownType,
                           "the layer type '" + types.back()
                               + "' is not known; known are full_attention and sliding_attention.");
    }
    if (m_root.has("layer_types") && static_cast<std::int64_t>(types.size()) != m_config.layers)
        m_root.reject(ErrorCode::Inconsistent,
                      "layer_types has " + std::to_string(types.size()) + " entries for "
                          + std::to_string(m_config.layers) + " layers.");
    return types;
}

void ConfigReader::readWindows()
{
    const std::vector<std::string> types = readLayerTypes();
    const bool isQwen = m_config.architecture.starts_with("qwen");
    const std::int64_t fallback = isQwen ? 4096 : 0; // the class default of Qwen; Mistral's file says it or has none
    const std::int64_t window = m_root.has("sliding_window") ? m_root.integer("sliding_window") : fallback;
    const bool isUsed = m_root.boolean("use_sliding_window", false);
    const std::int64_t firstLayer = m_root.integer("max_window_layers", 28, {0, 1e9});
    const bool hasWindow = isQwen ? isUsed : m_config.architecture == "mistral" && m_root.has("sliding_window");
    const bool anySliding = std::ranges::find(types, "sliding_attention") != types.end();
    if (!m_root.status() || m_config.layers > sizeLimits[3].maximum)
        return;
    if (!hasWindow) {
        if (anySliding && m_config.architecture != "llama")
            m_root.reject(ErrorCode::Inconsistent,
                          "layer_types has sliding_attention, but no sliding window is switched on.");
        return;
    }
    m_config.slidingWindow.resize(static_cast<std::size_t>(std::max<std::int64_t>(m_config.layers, 0)));
    for (std::size_t layer = 0; layer < m_config.slidingWindow.size(); ++layer) {
        const bool isSliding = !types.empty() ? types[layer] == "sliding_attention"
                                              : !isQwen || static_cast<std::int64_t>(layer) >= firstLayer;
        if (isSliding)
            m_config.slidingWindow[layer] = window;
    }
    if (std::ranges::none_of(m_config.slidingWindow, [](const auto& entry) { return entry.has_value(); }))
        m_config.slidingWindow.clear();
}

Result<ModelConfig> ConfigReader::read()
{
    if (!m_root.value().is_object())
        m_root.reject(ErrorCode::WrongType, "a config.json holds an object.");
    DRIFTSCOPE_CHECK(m_root.status());
    DRIFTSCOPE_CHECK(readFamily());
    if (m_root.has("quantization_config"))
        return configError(ErrorCode::UnsupportedFormat, m_origin,
                           "quantised Hugging Face checkpoints cannot be read; use the original one or a GGUF file.");
    readSizes();
    readRope();
    readActivation();
    readSwitches();
    readWindows();
    DRIFTSCOPE_CHECK(m_root.status());
    DRIFTSCOPE_CHECK(deriveHeadDim());
    DRIFTSCOPE_CHECK(validate(m_config, m_origin));
    return m_config;
}

} // namespace

std::int64_t Rope::lengthClass(std::int64_t promptTokens) const
{
    if (promptTokens <= originalContext || (scaling != Scaling::Dynamic && scaling != Scaling::Longrope))
        return 0;
    return scaling == Scaling::Dynamic ? promptTokens : originalContext + 1;
}

std::optional<std::int64_t> ModelConfig::windowOf(std::int64_t layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    return index < slidingWindow.size() ? slidingWindow[index] : std::nullopt;
}

bool ModelConfig::usesRope(std::int64_t layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    return index >= layersWithoutRope.size() || !layersWithoutRope[index];
}

std::string supportedArchitectures()
{
    std::string names;
    for (const Family& family : families)
        names += (names.empty() ? "" : ", ") + std::string(family.name);
    return names;
}

Result<ModelConfig> parseModelConfig(std::string_view text, std::string_view origin)
{
    DRIFTSCOPE_TRY(const json parsed, parseJson(text, origin, {.maxDepth = 64, .rejectDuplicateKeys = false}));
    return ConfigReader(parsed, origin).read();
}

Result<> validate(const ModelConfig& config, std::string_view origin)
{
    DRIFTSCOPE_CHECK(checkSizes(config, origin));
    DRIFTSCOPE_CHECK(checkHeads(config, origin));
    if (!std::isfinite(config.rmsNormEpsilon) || config.rmsNormEpsilon <= 0 || config.rmsNormEpsilon >= 1)
        return configError(ErrorCode::BadValue, origin,
                           "the epsilon of the norms (rms_norm_eps) must lie between 0 and 1.");
    DRIFTSCOPE_CHECK(checkRope(config.rope, config, origin));
    return checkWindows(config, origin);
}

} // namespace driftscope::checkpoint
