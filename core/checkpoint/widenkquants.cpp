// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/widening_p.h"

// Types in blocks of 256 values whose sub-blocks have scales of their own ("K quants").
namespace driftscope::checkpoint::widen {

namespace {

/// 16 sub-blocks of 16: a nibble for the scale, a nibble for the minimum. The two-bit values of 128 stand in 32 bytes.
DRIFTSCOPE_INLINE void blockQ2_K(const Byte* block, float* out)
{
    const float scale = halfAt(block + 80);
    const float minimum = halfAt(block + 82);
    for (int sub = 0; sub < 16; ++sub) {
        const float subScale = scale * static_cast<float>(block[sub] & 0x0F);
        const float subMinimum = minimum * static_cast<float>(block[sub] >> 4);
        const Byte* packed = block + 16 + 32 * (sub / 8) + 16 * (sub % 2);
        const int shift = sub % 8 / 2 * 2;
        for (int i = 0; i < 16; ++i)
            out[16 * sub + i] = subScale * static_cast<float>((packed[i] >> shift) & 3) - subMinimum;
    }
}

/// The six-bit scale, less 32, of sub-block `i` of 16 (Q3_K): low four bits in the nibbles of bytes 0-7 (low nibbles
/// first), high two bits in bytes 8-11.
DRIFTSCOPE_INLINE int thirdTypeScale(const Byte* packed, int i)
{
    const int low = (packed[i % 8] >> (i / 8 * 4)) & 0x0F;
    const int high = (packed[8 + i % 4] >> (i / 4 * 2)) & 3;
    return (low | (high << 4)) - 32;
}

/// As Q2_K, with a third bit each in a mask of 32 bytes (bit n of byte i: value i of the n-th 32): unset means 4 less.
DRIFTSCOPE_INLINE void blockQ3_K(const Byte* block, float* out)
{
    const float scale = halfAt(block + 108);
    for (int sub = 0; sub < 16; ++sub) {
        const float subScale = scale * static_cast<float>(thirdTypeScale(block + 96, sub));
        const Byte* mask = block + 16 * (sub % 2);
        const Byte* packed = block + 32 + 32 * (sub / 8) + 16 * (sub % 2);
        const int shift = sub % 8 / 2 * 2;
        const int maskBit = sub / 2;
        for (int i = 0; i < 16; ++i) {
            const int low = (packed[i] >> shift) & 3;
            const int high = (mask[i] >> maskBit) & 1;
            out[16 * sub + i] = subScale * static_cast<float>(low + 4 * high - 4);
        }
    }
}

struct ScaleAndMinimum {
    float scale;
    float minimum;
};

/// The six-bit scale and minimum of sub-block `i` of eight (Q4_K, Q5_K): the first four stand in the low six bits of
/// bytes 0-3 and 4-7, the others in the nibbles of bytes 8-11 with their two high bits on top of the first eight bytes.
DRIFTSCOPE_INLINE ScaleAndMinimum subBlockScale(const Byte* packed, int i, float scale, float minimum)
{
    int sixBitScale = 0;
    int sixBitMinimum = 0;
    if (i < 4) {
        sixBitScale = packed[i] & 63;
        sixBitMinimum = packed[i + 4] & 63;
    } else {
        sixBitScale = (packed[i + 4] & 0x0F) | ((packed[i - 4] >> 6) << 4);
        sixBitMinimum = (packed[i + 4] >> 4) | ((packed[i] >> 6) << 4);
    }
    return {scale * static_cast<float>(sixBitScale), minimum * static_cast<float>(sixBitMinimum)};
}

DRIFTSCOPE_INLINE void blockQ4_K(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const float minimum = halfAt(block + 2);
    for (int pair = 0; pair < 4; ++pair) {
        const auto low = subBlockScale(block + 4, 2 * pair, scale, minimum);
        const auto high = subBlockScale(block + 4, 2 * pair + 1, scale, minimum);
        const Byte* nibbles = block + 16 + 32 * pair;
        float* values = out + 64 * pair;
        for (int i = 0; i < 32; ++i) {
            values[i] = low.scale * static_cast<float>(nibbles[i] & 0x0F) - low.minimum;
            values[i + 32] = high.scale * static_cast<float>(nibbles[i] >> 4) - high.minimum;
        }
    }
}

DRIFTSCOPE_INLINE void blockQ5_K(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const float minimum = halfAt(block + 2);
    const Byte* fifthBits = block + 16;
    for (int pair = 0; pair < 4; ++pair) {
        const auto low = subBlockScale(block + 4, 2 * pair, scale, minimum);
        const auto high = subBlockScale(block + 4, 2 * pair + 1, scale, minimum);
        const Byte* nibbles = block + 48 + 32 * pair;
        float* values = out + 64 * pair;
        for (int i = 0; i < 32; ++i) {
            const int bits = fifthBits[i] >> (2 * pair);
            values[i] = low.scale * static_cast<float>((nibbles[i] & 0x0F) | ((bits & 1) << 4)) - low.minimum;
            values[i + 32] = high.scale * static_cast<float>((nibbles[i] >> 4) | ((bits & 2) << 3)) - high.minimum;
        }
    }
}

DRIFTSCOPE_INLINE void blockQ6_K(const Byte* block, float* out)
{
    const float scale = halfAt(block + 208);
    for (int half = 0; half < 2; ++half) {
        const Byte* low = block + 64 * half;
        const Byte* high = block + 128 + 32 * half;
        const Byte* scales = block + 192 + 8 * half;
        float* values = out + 128 * half;
        for (int quarter = 0; quarter < 4; ++quarter) {
            const Byte* nibbles = low + 32 * (quarter % 2);
            const int nibbleShift = quarter < 2 ? 0 : 4;
            for (int sub = 0; sub < 2; ++sub) {
                const auto stored = static_cast<std::int8_t>(scales[2 * quarter + sub]);
                const float subScale = scale * static_cast<float>(stored);
                for (int i = 16 * sub; i < 16 * sub + 16; ++i) {
                    const int low4 = (nibbles[i] >> nibbleShift) & 0x0F;
                    const int high2 = (high[i] >> (2 * quarter)) & 3;
                    values[32 * quarter + i] = subScale * static_cast<float>((low4 | (high2 << 4)) - 32);
                }
            }
        }
    }
}

/// An fp32 scale and 256 bytes; the sums that follow serve integer products only.
DRIFTSCOPE_INLINE void blockQ8_K(const Byte* block, float* out)
{
    const auto scale = load<float>(block);
    for (int i = 0; i < 256; ++i)
        out[i] = static_cast<float>(static_cast<std::int8_t>(block[4 + i])) * scale;
}

/// Eight sub-blocks of 32 with six-bit scales: low four bits in nibbles, high two bits in one 16-bit word.
DRIFTSCOPE_INLINE void blockIQ4_XS(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const auto high = static_cast<int>(load<std::uint16_t>(block + 2));
    for (int sub = 0; sub < 8; ++sub) {
        const int low = (block[4 + sub / 2] >> (sub % 2 * 4)) & 0x0F;
        const float subScale = scale * static_cast<float>((low | (((high >> (2 * sub)) & 3) << 4)) - 32);
        const Byte* nibbles = block + 8 + 16 * sub;
        for (int i = 0; i < 16; ++i) {
            out[32 * sub + i] = subScale * nonLinearNibbles[nibbles[i] & 0x0F];
            out[32 * sub + 16 + i] = subScale * nonLinearNibbles[nibbles[i] >> 4];
        }
    }
}

} // namespace

DRIFTSCOPE_CLONES void q2_K(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ2_K(bytes + i * 84, values + i * 256);
}

DRIFTSCOPE_CLONES void q3_K(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ3_K(bytes + i * 110, values + i * 256);
}

DRIFTSCOPE_CLONES void q4_K(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ4_K(bytes + i * 144, values + i * 256);
}

DRIFTSCOPE_CLONES void q5_K(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ5_K(bytes + i * 176, values + i * 256);
}

DRIFTSCOPE_CLONES void q6_K(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ6_K(bytes + i * 210, values + i * 256);
}

DRIFTSCOPE_CLONES void q8_K(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockQ8_K(bytes + i * 292, values + i * 256);
}

DRIFTSCOPE_CLONES void iq4_xs(const Byte* bytes, float* values, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        blockIQ4_XS(bytes + i * 136, values + i * 256);
}

} // namespace driftscope::checkpoint::widen
