// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace driftscope::store {

/// The right to write one run, held by one program at a time and gone with it, however it ends.
///
/// A lock of the operating system on one byte (at the run's number) of the file beside the store that ends in ".lock";
/// the file itself stays empty. It is bound to the open file, so two objects in one program exclude each other as well.
class RunLock
{
public:
    /// @retval ErrorCode::NotWritable  another program writes this run, or the lock file cannot be made.
    [[nodiscard]] static Result<std::unique_ptr<RunLock>> take(const std::filesystem::path& store, std::int64_t run);
    /// True if a living program writes the run.
    [[nodiscard]] static bool isTaken(const std::filesystem::path& store, std::int64_t run);

    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

private:
    explicit RunLock(int file);
    int m_file;
};

} // namespace driftscope::store
