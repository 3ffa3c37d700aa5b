// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/modelconfig.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace driftscope::checkpoint {

namespace {

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

bool isPositive(double value)
{
    return std::isfinite(value) && value > 0;
}

/// Divisors of the frequencies, where there are some.
Result<> checkDivisors(const std::vector<float>& divisors, std::string_view name, const ModelConfig& config,
                       std::string_view origin)
{
    if (!divisors.empty() && static_cast<std::int64_t>(divisors.size()) != config.rotatedDims() / 2)
        return configError(ErrorCode::Inconsistent, origin,
                           std::string(name) + " has " + std::to_string(divisors.size()) + " values where "
                               + std::to_string(config.rotatedDims()) + " dimensions of a head are rotated.");
    if (!std::ranges::all_of(divisors, [](float value) { return isPositive(static_cast<double>(value)); }))
        return configError(ErrorCode::BadValue, origin, std::string(name) + " holds a value that is not positive.");
    return {};
}

Result<> checkScaling(const Rope& rope, std::string_view origin)
{
    using Scaling = Rope::Scaling;
    if (rope.scaling == Scaling::Llama3) {
        if (!isPositive(rope.lowFreqFactor) || !isPositive(rope.highFreqFactor))
            return configError(ErrorCode::BadValue, origin,
                               "the frequency factors of the rotary scaling must be positive.");
        if (rope.lowFreqFactor >= rope.highFreqFactor)
            return configError(ErrorCode::Inconsistent, origin,
                               "low_freq_factor of the rotary scaling must be below high_freq_factor.");
    }
    if (rope.scaling != Scaling::None && rope.scaling != Scaling::Linear && rope.originalContext <= 0)
        return configError(ErrorCode::BadValue, origin,
                           "the original context length of the rotary scaling must be positive.");
    if (rope.scaling == Scaling::Yarn && (!isPositive(rope.betaFast) || !isPositive(rope.betaSlow)))
        return configError(ErrorCode::BadValue, origin,
                           "beta_fast and beta_slow of the rotary scaling must be positive.");
    if (rope.scaling == Scaling::Yarn && rope.theta <= 1)
        return configError(ErrorCode::BadValue, origin, "yarn needs a rotary base above 1.");
    if (rope.scaling == Scaling::Dynamic && rope.factor < 1)
        return configError(ErrorCode::BadValue, origin, "the factor of the dynamic rotary scaling must be at least 1.");
    if (rope.scaling == Scaling::Longrope && (rope.shortFactors.empty() || rope.longFactors.empty()))
        return configError(ErrorCode::MissingField, origin, "longrope needs short and long factors.");
    return {};
}

Result<> checkRope(const Rope& rope, const ModelConfig& config, std::string_view origin)
{
    if (!isPositive(rope.theta))
        return configError(ErrorCode::BadValue, origin, "the rotary base must be positive.");
    if (!isPositive(rope.factor))
        return configError(ErrorCode::BadValue, origin, "the rotary scaling factor must be positive.");
    DRIFTSCOPE_CHECK(checkScaling(rope, origin));
    if (rope.attentionFactor && !isPositive(*rope.attentionFactor))
        return configError(ErrorCode::BadValue, origin, "attention_factor of the rotary scaling must be positive.");
    DRIFTSCOPE_CHECK(checkDivisors(rope.shortFactors, "short_factor", config, origin));
    DRIFTSCOPE_CHECK(checkDivisors(rope.longFactors, "long_factor", config, origin));
    return checkDivisors(rope.frequencyDivisors, "rope_freqs.weight", config, origin);
}

Result<> checkScales(const ModelConfig& config, std::string_view origin)
{
    if (config.rotaryDim < 0 || config.rotaryDim > config.headDim || config.rotaryDim % 2 != 0)
        return configError(ErrorCode::Inconsistent, origin,
                           std::to_string(config.rotaryDim) + " of " + std::to_string(config.headDim)
                               + " dimensions of a head cannot be rotated in pairs.");
    for (const auto& value : {config.attentionScale, config.attentionSoftcap, config.finalSoftcap})
        if (value && !isPositive(*value))
            return configError(ErrorCode::BadValue, origin, "the query scale and the soft caps must be positive.");
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

Result<> validate(const ModelConfig& config, std::string_view origin)
{
    DRIFTSCOPE_CHECK(checkSizes(config, origin));
    DRIFTSCOPE_CHECK(checkHeads(config, origin));
    if (!std::isfinite(config.rmsNormEpsilon) || config.rmsNormEpsilon <= 0 || config.rmsNormEpsilon >= 1)
        return configError(ErrorCode::BadValue, origin,
                           "the epsilon of the norms (rms_norm_eps) must lie between 0 and 1.");
    DRIFTSCOPE_CHECK(checkScales(config, origin));
    DRIFTSCOPE_CHECK(checkRope(config.rope, config, origin));
    if (config.localRope)
        DRIFTSCOPE_CHECK(checkRope(*config.localRope, config, origin));
    return checkWindows(config, origin);
}

} // namespace driftscope::checkpoint
