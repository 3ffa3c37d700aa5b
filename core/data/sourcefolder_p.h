// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// True if it is a file and not a folder; false on any problem.
[[nodiscard]] bool isFile(const std::filesystem::path& path);

/// The file `name` for a path that is the file itself or the folder that holds it; empty if it is neither.
[[nodiscard]] std::filesystem::path fileIn(const std::filesystem::path& path, std::string_view name);

/// As fileIn(), as an error.
///
/// @retval ErrorCode::NotFound  the path, or the file in it, is not there.
[[nodiscard]] Result<std::filesystem::path> requireFile(const std::filesystem::path& path, std::string_view name);

/// The files in a folder with this ending (".inter"), sorted by name; empty on any problem.
[[nodiscard]] std::vector<std::filesystem::path> filesEndingWith(const std::filesystem::path& folder,
                                                                 std::string_view extension);

/// The first line of a file, at most 4 kB of it; empty on any problem.
[[nodiscard]] std::string firstLine(const std::filesystem::path& path);

} // namespace driftscope::data
