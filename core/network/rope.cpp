// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/rope.h"

#include "core/network/rows_p.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace driftscope::network {

namespace {

double llama3Frequency(double frequency, const checkpoint::Rope& rope)
{
    const auto original = static_cast<double>(rope.originalContext);
    const double wavelength = 2 * std::numbers::pi / frequency;
    if (wavelength < original / rope.highFreqFactor)
        return frequency;
    if (wavelength > original / rope.lowFreqFactor)
        return frequency / rope.factor;
    const double blend = (original / wavelength - rope.lowFreqFactor) / (rope.highFreqFactor - rope.lowFreqFactor);
    return (1 - blend) * frequency / rope.factor + blend * frequency;
}

/// Base of the frequencies: dynamic scaling raises it with the length of the prompt.
double baseOf(const checkpoint::Rope& rope, double dims, std::int64_t lengthClass)
{
    if (rope.scaling != checkpoint::Rope::Scaling::Dynamic || lengthClass == 0 || dims <= 2)
        return rope.theta;
    const double stretch = static_cast<double>(lengthClass) / static_cast<double>(rope.originalContext);
    return rope.theta * std::pow(rope.factor * stretch - (rope.factor - 1), dims / (dims - 2));
}

/// The pairs of dimensions between which yarn goes from keeping frequencies to dividing them.
struct YarnRange {
    double low = 0;
    double high = 0;

    YarnRange(const checkpoint::Rope& rope, double dims)
    {
        const auto dimensionOf = [&](double rotations) {
            const auto original = static_cast<double>(rope.originalContext);
            return dims * std::log(original / (rotations * 2 * std::numbers::pi)) / (2 * std::log(rope.theta));
        };
        low = dimensionOf(rope.betaFast);
        high = dimensionOf(rope.betaSlow);
        if (rope.truncates) {
            low = std::floor(low);
            high = std::ceil(high);
        }
        low = std::max(low, 0.0);
        high = std::min(high, dims - 1);
        if (low == high)
            high += 0.001; // so that the division below has a result
    }

    [[nodiscard]] double dividedShare(std::size_t pair) const
    {
        return std::clamp((static_cast<double>(pair) - low) / (high - low), 0.0, 1.0);
    }
};

double yarnScale(double factor, double weight)
{
    return factor <= 1 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
}

double attentionFactorOf(const checkpoint::Rope& rope)
{
    using Scaling = checkpoint::Rope::Scaling;
    if (rope.scaling != Scaling::Yarn && rope.scaling != Scaling::Longrope)
        return 1;
    if (rope.attentionFactor)
        return *rope.attentionFactor;
    if (rope.scaling == Scaling::Longrope)
        return rope.factor <= 1
            ? 1.0
            : std::sqrt(1 + std::log(rope.factor) / std::log(static_cast<double>(rope.originalContext)));
    if (rope.mscale.value_or(0) != 0 && rope.mscaleAllDim.value_or(0) != 0)
        return yarnScale(rope.factor, *rope.mscale) / yarnScale(rope.factor, *rope.mscaleAllDim);
    return yarnScale(rope.factor, 1);
}

/// Of pair `pair`, whose frequency before stretching is `frequency`.
double scaledFrequency(double frequency, std::size_t pair, const checkpoint::Rope& rope, double dims,
                       std::int64_t lengthClass)
{
    switch (rope.scaling) {
    case checkpoint::Rope::Scaling::Linear:
        return frequency / rope.factor;
    case checkpoint::Rope::Scaling::Llama3:
        return llama3Frequency(frequency, rope);
    case checkpoint::Rope::Scaling::Yarn: {
        const double share = YarnRange(rope, dims).dividedShare(pair);
        return frequency / rope.factor * share + frequency * (1 - share);
    }
    case checkpoint::Rope::Scaling::Longrope:
        return frequency / static_cast<double>((lengthClass == 0 ? rope.shortFactors : rope.longFactors)[pair]);
    default:
        return frequency;
    }
}

at::Tensor rotated(const at::Tensor& heads, const RopeAngles& angles)
{
    if (!angles.cosines.defined())
        return heads;
    const std::int64_t half = angles.cosines.size(1);
    const at::Tensor first = heads.narrow(-1, 0, half).to(at::kFloat);
    const at::Tensor second = heads.narrow(-1, half, half).to(at::kFloat);
    const at::Tensor cosines = angles.cosines.unsqueeze(1); // [N, 1, half]
    const at::Tensor sines = angles.sines.unsqueeze(1);
    const at::Tensor turned =
        at::cat({first * cosines - second * sines, second * cosines + first * sines}, -1).to(heads.scalar_type());
    const std::int64_t rest = heads.size(-1) - 2 * half;
    return rest == 0 ? turned : at::cat({turned, heads.narrow(-1, 2 * half, rest)}, -1);
}

at::Tensor normalised(const at::Tensor& heads, const at::Tensor& weight, double epsilon)
{
    if (!weight.defined())
        return heads;
    const at::Tensor wide = heads.to(at::kFloat);
    return (wide * at::rsqrt(wide.square().mean(-1, true) + epsilon) * weight).to(heads.scalar_type());
}

void rotateRows(const at::Tensor& qkv, std::int64_t queryHeads, std::int64_t keyHeads, const RopeAngles& angles,
                const HeadNorms& norms)
{
    const std::int64_t size = qkv.size(2);
    const std::int64_t half = angles.cosines.size(1);
    const std::int64_t heads = qkv.size(1);
    const float* cosines = angles.cosines.const_data_ptr<float>();
    const float* sines = angles.sines.const_data_ptr<float>();
    const float* queryNorm = norms.query.defined() ? norms.query.const_data_ptr<float>() : nullptr;
    const float* keyNorm = norms.key.defined() ? norms.key.const_data_ptr<float>() : nullptr;
    withData(qkv, [&](auto* data) {
        forEachRow(qkv.size(0), (queryHeads + keyHeads) * size, [&](std::int64_t row) {
            kernels::HeadRotation rotation {cosines + row * half, sines + row * half, queryNorm,
                                            static_cast<float>(norms.epsilon), 2 * half};
            for (std::int64_t head = 0; head < queryHeads + keyHeads; ++head) {
                rotation.norm = head < queryHeads ? queryNorm : keyNorm;
                kernels::rotate(data + (row * heads + head) * size, rotation);
            }
        });
    });
}

} // namespace

