// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace driftscope {

/// The whole content of a file of at most `maxBytes`.
///
/// @retval ErrorCode::NotFound, ErrorCode::NotReadable, ErrorCode::TooLarge.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& path, std::uintmax_t maxBytes = 1ULL << 30);

/// Writes beside the target and renames, so that a crash or a full disk never leaves half a file.
///
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull.
[[nodiscard]] Result<> writeFile(const std::filesystem::path& path, std::string_view content);

/// A field of a CSV line: in quotes if it holds a comma, a quote or a line end.
[[nodiscard]] std::string csvField(const std::string& text);

/// True if `text` is well-formed UTF-8.
[[nodiscard]] bool isUtf8(std::string_view text);

} // namespace driftscope
