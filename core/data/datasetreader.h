// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/dataset.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace driftscope::data {

/// Which source column plays which part; for files whose columns have other names. Empty = found by name.
struct ColumnMap {
    std::string user;
    std::string item;
    std::string rating;
    std::string time;
    std::string title;
};

/// Reads one file format into dataset parts.
class DatasetReader
{
public:
    virtual ~DatasetReader() = default;
    /// True if `path` (a file or folder) looks like this format; looks at names and first bytes only.
    [[nodiscard]] virtual bool recognises(const std::filesystem::path& path) const = 0;
    /// @retval ErrorCode::Cancelled  stop was requested (between blocks of rows).
    /// Other codes name what is wrong with the file; single bad rows go to the report instead.
    [[nodiscard]] virtual Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                                    const JobContext& context) const = 0;
};

} // namespace driftscope::data
