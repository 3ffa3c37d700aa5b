// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/widening_p.h"

namespace driftscope::checkpoint::widen {

namespace {

DRIFTSCOPE_INLINE void blockF64(const Byte* block, float* out)
{
    *out = static_cast<float>(load<double>(block));
}

DRIFTSCOPE_INLINE void blockF16(const Byte* block, float* out)
{
    *out = halfAt(block);
}

DRIFTSCOPE_INLINE void blockBf16(const Byte* block, float* out)
{
    *out = std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(block)) << 16);
}

/// 1 sign, 4 exponent (bias 7), 3 fraction bits; no infinities, and only 0x7F and 0xFF are not a number (OCP FP8,
/// "fn").
DRIFTSCOPE_INLINE void blockF8E4M3(const Byte* block, float* out)
{
    const std::uint32_t magnitude = *block & 0x7FU;
    const std::uint32_t sign = (*block & 0x80U) << 24;
    const std::uint32_t normal = (magnitude << 20) + 0x3C000000U; // exponent bias 7 -> 127
    const auto small = std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<int>(magnitude)) * 0x1p-9F);
    const std::uint32_t finite = magnitude < 8U ? small : normal;
    *out = std::bit_cast<float>((magnitude == 0x7FU ? 0x7FC00000U : finite) | sign);
}

/// The high byte of an IEEE half.
DRIFTSCOPE_INLINE void blockF8E5M2(const Byte* block, float* out)
{
    *out = halfToFloat(static_cast<std::uint16_t>(*block << 8));
}

} // namespace

void f32(const Byte* bytes, float* values, std::int64_t blocks)
{
    std::memcpy(values, bytes, static_cast<std::size_t>(blocks) * sizeof(float));
}

DRIFTSCOPE_CLONES void f64(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockF64(bytes + i * 8, values + i);
}

DRIFTSCOPE_CLONES void f16(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockF16(bytes + i * 2, values + i);
}

DRIFTSCOPE_CLONES void bf16(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockBf16(bytes + i * 2, values + i);
}

DRIFTSCOPE_CLONES void f8e4m3(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockF8E4M3(bytes + i, values + i);
}

DRIFTSCOPE_CLONES void f8e5m2(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockF8E5M2(bytes + i, values + i);
}

} // namespace driftscope::checkpoint::widen