RopeFrequencies ropeFrequencies(const checkpoint::ModelConfig& config, const checkpoint::Rope& rope,
                                std::int64_t lengthClass)
{
    const auto dims = static_cast<double>(config.rotatedDims());
    const double base = baseOf(rope, dims, lengthClass);
    RopeFrequencies frequencies {std::vector<float>(static_cast<std::size_t>(config.rotatedDims() / 2)),
                                 attentionFactorOf(rope)};
    for (std::size_t pair = 0; pair < frequencies.values.size(); ++pair) {
        const double plain = 1.0 / std::pow(base, 2.0 * static_cast<double>(pair) / dims);
        double frequency = scaledFrequency(plain, pair, rope, dims, lengthClass);
        if (!rope.frequencyDivisors.empty())
            frequency /= static_cast<double>(rope.frequencyDivisors[pair]);
        frequencies.values[pair] = static_cast<float>(frequency);
    }
    return frequencies;
}

RopeAngles ropeAngles(const RopeFrequencies& frequencies, std::span<const std::int64_t> positions, at::Device device)
{
    const auto rows = static_cast<std::int64_t>(positions.size());
    const auto half = static_cast<std::int64_t>(frequencies.values.size());
    const auto factor = static_cast<float>(frequencies.attentionFactor);
    RopeAngles angles {at::empty({rows, half}, at::kFloat), at::empty({rows, half}, at::kFloat)};
    float* cosines = angles.cosines.data_ptr<float>();
    float* sines = angles.sines.data_ptr<float>();
    forEachRow(rows, half * 32, [&](std::int64_t row) { // a sine costs about as much as 32 plain operations
        const auto position = static_cast<float>(positions[static_cast<std::size_t>(row)]);
        for (std::int64_t i = 0; i < half; ++i) {
            const float angle = position * frequencies.values[static_cast<std::size_t>(i)];
            cosines[row * half + i] = std::cos(angle) * factor;
            sines[row * half + i] = std::sin(angle) * factor;
        }
    });
    return {angles.cosines.to(device), angles.sines.to(device)};
}

at::Tensor rotateHeads(at::Tensor qkv, std::int64_t queryHeads, std::int64_t keyHeads, const RopeAngles& angles,
                       const HeadNorms& norms)
{
    const bool hasNorms = norms.query.defined() || norms.key.defined();
    const bool hasAngles = angles.cosines.defined();
    if (!hasNorms && !hasAngles)
        return qkv;
    // The kernel rotates what it normalises: whole heads, or their first part where there are no norms.
    const bool fitsKernel = hasAngles && (!hasNorms || 2 * angles.cosines.size(1) == qkv.size(2));
    if (usesKernels(qkv) && qkv.is_contiguous() && fitsKernel && !needsGradient({norms.query, norms.key})) {
        rotateRows(qkv, queryHeads, keyHeads, angles, norms);
        return qkv;
    }
    const at::Tensor queries = normalised(qkv.narrow(1, 0, queryHeads), norms.query, norms.epsilon);
    const at::Tensor keys = normalised(qkv.narrow(1, queryHeads, keyHeads), norms.key, norms.epsilon);
    return at::cat({rotated(queries, angles), rotated(keys, angles), qkv.narrow(1, queryHeads + keyHeads, keyHeads)},
                   1);
}

} // namespace driftscope::network
