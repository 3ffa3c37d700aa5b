// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/cpukernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

// Several machine-code versions of a function, chosen by the loader. The thread sanitizer cannot start with such
// symbols. The levels and not "avx2": that alone is without fused multiply-add, and an exp takes half as long again.
#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__) && !defined(__SANITIZE_THREAD__) \
    && !defined(__SANITIZE_ADDRESS__)
#define DRIFTSCOPE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DRIFTSCOPE_CLONES
#endif
#define DRIFTSCOPE_INLINE inline __attribute__((always_inline))

namespace driftscope::network::kernels {

namespace {

constexpr std::int64_t lanes = 16; // partial sums, so that a sum can use vectors without changing its order

DRIFTSCOPE_INLINE float load(float value)
{
    return value;
}

DRIFTSCOPE_INLINE float load(Bf16 value)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16U);
}

DRIFTSCOPE_INLINE void store(float value, float& to)
{
    to = value;
}

DRIFTSCOPE_INLINE void store(float value, Bf16& to)
{
    // Round to nearest, ties to even; what is not a number stays so.
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = (bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U;
    to.bits = static_cast<std::uint16_t>(value == value ? rounded : 0x7fc0U); // NOLINT(misc-redundant-expression)
}

/// exp within 2 units in the last place, free of branches and tables so that it runs in vectors (Cephes' polynomial).
DRIFTSCOPE_INLINE float vectorExp(float x)
{
    x = std::min(std::max(x, -87.0F), 88.0F);
    constexpr float roundingShift = 12582912.0F; // 1.5 * 2^23: adding it rounds to whole numbers
    const float n = (x * 1.44269504F + roundingShift) - roundingShift;
    const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    const float e = p * r * r + r + 1.0F;
    return e * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}

template<typename T>
DRIFTSCOPE_INLINE float sumOfSquares(const T* x, std::int64_t size)
{
    float sums[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= size; i += lanes) {
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float value = load(x[i + lane]);
            sums[lane] += value * value;
        }
    }
    for (; i < size; ++i)
        sums[0] += load(x[i]) * load(x[i]);
    float total = 0;
    for (const float sum : sums)
        total += sum;
    return total;
}

template<typename T>
DRIFTSCOPE_INLINE float inverseRms(const T* x, float epsilon, std::int64_t size)
{
    return 1.0F / std::sqrt(sumOfSquares(x, size) / static_cast<float>(size) + epsilon);
}

template<typename T>
DRIFTSCOPE_INLINE void rmsNormBody(const float* x, const float* weight, float epsilon, std::int64_t size, T* out)
{
    const float scale = inverseRms(x, epsilon, size);
    for (std::int64_t i = 0; i < size; ++i)
        store(x[i] * scale * weight[i], out[i]);
}

template<typename T>
DRIFTSCOPE_INLINE void rotateBody(T* head, const HeadRotation& rotation)
{
    const std::int64_t half = rotation.size / 2;
    if (rotation.norm != nullptr) {
        const float scale = inverseRms(head, rotation.epsilon, rotation.size);
        for (std::int64_t i = 0; i < rotation.size; ++i)
            store(load(head[i]) * scale * rotation.norm[i], head[i]);
    }
    for (std::int64_t i = 0; i < half; ++i) {
        const float first = load(head[i]);
        const float second = load(head[i + half]);
        store(first * rotation.cosines[i] - second * rotation.sines[i], head[i]);
        store(second * rotation.cosines[i] + first * rotation.sines[i], head[i + half]);
    }
}

template<typename T>
DRIFTSCOPE_INLINE void gateBody(const T* gates, const T* ups, Gate activation, std::int64_t size, T* out)
{
    switch (activation) {
    case Gate::Silu:
        for (std::int64_t i = 0; i < size; ++i) {
            const float x = load(gates[i]);
            store(x / (1.0F + vectorExp(-x)) * load(ups[i]), out[i]);
        }
        break;
    case Gate::GeluTanh: // x * sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3)
        for (std::int64_t i = 0; i < size; ++i) {
            const float x = load(gates[i]);
            const float twice = 1.5957691216F * (x + 0.044715F * x * x * x);
            store(x / (1.0F + vectorExp(-twice)) * load(ups[i]), out[i]);
        }
        break;
    case Gate::Gelu:
        for (std::int64_t i = 0; i < size; ++i) {
            const float x = load(gates[i]);
            store(0.5F * x * (1.0F + std::erf(x * 0.70710678F)) * load(ups[i]), out[i]);
        }
        break;
    }
}

