// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace driftscope::checkpoint {

/// A file mapped read-only into memory for as long as the object lives. Threads may share it.
class MappedFile
{
public:
    /// @retval ErrorCode::NotFound, ErrorCode::NotReadable.
    [[nodiscard]] static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    /// Part of the file, after asking the system whether it is still as long as when it was mapped: a file that was cut
    /// short meanwhile is an error, not a SIGBUS.
    ///
    /// @retval ErrorCode::Truncated  the range is not (any more) in the file.
    [[nodiscard]] Result<std::span<const std::byte>> range(std::uint64_t offset, std::uint64_t size) const;

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    int m_descriptor = -1;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace driftscope::checkpoint
