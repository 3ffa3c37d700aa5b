// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/ggufmodel.h"

#include "core/checkpoint/mappedfile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace driftscope::checkpoint {

namespace {

// Mistral's GGUF files say "llama".
constexpr std::array<std::string_view, 8> ggufFamilies {"llama", "qwen2", "qwen3",  "smollm3",
                                                        "phi3",  "gemma", "gemma2", "gemma3"};

struct NamePair {
    std::string_view gguf;
    std::string_view huggingFace;
};

constexpr std::array<NamePair, 3> outerNames {{
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
}};

/// In place of those below: Gemma 2 and 3.
constexpr std::array<NamePair, 3> branchNormNames {{
    {"post_attention_norm", "post_attention_layernorm"},
    {"ffn_norm", "pre_feedforward_layernorm"},
    {"post_ffw_norm", "post_feedforward_layernorm"},
}};

/// In place of those below: Phi 3.
constexpr std::array<NamePair, 2> fusedNames {{
    {"attn_qkv", "self_attn.qkv_proj"},
    {"ffn_up", "mlp.gate_up_proj"},
}};

constexpr std::array<NamePair, 11> layerNames {{
    {"attn_norm", "input_layernorm"},
    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"},
    {"attn_q_norm", "self_attn.q_norm"},
    {"attn_k_norm", "self_attn.k_norm"},
    {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},
    {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"},
}};

/// Reads the fields "<architecture>.<key>" of one file.
class MetadataReader
{
public:
    explicit MetadataReader(const GgufFile& gguf)
        : m_gguf(gguf)
        , m_origin(gguf.file->path().filename().string())
    {
    }

    Result<ModelConfig> read();

private:
    std::string key(std::string_view name) const { return m_config.architecture + "." + std::string(name); }
    Result<std::int64_t> integerOr(std::string_view name, std::int64_t fallback) const;
    Result<double> numberOr(std::string_view name, double fallback) const;
    Result<> readArchitecture();
    Result<> readSizes();
    Result<> readHeads();
    Result<std::int64_t> readKeyValueHeads() const;
    Result<> readHeadDim();
    Result<> readVocabulary();
    Result<> readRope();
    Result<> readScaling(const std::string& type);
    Result<> readLongrope();
    Result<std::vector<float>> readDivisors(std::string_view name) const;
    Result<> readAllDivisors();
    void readFamilyFacts();
    Result<> readGemma();
    Result<> readWindows();
    [[nodiscard]] bool isGemma() const { return m_config.architecture.starts_with("gemma"); }
    void readTensorFacts();
    void readTokens();
    const TensorEntry* tensor(std::string_view name) const;

    const GgufFile& m_gguf;
    std::string m_origin;
    ModelConfig m_config;
};

const TensorEntry* MetadataReader::tensor(std::string_view name) const
{
    const auto found = std::ranges::find(m_gguf.tensors, name, &TensorEntry::name);
    return found == m_gguf.tensors.end() ? nullptr : &*found;
}

Result<std::int64_t> MetadataReader::integerOr(std::string_view name, std::int64_t fallback) const
{
    return m_gguf.has(key(name)) ? m_gguf.integer(key(name)) : Result<std::int64_t>(fallback);
}

Result<double> MetadataReader::numberOr(std::string_view name, double fallback) const
{
    return m_gguf.has(key(name)) ? m_gguf.number(key(name)) : Result<double>(fallback);
}

Result<> MetadataReader::readArchitecture()
{
    DRIFTSCOPE_TRY(m_config.architecture, m_gguf.text("general.architecture"));
    if (std::ranges::find(ggufFamilies, m_config.architecture) == ggufFamilies.end())
        return fail(ErrorCode::UnknownArchitecture,
                    m_origin + ": models of the kind '" + m_config.architecture
                        + "' cannot be run; those that can: " + supportedArchitectures() + ".");
    if (const auto parts = m_gguf.integer("split.count"); parts && *parts > 1)
        return fail(ErrorCode::UnsupportedFormat,
                    m_origin + ": this is one of " + std::to_string(*parts)
                        + " parts of a model; join them with gguf-split --merge.");
    DRIFTSCOPE_TRY(const auto experts, integerOr("expert_count", 0));
    if (experts > 0)
        return fail(ErrorCode::UnknownArchitecture,
                    m_origin + ": this is a mixture of " + std::to_string(experts)
                        + " experts, which cannot be run; those that can: " + supportedArchitectures()
                        + ", without experts.");
    return {};
}

Result<> MetadataReader::readSizes()
{
    DRIFTSCOPE_TRY(m_config.layers, m_gguf.integer(key("block_count")));
    DRIFTSCOPE_TRY(m_config.hiddenSize, m_gguf.integer(key("embedding_length")));
    DRIFTSCOPE_TRY(m_config.intermediateSize, m_gguf.integer(key("feed_forward_length")));
    DRIFTSCOPE_TRY(m_config.contextLength, m_gguf.integer(key("context_length")));
    DRIFTSCOPE_TRY(m_config.rmsNormEpsilon, m_gguf.number(key("attention.layer_norm_rms_epsilon")));
    return {};
}

/// Some files give the number a layer; only files where all layers have the same can be run.
Result<std::int64_t> MetadataReader::readKeyValueHeads() const
{
    const auto* each = m_gguf.integers(key("attention.head_count_kv"));
    if (!each)
        return integerOr("attention.head_count_kv", m_config.heads);
    if (each->empty() || std::ranges::adjacent_find(*each, std::not_equal_to<> {}) != each->end())
        return fail(ErrorCode::Inconsistent,
                    m_origin + ": the layers have different numbers of key-value heads, which cannot be run.");
    return each->front();
}

Result<> MetadataReader::readHeadDim()
{
    if (!m_gguf.has(key("attention.key_length"))) {
        m_config.headDim = 2; // until the other sizes are known to be sound
        DRIFTSCOPE_CHECK(validate(m_config, m_origin));
        if (m_config.hiddenSize % m_config.heads != 0)
            return fail(ErrorCode::Inconsistent,
                        m_origin + ": the hidden size " + std::to_string(m_config.hiddenSize)
                            + " cannot be divided among " + std::to_string(m_config.heads) + " attention heads.");
        m_config.headDim = m_config.hiddenSize / m_config.heads;
    } else {
        DRIFTSCOPE_TRY(m_config.headDim, m_gguf.integer(key("attention.key_length")));
    }
    DRIFTSCOPE_TRY(const auto valueLength, integerOr("attention.value_length", m_config.headDim));
    DRIFTSCOPE_TRY(const auto rotated, integerOr("rope.dimension_count", m_config.headDim));
    const bool isPartial = m_config.architecture == "phi3" && rotated > 0 && rotated < m_config.headDim;
    if (isPartial)
        m_config.rotaryDim = rotated;
    if (valueLength != m_config.headDim || (rotated != m_config.headDim && !isPartial))
        return fail(ErrorCode::Inconsistent,
                    m_origin + ": keys, values and rotary positions have different sizes ("
                        + std::to_string(m_config.headDim) + ", " + std::to_string(valueLength) + ", "
                        + std::to_string(rotated) + "), which cannot be run.");
    return {};
}

Result<> MetadataReader::readHeads()
{
    DRIFTSCOPE_TRY(m_config.heads, m_gguf.integer(key("attention.head_count")));
    DRIFTSCOPE_TRY(m_config.keyValueHeads, readKeyValueHeads());
    return readHeadDim();
}

Result<> MetadataReader::readVocabulary()
{
    if (const TensorEntry* embedding = tensor("token_embd.weight"); embedding && embedding->shape.size() == 2) {
        m_config.vocabularySize = embedding->shape[0];
    } else if (const auto* tokens = m_gguf.texts("tokenizer.ggml.tokens")) {
        m_config.vocabularySize = static_cast<std::int64_t>(tokens->size());
    } else {
        DRIFTSCOPE_TRY(m_config.vocabularySize, m_gguf.integer(key("vocab_size")));
    }
    return {};
}

Result<> MetadataReader::readRope()
{
    Rope& rope = m_config.rope;
    DRIFTSCOPE_TRY(rope.theta, numberOr("rope.freq_base", 10'000));
    std::string type = "none";
    if (m_gguf.has(key("rope.scaling.type"))) {
        DRIFTSCOPE_TRY(type, m_gguf.text(key("rope.scaling.type")));
    } else if (m_gguf.has(key("rope.scale_linear"))) { // the older spelling
        DRIFTSCOPE_TRY(rope.factor, m_gguf.number(key("rope.scale_linear")));
        rope.scaling = rope.factor == 1 ? Rope::Scaling::None : Rope::Scaling::Linear;
    }
    if (tensor("rope_factors_long.weight") != nullptr)
        return readLongrope();
    return type == "none" ? Result<>() : readScaling(type);
}

Result<> MetadataReader::readScaling(const std::string& type)
{
    Rope& rope = m_config.rope;
    if (type != "linear" && type != "yarn")
        return fail(ErrorCode::UnknownType,
                    m_origin + ": the rotary scaling '" + type
                        + "' is not known; known are none, linear, yarn and longrope.");
    rope.scaling = type == "linear" ? Rope::Scaling::Linear : Rope::Scaling::Yarn;
    DRIFTSCOPE_TRY(rope.factor, m_gguf.number(key("rope.scaling.factor")));
    DRIFTSCOPE_TRY(rope.originalContext, integerOr("rope.scaling.original_context_length", m_config.contextLength));
    DRIFTSCOPE_TRY(rope.betaFast, numberOr("rope.scaling.yarn_beta_fast", rope.betaFast));
    DRIFTSCOPE_TRY(rope.betaSlow, numberOr("rope.scaling.yarn_beta_slow", rope.betaSlow));
    return {};
}

/// Phi 3's long files say so by the two tensors of factors; the attention factor stands in the metadata.
Result<> MetadataReader::readLongrope()
{
    Rope& rope = m_config.rope;
    rope.scaling = Rope::Scaling::Longrope;
    DRIFTSCOPE_TRY(rope.originalContext, m_gguf.integer(key("rope.scaling.original_context_length")));
    rope.factor = rope.originalContext > 0
        ? static_cast<double>(m_config.contextLength) / static_cast<double>(rope.originalContext)
        : 1;
    if (m_gguf.has(key("rope.scaling.attn_factor"))) {
        DRIFTSCOPE_TRY(rope.attentionFactor, m_gguf.number(key("rope.scaling.attn_factor")));
    }
    return {};
}

/// The values of a tensor with one for each rotated pair; none if it is not there.
Result<std::vector<float>> MetadataReader::readDivisors(std::string_view name) const
{
    const TensorEntry* divisors = tensor(name);
    if (!divisors)
        return std::vector<float>();
    // Known before anything is allocated: half a head, which validate() has bounded.
    const std::int64_t count = m_config.rotatedDims() / 2;
    if (divisors->shape != std::vector<std::int64_t> {count})
        return fail(ErrorCode::Inconsistent,
                    m_origin + ": " + std::string(name) + " should have " + std::to_string(count) + " values.");
    std::vector<float> values(static_cast<std::size_t>(count));
    DRIFTSCOPE_TRY(const auto bytes, m_gguf.file->range(divisors->offset, divisors->bytes));
    DRIFTSCOPE_CHECK(dequantize(divisors->type, bytes, values));
    return values;
}

Result<> MetadataReader::readAllDivisors()
{
    DRIFTSCOPE_TRY(m_config.rope.frequencyDivisors, readDivisors("rope_freqs.weight"));
    if (m_config.rope.scaling != Rope::Scaling::Longrope)
        return {};
    DRIFTSCOPE_TRY(m_config.rope.longFactors, readDivisors("rope_factors_long.weight"));
    DRIFTSCOPE_TRY(m_config.rope.shortFactors, readDivisors("rope_factors_short.weight"));
    return {};
}

/// What the architecture's name implies.
void MetadataReader::readFamilyFacts()
{
    const std::string& name = m_config.architecture;
    m_config.queryKeyNorm = name == "qwen3" || name == "gemma3";
    m_config.branchNorms = name == "gemma2" || name == "gemma3";
    m_config.fusedProjections = name == "phi3" && tensor("blk.0.attn_qkv.weight") != nullptr;
    if (name == "smollm3") {
        constexpr std::int64_t interval = 4; // every fourth layer
        for (std::int64_t layer = 0; layer < m_config.layers; ++layer)
            m_config.layersWithoutRope.push_back((layer + 1) % interval == 0);
    }
}

/// Gemma's norms are stored as they are multiplied by. The query scale follows from the size of the model.
Result<> MetadataReader::readGemma()
{
    if (!isGemma())
        return {};
    m_config.activation = Activation::GeluTanh;
    m_config.embeddingScale = std::sqrt(static_cast<double>(m_config.hiddenSize));
    const std::int64_t layersOf27B = m_config.architecture == "gemma2" ? 46 : 62;
    if (m_config.branchNorms && m_config.layers == layersOf27B)
        m_config.attentionScale =
            1 / std::sqrt(static_cast<double>(m_config.hiddenSize) / static_cast<double>(m_config.heads));
    if (m_config.architecture == "gemma3") {
        m_config.localRope.emplace();
        DRIFTSCOPE_TRY(m_config.localRope->theta, numberOr("rope.freq_base_swa", 10'000));
    }
    if (m_config.architecture == "gemma2") {
        DRIFTSCOPE_TRY(m_config.attentionSoftcap, numberOr("attn_logit_softcapping", 50));
        DRIFTSCOPE_TRY(m_config.finalSoftcap, numberOr("final_logit_softcapping", 30));
    } else if (m_gguf.has(key("final_logit_softcapping"))) {
        DRIFTSCOPE_TRY(m_config.finalSoftcap, m_gguf.number(key("final_logit_softcapping")));
    }
    return {};
}

/// Which layers have the window is implied: every second one of Gemma 2, all but each sixth of Gemma 3, else all.
Result<> MetadataReader::readWindows()
{
    const std::string& name = m_config.architecture;
    if (name.starts_with("qwen") || name == "gemma" || name == "smollm3")
        return {};
    constexpr std::int64_t windowOfGemma2 = 4096;
    DRIFTSCOPE_TRY(const auto window, integerOr("attention.sliding_window", name == "gemma2" ? windowOfGemma2 : 0));
    if (window == 0)
        return {};
    const auto slides = [&name](std::int64_t layer) {
        return name == "gemma2" ? layer % 2 == 0 : name != "gemma3" || (layer + 1) % 6 != 0;
    };
    for (std::int64_t layer = 0; layer < m_config.layers; ++layer)
        m_config.slidingWindow.push_back(slides(layer) ? std::optional(window) : std::nullopt);
    return {};
}

void MetadataReader::readTensorFacts()
{
    m_config.tiedEmbeddings = tensor("output.weight") == nullptr;
    m_config.queryKeyValueBias = tensor("blk.0.attn_q.bias") != nullptr;
    m_config.outputBias = tensor("blk.0.attn_output.bias") != nullptr;
    m_config.mlpBias = tensor("blk.0.ffn_gate.bias") != nullptr;
    std::map<DType, std::uint64_t> bytesOf;
    for (const TensorEntry& entry : m_gguf.tensors)
        if (entry.shape.size() >= 2)
            bytesOf[entry.type] += entry.bytes;
    const auto most = std::ranges::max_element(bytesOf, {}, [](const auto& item) { return item.second; });
    if (most != bytesOf.end())
        m_config.dtype = dtypeName(most->first);
}

void MetadataReader::readTokens()
{
    if (const auto begin = m_gguf.integer("tokenizer.ggml.bos_token_id"))
        m_config.beginTokens.push_back(*begin);
    if (const auto end = m_gguf.integer("tokenizer.ggml.eos_token_id"))
        m_config.endTokens.push_back(*end);
}

Result<ModelConfig> MetadataReader::read()
{
    DRIFTSCOPE_CHECK(readArchitecture());
    DRIFTSCOPE_CHECK(readSizes());
    DRIFTSCOPE_CHECK(readVocabulary());
    DRIFTSCOPE_CHECK(readHeads());
    DRIFTSCOPE_CHECK(validate(m_config, m_origin)); // from here on the sizes are sound
    DRIFTSCOPE_CHECK(readRope());
    readTensorFacts();
    readFamilyFacts();
    DRIFTSCOPE_CHECK(readGemma());
    DRIFTSCOPE_CHECK(readWindows());
    readTokens();
    DRIFTSCOPE_CHECK(readAllDivisors());
    DRIFTSCOPE_CHECK(validate(m_config, m_origin));
    return m_config;
}

/// The counterpart of a name without its ".weight" or ".bias".
template<std::size_t count>
std::optional<std::string> counterpart(const std::array<NamePair, count>& names, std::string_view stem)
{
    const auto* found = std::ranges::find(names, stem, &NamePair::gguf);
    return found == names.end() ? std::nullopt : std::optional<std::string>(found->huggingFace);
}

} // namespace

Result<ModelConfig> ggufModelConfig(const GgufFile& gguf)
{
    return MetadataReader(gguf).read();
}

std::optional<std::string> huggingFaceName(std::string_view ggufName, const ModelConfig& config)
{
    const auto dot = ggufName.rfind('.');
    if (dot == std::string_view::npos || (ggufName.substr(dot) != ".weight" && ggufName.substr(dot) != ".bias"))
        return std::nullopt;
    const std::string ending(ggufName.substr(dot));
    std::string_view stem = ggufName.substr(0, dot);
    constexpr std::string_view blockPrefix = "blk.";
    if (!stem.starts_with(blockPrefix)) {
        const auto name = counterpart(outerNames, stem);
        return name ? std::optional(*name + ending) : std::nullopt;
    }
    stem.remove_prefix(blockPrefix.size());
    const auto end = stem.find_first_not_of("0123456789");
    if (end == 0 || end == std::string_view::npos || stem[end] != '.')
        return std::nullopt;
    const std::string_view part = stem.substr(end + 1);
    std::optional<std::string> name;
    if (config.branchNorms)
        name = counterpart(branchNormNames, part);
    if (config.fusedProjections && !name)
        name = counterpart(fusedNames, part);
    if (!name)
        name = counterpart(layerNames, part);
    return name ? std::optional("model.layers." + std::string(stem.substr(0, end)) + "." + *name + ending)
                : std::nullopt;
}

} // namespace driftscope::checkpoint
