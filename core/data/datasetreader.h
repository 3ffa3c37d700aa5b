// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/dataset.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::data {

/// Which source column plays which part; for files whose columns have other names. Empty = found by name.
struct ColumnMap {
    std::string user {};
    std::string item {};
    std::string rating {};
    std::string time {};
    std::string title {};
    std::string genres {};
    /// One character between the columns of a CSV file; empty = as its first line shows it.
    std::string separator {};
    /// False if the first line of a CSV file is a row already: its columns are called "column 1", "column 2", ...
    bool hasHeader = true;

    bool operator==(const ColumnMap&) const = default;
};

/// A row of a table as it stands, and what was made of it.
struct PreviewRow {
    std::uint64_t line = 0; ///< 1-based
    std::vector<std::string> fields; ///< empty if the row could not be split
    std::string user; ///< what follows is empty where the row is not taken or there is no such column
    std::string item;
    std::string title;
    std::string genres;
    std::optional<float> rating;
    std::optional<SimTime> time;
    std::optional<ErrorCode> problem; ///< why the row would be left out
};

/// The beginning of a table of interactions.
struct TablePreview {
    std::string file; ///< with its folder
    std::string separator;
    std::vector<std::string> columns; ///< names
    ColumnMap parts; ///< the column of each part, found by name or as wanted; empty = there is none
    std::vector<PreviewRow> rows;
    RatingKind ratingKind = RatingKind::None;
    std::string problem; ///< why the table cannot be read with this map; empty = it can
};

/// Reads one file format into dataset parts.
class DatasetReader
{
public:
    virtual ~DatasetReader() = default;
    /// Why `path` (a file or folder) looks like this format, for people: "the folder holds u.data"; nothing if it does
    /// not. Looks at names and first bytes only.
    [[nodiscard]] virtual std::optional<std::string> recognises(const std::filesystem::path& path) const = 0;
    /// True if a ColumnMap means something for this format.
    [[nodiscard]] virtual bool hasNamedColumns() const { return false; }
    /// The first rows as they stand and as read() would take them.
    ///
    /// @retval ErrorCode::UnsupportedFormat  the columns of this format are fixed.
    /// Other codes name what is wrong with the file; a map that does not fit it is told in TablePreview::problem.
    [[nodiscard]] virtual Result<TablePreview> preview(const std::filesystem::path& path, const ColumnMap& columns,
                                                       std::size_t rows, const JobContext& context) const;
    /// @retval ErrorCode::Cancelled  stop was requested (between blocks of rows).
    /// Other codes name what is wrong with the file; single bad rows go to the report instead.
    [[nodiscard]] virtual Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                                    const JobContext& context) const = 0;
};

} // namespace driftscope::data
