// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/tensorindex.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace driftscope::checkpoint {

class MappedFile;

/// A metadata value; all integer types are widened. Arrays of arrays are skipped over (kept as monostate).
using GgufValue = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                               std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

/// A GGUF v3 (or v2) file: its metadata and where its tensors are. Every length and offset is checked against the file
/// before it is used. Shapes are turned to row-major order (outermost first).
struct GgufFile {
    std::shared_ptr<const MappedFile> file;
    std::uint32_t version = 0;
    std::map<std::string, GgufValue, std::less<>> metadata;
    std::vector<TensorEntry> tensors; ///< with the names of the file ("blk.0.attn_q.weight")

    /// @retval ErrorCode::BadMagic, UnsupportedVersion, Truncated, UnknownType, NestingTooDeep, DuplicateKey, BadShape,
    ///         SizeOverflow, Misaligned, BadOffsets, BadAlignment, InvalidUtf8.
    /// @retval ErrorCode::UnknownDtype  a tensor of a quantisation that is not read; the message names both.
    [[nodiscard]] static Result<GgufFile> open(const std::filesystem::path& path);

    /// Typed metadata. @retval ErrorCode::MissingField, ErrorCode::WrongType.
    [[nodiscard]] Result<std::string> text(std::string_view key) const;
    [[nodiscard]] Result<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] Result<double> number(std::string_view key) const;
    [[nodiscard]] Result<bool> boolean(std::string_view key) const;
    /// The array under `key`; nothing found = null, other type = null.
    [[nodiscard]] const std::vector<std::string>* texts(std::string_view key) const;
    [[nodiscard]] const std::vector<std::int64_t>* integers(std::string_view key) const;
    [[nodiscard]] const std::vector<double>* numbers(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return metadata.contains(key); }
};

} // namespace driftscope::checkpoint
