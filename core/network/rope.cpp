// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/rope.h"

#include "core/network/norms.h"
#include "core/network/rows_p.h"

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

double scaledFrequency(double frequency, const checkpoint::Rope& rope)
{
    switch (rope.scaling) {
    case checkpoint::Rope::Scaling::Linear:
        return frequency / rope.factor;
    case checkpoint::Rope::Scaling::Llama3:
        return llama3Frequency(frequency, rope);
    default:
        return frequency; // dynamic changes nothing within the context the model was trained for
    }
}

at::Tensor rotated(const at::Tensor& heads, const RopeAngles& angles)
{
    const std::int64_t half = heads.size(-1) / 2;
    const at::Tensor first = heads.narrow(-1, 0, half).to(at::kFloat);
    const at::Tensor second = heads.narrow(-1, half, half).to(at::kFloat);
    const at::Tensor cosines = angles.cosines.unsqueeze(1); // [N, 1, half]
    const at::Tensor sines = angles.sines.unsqueeze(1);
    return at::cat({first * cosines - second * sines, second * cosines + first * sines}, -1).to(heads.scalar_type());
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
    const std::int64_t heads = qkv.size(1);
    const float* cosines = angles.cosines.const_data_ptr<float>();
    const float* sines = angles.sines.const_data_ptr<float>();
    const float* queryNorm = norms.query.defined() ? norms.query.const_data_ptr<float>() : nullptr;
    const float* keyNorm = norms.key.defined() ? norms.key.const_data_ptr<float>() : nullptr;
    withData(qkv, [&](auto* data) {
        forEachRow(qkv.size(0), (queryHeads + keyHeads) * size, [&](std::int64_t row) {
            kernels::HeadRotation rotation {cosines + row * size / 2, sines + row * size / 2, queryNorm,
                                            static_cast<float>(norms.epsilon), size};
            for (std::int64_t head = 0; head < queryHeads + keyHeads; ++head) {
                rotation.norm = head < queryHeads ? queryNorm : keyNorm;
                kernels::rotate(data + (row * heads + head) * size, rotation);
            }
        });
    });
}

} // namespace

Result<std::vector<float>> ropeFrequencies(const checkpoint::ModelConfig& config)
{
    const checkpoint::Rope& rope = config.rope;
    if (rope.scaling == checkpoint::Rope::Scaling::Yarn)
        return fail(ErrorCode::UnsupportedFormat,
                    "The checkpoint stretches its positions with 'yarn', which is not supported; use one without it.");
    const auto half = static_cast<std::size_t>(config.headDim / 2);
    if (!rope.frequencyDivisors.empty() && rope.frequencyDivisors.size() != half)
        return fail(ErrorCode::Inconsistent,
                    "The checkpoint has " + std::to_string(rope.frequencyDivisors.size())
                        + " rotary frequency divisors; its head size needs " + std::to_string(half) + ".");
    std::vector<float> frequencies(half);
    for (std::size_t i = 0; i < half; ++i) {
        const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(config.headDim);
        double frequency = scaledFrequency(1.0 / std::pow(rope.theta, exponent), rope);
        if (!rope.frequencyDivisors.empty())
            frequency /= static_cast<double>(rope.frequencyDivisors[i]);
        frequencies[i] = static_cast<float>(frequency);
    }
    return frequencies;
}

RopeAngles ropeAngles(std::span<const float> frequencies, std::span<const std::int64_t> positions, at::Device device)
{
    const auto rows = static_cast<std::int64_t>(positions.size());
    const auto half = static_cast<std::int64_t>(frequencies.size());
    RopeAngles angles {at::empty({rows, half}, at::kFloat), at::empty({rows, half}, at::kFloat)};
    float* cosines = angles.cosines.data_ptr<float>();
    float* sines = angles.sines.data_ptr<float>();
    forEachRow(rows, half * 32, [&](std::int64_t row) { // a sine costs about as much as 32 plain operations
        const auto position = static_cast<float>(positions[static_cast<std::size_t>(row)]);
        for (std::int64_t i = 0; i < half; ++i) {
            const float angle = position * frequencies[static_cast<std::size_t>(i)];
            cosines[row * half + i] = std::cos(angle);
            sines[row * half + i] = std::sin(angle);
        }
    });
    return {angles.cosines.to(device), angles.sines.to(device)};
}

at::Tensor rotateHeads(at::Tensor qkv, std::int64_t queryHeads, std::int64_t keyHeads, const RopeAngles& angles,
                       const HeadNorms& norms)
{
    if (usesKernels(qkv) && qkv.is_contiguous()) {
        rotateRows(qkv, queryHeads, keyHeads, angles, norms);
        return qkv;
    }
    const at::Tensor queries = normalised(qkv.narrow(1, 0, queryHeads), norms.query, norms.epsilon);
    const at::Tensor keys = normalised(qkv.narrow(1, queryHeads, keyHeads), norms.key, norms.epsilon);
    return at::cat({rotated(queries, angles), rotated(keys, angles), qkv.narrow(1, queryHeads + keyHeads, keyHeads)},
                   1);
}

} // namespace driftscope::network
