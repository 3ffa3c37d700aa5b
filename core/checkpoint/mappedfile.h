// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace driftscope::checkpoint {

class MappingGuard;

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
    /// Whether the file is what it was when it was mapped, by its length and time of change. Asked after computing with
    /// bytes(): what was read may be zeros or another file's values if not. A file that was replaced by another one
    /// under its name is unchanged: the mapping keeps the old one.
    ///
    /// @retval ErrorCode::Truncated     it was cut short.
    /// @retval ErrorCode::Inconsistent  it was written to.
    [[nodiscard]] Result<> checkUnchanged() const;
    /// True if a file that is cut short cannot end the program while bytes() are read (see MappingGuard).
    [[nodiscard]] bool isGuarded() const;
    /// Says that a range was read and is not needed soon: its whole pages do not count as this program's memory any
    /// more. Reading them again fetches them again.
    void release(std::uint64_t offset, std::uint64_t size) const;

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    int m_descriptor = -1;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
    std::int64_t m_changeTime = 0; ///< nanoseconds
    std::unique_ptr<MappingGuard> m_guard;
};

} // namespace driftscope::checkpoint
