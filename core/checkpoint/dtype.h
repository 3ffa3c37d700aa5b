// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace driftscope::checkpoint {

/// How numbers are stored in a tensor file.
enum class DType : std::uint8_t {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
    F8E4M3,
    F8E5M2,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    Q8_K,
    IQ4_NL,
    IQ4_XS
};

/// Values of a row come in blocks of `values`, each `bytes` long (1 value for the plain types).
struct BlockLayout {
    std::int64_t values = 1;
    std::int64_t bytes = 4;
};

[[nodiscard]] std::string_view dtypeName(DType type);
[[nodiscard]] BlockLayout blockLayout(DType type);
/// True if dequantize() can widen it.
[[nodiscard]] bool canDequantize(DType type);

/// Widens stored values to fp32. One pass without memory of its own: callers may give parts to several threads.
///
/// @param bytes  whole blocks; bytes.size() == values.size() / layout.values * layout.bytes.
/// @retval ErrorCode::UnknownDtype  the type is not supported (canDequantize() is false).
/// @retval ErrorCode::SizeMismatch  bytes and values do not fit.
/// Source    ggml-common.h block layouts (formats.md section 2); expected values in tests/data/gguf.
[[nodiscard]] Result<> dequantize(DType type, std::span<const std::byte> bytes, std::span<float> values);

/// Rounds fp32 to bf16 (nearest, ties to even; what is not a number stays so).
///
/// @param rounded  room for values.size() numbers.
void roundToBf16(std::span<const float> values, std::uint16_t* rounded);

} // namespace driftscope::checkpoint
