// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/dtype.h"

#include "core/checkpoint/tensorindex.h"

#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace driftscope::checkpoint {

namespace {

struct TypeRow {
    std::string_view name;
    BlockLayout layout;
    bool isWidened;
};

// In the order of DType.
constexpr std::array<TypeRow, 23> typeTable {{
    {"F64", {1, 8}, true},      {"F32", {1, 4}, true},      {"F16", {1, 2}, true},       {"BF16", {1, 2}, true},
    {"I64", {1, 8}, false},     {"I32", {1, 4}, false},     {"I16", {1, 2}, false},      {"I8", {1, 1}, false},
    {"U8", {1, 1}, false},      {"BOOL", {1, 1}, false},    {"F8_E4M3", {1, 1}, false},  {"F8_E5M2", {1, 1}, false},
    {"Q4_0", {32, 18}, true},   {"Q4_1", {32, 20}, true},   {"Q5_0", {32, 22}, true},    {"Q5_1", {32, 24}, true},
    {"Q8_0", {32, 34}, true},   {"Q2_K", {256, 84}, false}, {"Q3_K", {256, 110}, false}, {"Q4_K", {256, 144}, true},
    {"Q5_K", {256, 176}, true}, {"Q6_K", {256, 210}, true}, {"Q8_K", {256, 292}, false},
}};

const TypeRow& rowOf(DType type)
{
    return typeTable[static_cast<std::size_t>(type)];
}

using Byte = std::uint8_t;

template<typename T>
T load(const Byte* bytes)
{
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

/// IEEE half to float without a table or branches, so that loops over it vectorise. Exact for all 65,536 values.
float halfToFloat(std::uint16_t half)
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

float halfAt(const Byte* bytes)
{
    return halfToFloat(load<std::uint16_t>(bytes));
}

// One function a type: widens one block. Layouts: ggml-common.h, as formats.md section 2 lists them.

void widenF64(const Byte* block, float* out)
{
    *out = static_cast<float>(load<double>(block));
}

void widenF16(const Byte* block, float* out)
{
    *out = halfAt(block);
}

void widenBf16(const Byte* block, float* out)
{
    *out = std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(block)) << 16);
}

void widenQ4_0(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const Byte* nibbles = block + 2;
    for (int i = 0; i < 16; ++i) {
        out[i] = static_cast<float>((nibbles[i] & 0x0F) - 8) * scale;
        out[i + 16] = static_cast<float>((nibbles[i] >> 4) - 8) * scale;
    }
}

void widenQ4_1(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    const float minimum = halfAt(block + 2);
    const Byte* nibbles = block + 4;
    for (int i = 0; i < 16; ++i) {
        out[i] = static_cast<float>(nibbles[i] & 0x0F) * scale + minimum;
        out[i + 16] = static_cast<float>(nibbles[i] >> 4) * scale + minimum;
    }
}

void widenQ5_0(const Byte* block, float* out)
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

void widenQ5_1(const Byte* block, float* out)
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

void widenQ8_0(const Byte* block, float* out)
{
    const float scale = halfAt(block);
    for (int i = 0; i < 32; ++i)
        out[i] = static_cast<float>(static_cast<std::int8_t>(block[2 + i])) * scale;
}

struct ScaleAndMinimum {
    float scale;
    float minimum;
};

/// The six-bit scale and minimum of sub-block `i` of eight (Q4_K, Q5_K): the first four stand in the low six bits of
/// bytes 0-3 and 4-7, the others in the nibbles of bytes 8-11 with their two high bits on top of the first eight bytes.
ScaleAndMinimum subBlockScale(const Byte* packed, int i, float scale, float minimum)
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

void widenQ4_K(const Byte* block, float* out)
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

void widenQ5_K(const Byte* block, float* out)
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

void widenQ6_K(const Byte* block, float* out)
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
            for (int i = 0; i < 32; ++i) {
                const auto subScale = static_cast<std::int8_t>(scales[2 * quarter + i / 16]);
                const int quantised = ((nibbles[i] >> nibbleShift) & 0x0F) | (((high[i] >> (2 * quarter)) & 3) << 4);
                values[32 * quarter + i] = scale * static_cast<float>(subScale) * static_cast<float>(quantised - 32);
            }
        }
    }
}

template<void (*widenBlock)(const Byte*, float*), std::int64_t blockValues, std::int64_t blockBytes>
void widenAll(const Byte* bytes, std::span<float> values)
{
    const auto blocks = static_cast<std::int64_t>(values.size()) / blockValues;
    float* out = values.data();
    for (std::int64_t i = 0; i < blocks; ++i)
        widenBlock(bytes + i * blockBytes, out + i * blockValues);
}

} // namespace

std::int64_t TensorEntry::valueCount() const
{
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return count;
}

std::string_view dtypeName(DType type)
{
    return rowOf(type).name;
}

BlockLayout blockLayout(DType type)
{
    return rowOf(type).layout;
}

bool canDequantize(DType type)
{
    return rowOf(type).isWidened;
}

Result<> dequantize(DType type, std::span<const std::byte> bytes, std::span<float> values)
{
    const BlockLayout layout = blockLayout(type);
    const auto blocks = values.size() / static_cast<std::size_t>(layout.values);
    if (values.size() % static_cast<std::size_t>(layout.values) != 0
        || bytes.size() != blocks * static_cast<std::size_t>(layout.bytes))
        return fail(ErrorCode::SizeMismatch,
                    std::to_string(bytes.size()) + " bytes of " + std::string(dtypeName(type)) + " do not hold "
                        + std::to_string(values.size()) + " values.");
    const auto* stored = reinterpret_cast<const Byte*>(bytes.data());
    switch (type) {
    case DType::F32:
        if (!values.empty())
            std::memcpy(values.data(), stored, bytes.size());
        break;
    case DType::F64:
        widenAll<widenF64, 1, 8>(stored, values);
        break;
    case DType::F16:
        widenAll<widenF16, 1, 2>(stored, values);
        break;
    case DType::BF16:
        widenAll<widenBf16, 1, 2>(stored, values);
        break;
    case DType::Q4_0:
        widenAll<widenQ4_0, 32, 18>(stored, values);
        break;
    case DType::Q4_1:
        widenAll<widenQ4_1, 32, 20>(stored, values);
        break;
    case DType::Q5_0:
        widenAll<widenQ5_0, 32, 22>(stored, values);
        break;
    case DType::Q5_1:
        widenAll<widenQ5_1, 32, 24>(stored, values);
        break;
    case DType::Q8_0:
        widenAll<widenQ8_0, 32, 34>(stored, values);
        break;
    case DType::Q4_K:
        widenAll<widenQ4_K, 256, 144>(stored, values);
        break;
    case DType::Q5_K:
        widenAll<widenQ5_K, 256, 176>(stored, values);
        break;
    case DType::Q6_K:
        widenAll<widenQ6_K, 256, 210>(stored, values);
        break;
    default:
        return fail(ErrorCode::UnknownDtype,
                    "tensors of type " + std::string(dtypeName(type))
                        + " cannot be read; convert the checkpoint to F16, BF16, Q8_0 or Q4_K.");
    }
    return {};
}

} // namespace driftscope::checkpoint
