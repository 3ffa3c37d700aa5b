// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

// Several machine-code versions of a function, chosen by the loader. The sanitizers cannot start with such symbols.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)                   \
    && !defined(__SANITIZE_ADDRESS__)
#define DRIFTSCOPE_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define DRIFTSCOPE_CLONES
#endif
#define DRIFTSCOPE_INLINE inline __attribute__((always_inline))

/// Widening of stored blocks to fp32, one function a type. Layouts: ggml-common.h, as formats.md section 2 lists them.
namespace driftscope::checkpoint::widen {

using Byte = std::uint8_t;

/// Widens `blocks` blocks that stand one after another.
using Function = void (*)(const Byte* bytes, float* values, std::int64_t blocks);

void f64(const Byte* bytes, float* values, std::int64_t blocks);
void f32(const Byte* bytes, float* values, std::int64_t blocks);
void f16(const Byte* bytes, float* values, std::int64_t blocks);
void bf16(const Byte* bytes, float* values, std::int64_t blocks);
void f8e4m3(const Byte* bytes, float* values, std::int64_t blocks);
void f8e5m2(const Byte* bytes, float* values, std::int64_t blocks);
void q4_0(const Byte* bytes, float* values, std::int64_t blocks);
void q4_1(const Byte* bytes, float* values, std::int64_t blocks);
void q5_0(const Byte* bytes, float* values, std::int64_t blocks);
void q5_1(const Byte* bytes, float* values, std::int64_t blocks);
void q8_0(const Byte* bytes, float* values, std::int64_t blocks);
void iq4_nl(const Byte* bytes, float* values, std::int64_t blocks);
void q2_K(const Byte* bytes, float* values, std::int64_t blocks);
void q3_K(const Byte* bytes, float* values, std::int64_t blocks);
void q4_K(const Byte* bytes, float* values, std::int64_t blocks);
void q5_K(const Byte* bytes, float* values, std::int64_t blocks);
void q6_K(const Byte* bytes, float* values, std::int64_t blocks);
void q8_K(const Byte* bytes, float* values, std::int64_t blocks);
void iq4_xs(const Byte* bytes, float* values, std::int64_t blocks);

/// The 16 values that a nibble stands for in the types IQ4_NL and IQ4_XS.
inline constexpr float nonLinearNibbles[16] {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

template<typename T>
DRIFTSCOPE_INLINE T load(const Byte* bytes)
{
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

/// IEEE half to float without a table or branches, so that loops over it vectorise. Exact for all 65,536 values.
DRIFTSCOPE_INLINE float halfToFloat(std::uint16_t half)
{
    const std::uint32_t magnitude = half & 0x7FFFU;
    const std::uint32_t sign = (half & 0x8000U) << 16;
    const std::uint32_t normal = (magnitude << 13) + 0x38000000U; // exponent bias 15 -> 127
    const std::uint32_t special = normal + 0x38000000U; // infinity, NaN: exponent 255
    // Subnormal: 0.5 + m * 2^-24 is exact in float; taking 0.5 away leaves the value.
    const auto small = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude | 0x3F000000U) - 0.5F);
    const std::uint32_t finite = magnitude < 0x400U ? small : normal;
    return std::bit_cast<float>((magnitude >= 0x7C00U ? special : finite) | sign);
}

DRIFTSCOPE_INLINE float halfAt(const Byte* bytes)
{
    return halfToFloat(load<std::uint16_t>(bytes));
}

} // namespace driftscope::checkpoint::widen
