// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/columns_p.h"
#include "core/data/dataset.h"
#include "core/data/rowsource_p.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope::data {

/// Turns source rows into interactions: checks every field, gives users and items their positions, reports bad rows and
/// finds out the unit of the times.
class RowCollector
{
public:
    /// @param parts  receives interactions, users, items and problems; outlives the collector.
    RowCollector(DatasetParts& parts, InteractionColumns columns, std::string file);

    /// Takes a row, or reports why not.
    void add(const SourceRow& row);
    /// Writes the times: numbers whose median is above 1e11 count milliseconds, above 1e14 micro-, above 1e17
    /// nanoseconds. To be called once, after the last row.
    void finish();

private:
    UserIndex intern(std::string_view user);
    void report(const SourceRow& row, ErrorCode problem);
    [[nodiscard]] std::int64_t unitsPerSecond() const;

    DatasetParts& m_parts;
    InteractionColumns m_columns;
    std::string m_file;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view> {}(text); }
    };
    std::unordered_map<std::string, UserIndex, Hash, std::equal_to<>> m_users;
    std::vector<std::int64_t> m_times; // as in the source, one an interaction
    std::vector<std::size_t> m_dates; // positions of times that are seconds already
};

/// Reads all rows of an interaction file into `parts`.
///
/// @retval ErrorCode::Cancelled, ErrorCode::NotReadable
[[nodiscard]] Result<> readInteractions(RowSource& rows, const InteractionColumns& columns, DatasetParts& parts);

/// What a column of an item file is.
struct ItemField {
    enum class Role : std::uint8_t { Ignored, Id, Title, Text, List };
    Role role = Role::Ignored;
    std::string name; ///< of the attribute, for Text and List
    char separator = '|'; ///< of a List
};

/// Reads one item a row into the catalog: cleaned title and attributes; bad rows are reported.
///
/// The attribute "year" is taken from a title that ends in "(1999)" if no column gives it.
/// @retval ErrorCode::Cancelled, ErrorCode::NotReadable
[[nodiscard]] Result<> readItems(RowSource& rows, const std::vector<ItemField>& fields, DatasetParts& parts);

} // namespace driftscope::data
