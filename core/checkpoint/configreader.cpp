// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/checkpoint/family_p.h"
#include "core/checkpoint/modelconfig.h"
#include "core/checkpoint/ropereader_p.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace driftscope::checkpoint {

namespace {

using nlohmann::json;

constexpr JsonRange tokenRange {0, 1 << 24};
constexpr std::int64_t mostLayers = 4096; // validate() refuses more; nothing is allocated for them before

tl::unexpected<Error> configError(ErrorCode code, std::string_view origin, const std::string& problem)
{
    return fail(code, std::string(origin) + ": " + problem);
}

/// Reads the parts of one config.json. The first error stays in the JsonField.
class ConfigReader
{
public:
    ConfigReader(const json& parsed, std::string_view origin)
        : m_top(parsed, origin)
        , m_root(m_top)
        , m_origin(origin)
    {
    }

    Result<ModelConfig> read();

private:
    Result<> readFamily();
    [[nodiscard]] bool is(std::string_view family) const { return m_config.architecture == family; }
    [[nodiscard]] bool isMissing(std::string_view key) const { return !m_root.value().contains(key); }
    void readSizes();
    std::int64_t size(std::string_view key, std::int64_t nestedFallback);
    std::int64_t sizeOr(std::string_view key, std::int64_t fallback);
    bool isTooLong(std::string_view key);
    void readActivation();
    void readSwitches();
    void readScales();
    void readLayersWithoutRope();
    void readWindows();
    std::int64_t readWindow();
    [[nodiscard]] bool slidesByDefault(std::int64_t layer);
    std::vector<std::string> readLayerTypes();
    std::vector<std::int64_t> readTokens(std::string_view key);
    Result<> deriveHeadDim();