template<typename T>
DRIFTSCOPE_INLINE void mergeBody(float* out, float& logSum, const T* other, float otherLogSum, std::int64_t size)
{
    const float largest = std::max(logSum, otherLogSum);
    const float mine = std::exp(logSum - largest);
    const float others = std::exp(otherLogSum - largest);
    const float total = mine + others;
    const float keep = mine / total;
    const float take = others / total;
    for (std::int64_t i = 0; i < size; ++i)
        out[i] = out[i] * keep + load(other[i]) * take;
    logSum = largest + std::log(total);
}

} // namespace

DRIFTSCOPE_CLONES void rmsNorm(const float* x, const float* weight, float epsilon, std::int64_t size, float* out)
{
    rmsNormBody(x, weight, epsilon, size, out);
}

DRIFTSCOPE_CLONES void rmsNorm(const float* x, const float* weight, float epsilon, std::int64_t size, Bf16* out)
{
    rmsNormBody(x, weight, epsilon, size, out);
}

DRIFTSCOPE_CLONES void add(float* x, const float* delta, std::int64_t size)
{
    for (std::int64_t i = 0; i < size; ++i)
        x[i] += delta[i];
}

DRIFTSCOPE_CLONES void add(float* x, const Bf16* delta, std::int64_t size)
{
    for (std::int64_t i = 0; i < size; ++i)
        x[i] += load(delta[i]);
}

DRIFTSCOPE_CLONES void rotate(float* head, const HeadRotation& rotation)
{
    rotateBody(head, rotation);
}

DRIFTSCOPE_CLONES void rotate(Bf16* head, const HeadRotation& rotation)
{
    rotateBody(head, rotation);
}

DRIFTSCOPE_CLONES void gate(const float* gates, const float* ups, Gate activation, std::int64_t size, float* out)
{
    gateBody(gates, ups, activation, size, out);
}

DRIFTSCOPE_CLONES void gate(const Bf16* gates, const Bf16* ups, Gate activation, std::int64_t size, Bf16* out)
{
    gateBody(gates, ups, activation, size, out);
}

DRIFTSCOPE_CLONES void merge(float* out, float& logSum, const float* other, float otherLogSum, std::int64_t size)
{
    mergeBody(out, logSum, other, otherLogSum, size);
}

DRIFTSCOPE_CLONES void merge(float* out, float& logSum, const Bf16* other, float otherLogSum, std::int64_t size)
{
    mergeBody(out, logSum, other, otherLogSum, size);
}

DRIFTSCOPE_CLONES float cappedSoftmax(float* scores, const float* mask, float scale, float cap, std::int64_t size)
{
    const float twice = 2.0F * scale / cap;
    for (std::int64_t i = 0; i < size; ++i) // tanh(x) = 1 - 2 / (exp(2 x) + 1)
        scores[i] = cap - 2.0F * cap / (vectorExp(scores[i] * twice) + 1.0F);
    if (mask != nullptr)
        add(scores, mask, size);
    float largest = scores[0];
    for (std::int64_t i = 1; i < size; ++i)
        largest = std::max(largest, scores[i]);
    for (std::int64_t i = 0; i < size; ++i)
        scores[i] = vectorExp(scores[i] - largest);
    float sums[lanes] = {};
    for (std::int64_t i = 0; i < size; ++i)
        sums[i % lanes] += scores[i];
    float total = 0;
    for (const float sum : sums)
        total += sum;
    const float inverse = 1.0F / total;
    for (std::int64_t i = 0; i < size; ++i)
        scores[i] *= inverse;
    return largest + std::log(total);
}

DRIFTSCOPE_CLONES void widen(const Bf16* from, std::int64_t size, float* to)
{
    for (std::int64_t i = 0; i < size; ++i)
        to[i] = load(from[i]);
}

DRIFTSCOPE_CLONES void narrow(const float* from, std::int64_t size, Bf16* to)
{
    for (std::int64_t i = 0; i < size; ++i)
        store(from[i], to[i]);
}

} // namespace driftscope::network::kernels
