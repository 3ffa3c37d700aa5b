// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/datasetreader.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace driftscope::data {

/// Positions of the columns that play a part in an interaction file.
struct InteractionColumns {
    std::size_t user = 0;
    std::size_t item = 0;
    std::optional<std::size_t> rating;
    std::size_t time = 0;
    std::optional<std::size_t> title;
    RatingKind kind = RatingKind::None;
    std::size_t count = 0; ///< of all columns
    std::optional<std::size_t> genres {};
};

/// Finds the columns of an interaction file by their names, or by the names that `wanted` gives.
///
/// Case, '_', '-' and spaces do not matter. A label column counts only where there is no rating; neither is needed.
/// @retval ErrorCode::MissingColumn    user, item or time is not there, or a wanted name is not.
/// @retval ErrorCode::DuplicateColumn  a name that plays a part stands twice.
[[nodiscard]] Result<InteractionColumns> findInteractionColumns(std::span<const std::string> names,
                                                                const ColumnMap& wanted, std::string_view file);

/// The names of the columns that play a part, as far as they are found: also where findInteractionColumns() fails.
[[nodiscard]] ColumnMap findParts(std::span<const std::string> names, const ColumnMap& wanted);

/// Positions of the columns of an item file; the others are attributes.
struct ItemColumns {
    std::size_t item = 0;
    std::optional<std::size_t> title;
};

/// As findInteractionColumns(), for a file with one item a row.
[[nodiscard]] Result<ItemColumns> findItemColumns(std::span<const std::string> names, std::string_view file);

/// "year" for release_year, "genres" for class, genre, categories, ...; any other name as it stands.
[[nodiscard]] std::string attributeNameOf(std::string_view column);

} // namespace driftscope::data
