// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace driftscope {

/// 32 hexadecimal digits that name a content (XXH3, 128 bits; not cryptographic).
[[nodiscard]] std::string contentHash(std::string_view bytes);

/// contentHash of a file, read in blocks.
///
/// @retval ErrorCode::NotFound, ErrorCode::NotReadable, ErrorCode::Cancelled (between blocks).
[[nodiscard]] Result<std::string> contentHashOfFile(const std::filesystem::path& path, const JobContext& context = {});

} // namespace driftscope
