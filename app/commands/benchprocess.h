// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace driftscope::app {

/// Runs a program and waits for it.
///
/// @param arguments  program first; nothing is read by a shell.
/// @return the JSON object in the last line of its output.
/// @retval ErrorCode::NotFound  it did not run or printed no such line; the message has its last word on stderr.
[[nodiscard]] Result<nlohmann::json> jsonLineOf(const std::vector<std::string>& arguments);

/// A file in the temporary folder that goes with this object.
class TemporaryFile
{
public:
    explicit TemporaryFile(const std::string& name);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// This program's own file.
[[nodiscard]] std::string programFile();

} // namespace driftscope::app
