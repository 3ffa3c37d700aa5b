// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/widening_p.h"

// Types in blocks of 32 values with one scale.
namespace driftscope::checkpoint::widen {

namespace {

DRIFTSCOPE_INLINE void blockQ4_0(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const Byte* nibbles = block + 2;
    for (int i = 0; i < 16; ++i) {
        out[i] = static_cast<float>((nibbles[i] & 0x0F) - 8) * scale;
        out[i + 16] = static_cast<float>((nibbles[i] >> 4) - 8) * scale;
    }
}

DRIFTSCOPE_INLINE void blockQ4_1(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const float minimum = halfAt(block + 2);
    const Byte* nibbles = block + 4;
    for (int i = 0; i < 16; ++i) {
        out[i] = static_cast<float>(nibbles[i] & 0x0F) * scale + minimum;
        out[i + 16] = static_cast<float>(nibbles[i] >> 4) * scale + minimum;
    }
}

DRIFTSCOPE_INLINE void blockQ5_0(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const auto high = load<std::uint32_t>(block + 2);
    const Byte* nibbles = block + 6;
    for (unsigned i = 0; i < 16; ++i) {
        const auto low5 = static_cast<int>((nibbles[i] & 0x0FU) | (((high >> i) & 1U) << 4));
        const auto high5 = static_cast<int>((nibbles[i] >> 4U) | (((high >> (i + 16)) & 1U) << 4));
        out[i] = static_cast<float>(low5 - 16) * scale;
        out[i + 16] = static_cast<float>(high5 - 16) * scale;
    }
}

DRIFTSCOPE_INLINE void blockQ5_1(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const float minimum = halfAt(block + 2);
    const auto high = load<std::uint32_t>(block + 4);
    const Byte* nibbles = block + 8;
    for (unsigned i = 0; i < 16; ++i) {
        const auto low5 = static_cast<int>((nibbles[i] & 0x0FU) | (((high >> i) & 1U) << 4));
        const auto high5 = static_cast<int>((nibbles[i] >> 4U) | (((high >> (i + 16)) & 1U) << 4));
        out[i] = static_cast<float>(low5) * scale + minimum;
        out[i + 16] = static_cast<float>(high5) * scale + minimum;
    }
}

DRIFTSCOPE_INLINE void blockQ8_0(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    for (int i = 0; i < 32; ++i)
        out[i] = static_cast<float>(static_cast<std::int8_t>(block[2 + i])) * scale;
}

DRIFTSCOPE_INLINE void blockIQ4_NL(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const Byte* nibbles = block + 2;
    for (int i = 0; i < 16; ++i) {
        out[i] = nonLinearNibbles[nibbles[i] & 0x0F] * scale;
        out[i + 16] = nonLinearNibbles[nibbles[i] >> 4] * scale;
    }
}

} // namespace

DRIFTSCOPE_CLONES void q4_0(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ4_0(bytes + i * 18, values + i * 32);
}

DRIFTSCOPE_CLONES void q4_1(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ4_1(bytes + i * 20, values + i * 32);
}

DRIFTSCOPE_CLONES void q5_0(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ5_0(bytes + i * 22, values + i * 32);
}

DRIFTSCOPE_CLONES void q5_1(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ5_1(bytes + i * 24, values + i * 32);
}

DRIFTSCOPE_CLONES void q8_0(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ8_0(bytes + i * 34, values + i * 32);
}

DRIFTSCOPE_CLONES void iq4_nl(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockIQ4_NL(bytes + i * 18, values + i * 32);
}

} // namespace driftscope::checkpoint::widen
