// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/dtype.h"

#include "core/checkpoint/tensorindex.h"
#include "core/checkpoint/widening_p.h"

#include <array>
#include <bit>
#include <string>

namespace driftscope::checkpoint {

namespace {

struct TypeRow {
    std::string_view name;
    BlockLayout layout;
    widen::Function widen; ///< null = cannot be widened
};

// In the order of DType.
constexpr std::array<TypeRow, 25> typeTable {{
    {"F64", {1, 8}, widen::f64},
    {"F32", {1, 4}, widen::f32},
    {"F16", {1, 2}, widen::f16},
    {"BF16", {1, 2}, widen::bf16},
    {"I64", {1, 8}, nullptr},
    {"I32", {1, 4}, nullptr},
    {"I16", {1, 2}, nullptr},
    {"I8", {1, 1}, nullptr},
    {"U8", {1, 1}, nullptr},
    {"BOOL", {1, 1}, nullptr},
    {"F8_E4M3", {1, 1}, widen::f8e4m3},
    {"F8_E5M2", {1, 1}, widen::f8e5m2},
    {"Q4_0", {32, 18}, widen::q4_0},
    {"Q4_1", {32, 20}, widen::q4_1},
    {"Q5_0", {32, 22}, widen::q5_0},
    {"Q5_1", {32, 24}, widen::q5_1},
    {"Q8_0", {32, 34}, widen::q8_0},
    {"Q2_K", {256, 84}, widen::q2_K},
    {"Q3_K", {256, 110}, widen::q3_K},
    {"Q4_K", {256, 144}, widen::q4_K},
    {"Q5_K", {256, 176}, widen::q5_K},
    {"Q6_K", {256, 210}, widen::q6_K},
    {"Q8_K", {256, 292}, widen::q8_K},
    {"IQ4_NL", {32, 18}, widen::iq4_nl},
    {"IQ4_XS", {256, 136}, widen::iq4_xs},
}};

const TypeRow& rowOf(DType type)
{
    return typeTable[static_cast<std::size_t>(type)];
}

DRIFTSCOPE_CLONES void roundAll(const float* values, std::uint16_t* rounded, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(values[i]);
        const bool isNumber = (bits & 0x7FFFFFFFU) <= 0x7F800000U;
        const std::uint32_t nearest = (bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U;
        rounded[i] = static_cast<std::uint16_t>(isNumber ? nearest : 0x7FC0U);
    }
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
    return rowOf(type).widen != nullptr;
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
    if (!canDequantize(type))
        return fail(ErrorCode::UnknownDtype,
                    "tensors of type " + std::string(dtypeName(type))
                        + " cannot be read; convert the checkpoint to F16, BF16, Q8_0 or Q4_K.");
    if (blocks > 0)
        rowOf(type).widen(reinterpret_cast<const widen::Byte*>(bytes.data()), values.data(),
                          static_cast<std::int64_t>(blocks));
    return {};
}

void roundToBf16(std::span<const float> values, std::uint16_t* rounded)
{
    roundAll(values.data(), rounded, values.size());
}

} // namespace driftscope::checkpoint
