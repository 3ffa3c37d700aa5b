// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/ropereader_p.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace driftscope::checkpoint {

namespace {

constexpr JsonRange contextRange {0, 2'147'483'648.0};

/// Reads one description of a rotary embedding.
class RopeReader
{
public:
    RopeReader(JsonField& root, const Family& family, ModelConfig& config)
        : m_root(root)
        , m_family(family)
        , m_config(config)
    {
    }

    Rope read(JsonField& scaling, double theta, bool isTypeRequired);

private:
    Rope::Scaling readType(JsonField& scaling, bool isTypeRequired);
    void readYarn(JsonField& scaling, Rope& rope);
    void readLongrope(JsonField& scaling, Rope& rope);
    std::vector<float> readFactors(JsonField& scaling, std::string_view key);
    void stretchContext(const Rope& rope);

    JsonField& m_root;
    const Family& m_family;
    ModelConfig& m_config;
};

Rope::Scaling RopeReader::readType(JsonField& scaling, bool isTypeRequired)
{
    const std::string legacy = scaling.text("type", "");
    std::string type = scaling.text("rope_type", legacy);
    if (type.empty() && isTypeRequired)
        scaling.reject(ErrorCode::MissingField, "rope_type is missing.");
    if (type == "yarn" && m_family.name == "phi3")
        type = "longrope"; // Phi 3's early files
    struct Name {
        std::string_view text;
        Rope::Scaling scaling;
    };
    constexpr std::array<Name, 8> names {{{"", Rope::Scaling::None},
                                          {"default", Rope::Scaling::None},
                                          {"linear", Rope::Scaling::Linear},
                                          {"dynamic", Rope::Scaling::Dynamic},
                                          {"llama3", Rope::Scaling::Llama3},
                                          {"yarn", Rope::Scaling::Yarn},
                                          {"longrope", Rope::Scaling::Longrope},
                                          {"su", Rope::Scaling::Longrope}}};
    const auto* found = std::ranges::find(names, std::string_view(type), &Name::text);
    if (found != names.end())
        return found->scaling;
    scaling.reject(ErrorCode::UnknownType,
                   "the rotary scaling '" + type
                       + "' is not known; known are default, linear, dynamic, llama3, yarn and longrope.");
    return Rope::Scaling::None;
}

Rope RopeReader::read(JsonField& scaling, double theta, bool isTypeRequired)
{
    Rope rope;
    rope.theta = scaling.number("rope_theta", theta);
    rope.scaling = readType(scaling, isTypeRequired);
    switch (rope.scaling) {
    case Rope::Scaling::None:
        return rope;
    case Rope::Scaling::Longrope:
        readLongrope(scaling, rope);
        return rope;
    case Rope::Scaling::Llama3:
        rope.lowFreqFactor = scaling.number("low_freq_factor");
        rope.highFreqFactor = scaling.number("high_freq_factor");
        rope.originalContext = scaling.integer("original_max_position_embeddings", contextRange);
        break;
    case Rope::Scaling::Yarn:
        readYarn(scaling, rope);
        break;
    case Rope::Scaling::Dynamic:
        rope.originalContext = m_config.contextLength;
        break;
    case Rope::Scaling::Linear:
        break;
    }
    rope.factor = scaling.number("factor");
    stretchContext(rope);
    return rope;
}

void RopeReader::readYarn(JsonField& scaling, Rope& rope)
{
    rope.originalContext = scaling.integer("original_max_position_embeddings", m_config.contextLength, contextRange);
    rope.betaFast = scaling.number("beta_fast", rope.betaFast);
    rope.betaSlow = scaling.number("beta_slow", rope.betaSlow);
    rope.truncates = scaling.boolean("truncate", true);
    if (scaling.has("attention_factor"))
        rope.attentionFactor = scaling.number("attention_factor");
    if (scaling.has("mscale"))
        rope.mscale = scaling.number("mscale");
    if (scaling.has("mscale_all_dim"))
        rope.mscaleAllDim = scaling.number("mscale_all_dim");
}

// The factor behind the attention factor is the ratio of the contexts wherever both are known.
void RopeReader::readLongrope(JsonField& scaling, Rope& rope)
{
    rope.shortFactors = readFactors(scaling, "short_factor");
    rope.longFactors = readFactors(scaling, "long_factor");
    if (scaling.has("attention_factor"))
        rope.attentionFactor = scaling.number("attention_factor");
    constexpr std::int64_t phi3Original = 4096;
    const std::int64_t fallback = m_family.name == "phi3" ? phi3Original : m_config.contextLength;
    const std::int64_t inScaling = scaling.integer("original_max_position_embeddings", fallback, contextRange);
    rope.originalContext = m_root.integer("original_max_position_embeddings", inScaling, contextRange);
    const bool isRatio = m_family.name == "phi3" || m_root.has("original_max_position_embeddings");
    if (rope.originalContext > 0)
        rope.factor = static_cast<double>(m_config.contextLength) / static_cast<double>(rope.originalContext);
    if (!isRatio)
        rope.factor = scaling.number("factor", rope.factor);
}

std::vector<float> RopeReader::readFactors(JsonField& scaling, std::string_view key)
{
    std::vector<float> factors;
    for (JsonField& factor : scaling.array(key))
        factors.push_back(static_cast<float>(factor.asNumber({0, 1e6})));
    return factors;
}

// max_position_embeddings is the length before stretching in dynamic files, and in some of yarn.
void RopeReader::stretchContext(const Rope& rope)
{
    const bool isStretched = rope.scaling == Rope::Scaling::Dynamic || rope.scaling == Rope::Scaling::Yarn;
    const double reached = static_cast<double>(rope.originalContext) * rope.factor;
    if (isStretched && std::isfinite(reached) && reached <= contextRange.maximum)
        m_config.contextLength = std::max(m_config.contextLength, static_cast<std::int64_t>(reached));
}

/// True for rope_parameters with one entry per layer type.
bool isPerLayerType(const JsonField& parameters)
{
    return parameters.value().contains("full_attention") || parameters.value().contains("sliding_attention");
}

} // namespace

void readRope(JsonField& root, const Family& family, ModelConfig& config)
{
    const bool hasLocal = family.name == "gemma3";
    RopeReader reader(root, family, config);
    double theta = root.number("rope_theta", family.ropeTheta);
    double partial = root.number("partial_rotary_factor", 1);
    if (hasLocal) {
        config.localRope.emplace();
        config.localRope->theta = root.number("rope_local_base_freq", 10'000);
    }
    config.rope.theta = theta;
    if (auto parameters = root.optionalObject("rope_parameters")) {
        // transformers 5: everything in one place
        if (isPerLayerType(*parameters)) {
            if (auto full = parameters->optionalObject("full_attention"))
                config.rope = reader.read(*full, theta, false);
            if (auto sliding = parameters->optionalObject("sliding_attention"); sliding && hasLocal)
                config.localRope = reader.read(*sliding, config.localRope->theta, false);
        } else {
            config.rope = reader.read(*parameters, theta, false);
            partial = parameters->number("partial_rotary_factor", partial);
        }
    } else if (auto scaling = root.optionalObject("rope_scaling")) {
        config.rope = reader.read(*scaling, theta, true);
    }
    if (family.name != "phi3" || partial == 1)
        return;
    if (partial > 0 && partial < 1)
        config.rotaryDim = static_cast<std::int64_t>(static_cast<double>(config.headDim) * partial);
    else
        root.reject(ErrorCode::BadValue, "partial_rotary_factor must lie between 0 and 1.");
}

} // namespace driftscope::checkpoint