    JsonField m_top;
    JsonField m_root; ///< the text model: the file itself, or its text_config
    std::string_view m_origin;
    ModelConfig m_config;
    const Family* m_family = nullptr;
    bool m_isNested = false;
};

Result<> ConfigReader::readFamily()
{
    std::string shown = m_top.text("model_type", "");
    if (shown.empty()) {
        auto classes = m_top.array("architectures", false);
        if (classes.empty())
            m_top.reject(ErrorCode::MissingField, "model_type is missing; it names the kind of model.");
        else
            shown = classes.front().asText();
    }
    DRIFTSCOPE_CHECK(m_top.status());
    m_family = findFamily(shown);
    if (m_family == nullptr)
        return configError(ErrorCode::UnknownArchitecture, m_origin,
                           "models of the kind '" + shown
                               + "' cannot be run; those that can: " + supportedArchitectures() + ".");
    m_config.architecture = m_family->name;
    if (auto text = m_top.optionalObject("text_config"); text && is("gemma3")) {
        m_root = *text;
        m_isNested = true;
    }
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

/// Required, but in a nested config, whose writers leave out what equals the class's default.
std::int64_t ConfigReader::size(std::string_view key, std::int64_t nestedFallback)
{
    if (m_isNested)
        return sizeOr(key, nestedFallback);
    return isTooLong(key) ? 1 : m_root.integer(key);
}

std::int64_t ConfigReader::sizeOr(std::string_view key, std::int64_t fallback)
{
    return isTooLong(key) ? 1 : m_root.integer(key, fallback);
}

void ConfigReader::readSizes()
{
    m_config.hiddenSize = size("hidden_size", 2304);
    m_config.intermediateSize = size("intermediate_size", 9216);
    m_config.layers = size("num_hidden_layers", 26);
    m_config.heads = size("num_attention_heads", 8);
    m_config.vocabularySize = size("vocab_size", 262'208);
    const bool hasClassDefault = m_family->keyValueHeads != 0 && isMissing("num_key_value_heads");
    m_config.keyValueHeads = sizeOr("num_key_value_heads", hasClassDefault ? m_family->keyValueHeads : m_config.heads);
    m_config.headDim = sizeOr("head_dim", m_family->headDim);
    m_config.contextLength = sizeOr("max_position_embeddings", m_family->contextLength);
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
    const std::string legacy = m_root.text("hidden_act", m_family->isGemma ? "gelu_pytorch_tanh" : "silu");
    const std::string text = m_root.text("hidden_activation", legacy);
    const auto* found = std::ranges::find(names, std::string_view(text), &Name::text);
    if (found == names.end())
        m_root.reject(ErrorCode::UnknownType,
                      "the activation '" + text + "' is not known; known are silu, gelu and gelu_pytorch_tanh.");
    else
        m_config.activation = is("gemma") ? Activation::GeluTanh : found->activation; // whatever Gemma 1's files say
}

std::vector<std::int64_t> ConfigReader::readTokens(std::string_view key)
{
    std::vector<std::int64_t> tokens;
    JsonField& holder = m_top.has(key) ? m_top : m_root;
    const auto field = holder.optionalField(key);
    if (field && field->value().is_array()) {
        for (JsonField& element : holder.array(key))
            tokens.push_back(element.asInteger(tokenRange));
    } else if (field) {
        tokens.push_back(holder.integer(key, tokenRange));
    }
    return tokens;
}

void ConfigReader::readSwitches()
{
    const bool attentionBias = m_root.boolean("attention_bias", false) && m_family->usesAttentionBias;
    m_config.queryKeyValueBias = is("qwen2") || attentionBias;
    m_config.outputBias = attentionBias;
    m_config.mlpBias = m_root.boolean("mlp_bias", false) && m_family->usesMlpBias;
    m_config.queryKeyNorm = is("qwen3") || is("gemma3");
    m_config.branchNorms = is("gemma2") || is("gemma3");
    m_config.normsStoredMinusOne = m_family->isGemma;
    m_config.fusedProjections = is("phi3");
    const bool nestedTie = m_root.boolean("tie_word_embeddings", m_family->isTied);
    m_config.tiedEmbeddings = m_top.boolean("tie_word_embeddings", nestedTie);
    for (JsonField* holder : {&m_top, &m_root}) {
        const std::string newer = holder->text("dtype", m_config.dtype);
        m_config.dtype = holder->text("torch_dtype", newer);
    }
    m_config.beginTokens = readTokens("bos_token_id");
    m_config.endTokens = readTokens("eos_token_id");
    if (m_root.value().value("use_bidirectional_attention", json()) == true)
        m_root.reject(ErrorCode::UnknownArchitecture,
                      "use_bidirectional_attention makes it an encoder, which cannot be run.");
}

void ConfigReader::readScales()
{
    if (m_family->isGemma)
        m_config.embeddingScale = std::sqrt(static_cast<double>(m_config.hiddenSize));
    if (!m_config.branchNorms)
        return;
    m_config.attentionScale = 1 / std::sqrt(m_root.number("query_pre_attn_scalar", 256, {1e-6, 1e9}));
    // Gemma 3's class has both caps, but its attention never uses the first.
    const auto cap = [this](std::string_view key, double fallback) -> std::optional<double> {
        if (m_root.has(key))
            return m_root.number(key);
        return is("gemma2") && isMissing(key) ? std::optional(fallback) : std::nullopt;
    };
    if (is("gemma2"))
        m_config.attentionSoftcap = cap("attn_logit_softcapping", 50);
    m_config.finalSoftcap = cap("final_logit_softcapping", 30);
}

void ConfigReader::readLayersWithoutRope()
{
    if (!is("smollm3") || !m_root.status() || m_config.layers <= 0 || m_config.layers > mostLayers)
        return;
    const std::int64_t interval = m_root.integer("no_rope_layer_interval", 4, {1, mostLayers});
    auto given = m_root.array("no_rope_layers", false); // 1 = the layer has rotary positions, despite the name
    if (!given.empty() && static_cast<std::int64_t>(given.size()) != m_config.layers)
        return m_root.reject(ErrorCode::Inconsistent,
                             "no_rope_layers has " + std::to_string(given.size()) + " entries for "
                                 + std::to_string(m_config.layers) + " layers.");
    for (std::int64_t layer = 0; layer < m_config.layers; ++layer) {
        const bool hasRope =
            given.empty() ? (layer + 1) % interval != 0 : given[static_cast<std::size_t>(layer)].asInteger({0, 1}) == 1;
        m_config.layersWithoutRope.push_back(!hasRope);
    }
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

/// The window of layers that have one; 0 = no layer has.
std::int64_t ConfigReader::readWindow()
{
    if (is("llama") || is("gemma"))
        return 0;
    constexpr std::int64_t usual = 4096; // of all classes but SmolLM 3's and Phi 3's
    const bool hasClassDefault = isMissing("sliding_window") && !is("smollm3") && !is("phi3");
    const bool isSwitched = m_config.architecture.starts_with("qwen") || is("smollm3");
    const bool isOn = m_root.boolean("use_sliding_window", false) || !isSwitched;
    const bool hasWindow = m_root.has("sliding_window");
    const std::int64_t window = hasWindow ? m_root.integer("sliding_window") : hasClassDefault ? usual : 0;
    if (!isOn || !m_root.status())
        return 0;
    if (hasWindow && window <= 0)
        m_root.reject(ErrorCode::BadValue, "a sliding window must be positive, not " + std::to_string(window) + ".");
    return window;
}

/// Without layer_types.
bool ConfigReader::slidesByDefault(std::int64_t layer)
{
    if (m_config.architecture.starts_with("qwen"))
        return layer >= m_root.integer("max_window_layers", 28, {0, 1e9});
    if (is("gemma2"))
        return layer % 2 == 0;
    if (is("gemma3")) {
        const std::int64_t pattern = m_root.integer("sliding_window_pattern", 6, {1, mostLayers});
        return pattern > 0 && (layer + 1) % pattern != 0; // a pattern of 0 is reported
    }
    return is("smollm3") ? !m_config.usesRope(layer) : true;
}

void ConfigReader::readWindows()
{
    const std::vector<std::string> types = readLayerTypes();
    const std::int64_t window = readWindow();
    if (!m_root.status() || m_config.layers > mostLayers)
        return;
    const bool anySliding = std::ranges::find(types, "sliding_attention") != types.end();
    const bool ignoresTypes = is("llama") || is("gemma") || is("phi3");
    if (window == 0 && anySliding && !ignoresTypes)
        m_root.reject(ErrorCode::Inconsistent,
                      "layer_types has sliding_attention, but no sliding window is switched on.");
    if (window == 0)
        return;
    const bool usesTypes = !types.empty() && !ignoresTypes;
    m_config.slidingWindow.resize(static_cast<std::size_t>(std::max<std::int64_t>(m_config.layers, 0)));
    for (std::size_t layer = 0; layer < m_config.slidingWindow.size(); ++layer) {
        if (usesTypes ? types[layer] == "sliding_attention" : slidesByDefault(static_cast<std::int64_t>(layer)))
            m_config.slidingWindow[layer] = window;
    }
    if (std::ranges::none_of(m_config.slidingWindow, [](const auto& entry) { return entry.has_value(); }))
        m_config.slidingWindow.clear();
}

Result<ModelConfig> ConfigReader::read()
{
    if (!m_top.value().is_object())
        m_top.reject(ErrorCode::WrongType, "a config.json holds an object.");
    DRIFTSCOPE_CHECK(m_top.status());
    DRIFTSCOPE_CHECK(readFamily());
    if (m_top.has("quantization_config"))
        return configError(ErrorCode::UnsupportedFormat, m_origin,
                           "quantised Hugging Face checkpoints cannot be read; use the original one or a GGUF file.");
    readSizes();
    DRIFTSCOPE_CHECK(m_top.status());
    DRIFTSCOPE_CHECK(deriveHeadDim());
    readRope(m_root, *m_family, m_config);
    readActivation();
    readSwitches();
    readScales();
    readLayersWithoutRope();
    readWindows();
    DRIFTSCOPE_CHECK(m_top.status());
    DRIFTSCOPE_CHECK(validate(m_config, m_origin));
    return m_config;
}

} // namespace

Result<ModelConfig> parseModelConfig(std::string_view text, std::string_view origin)
{
    DRIFTSCOPE_TRY(const json parsed, parseJson(text, origin, {.maxDepth = 64, .rejectDuplicateKeys = false}));
    return ConfigReader(parsed, origin).read();
}

} // namespace driftscope::checkpoint
