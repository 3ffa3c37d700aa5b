// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/datasetreader.h"

namespace driftscope::data {

/// The MovieLens 1M (and 10M) folder: ratings.dat (user::item::rating::time, no header) and, if there, movies.dat
/// (id::title (year)::genre|genre; ISO-8859-1 or UTF-8).
///
/// Path: the folder, or the file ratings.dat. Column maps do not apply.
/// Source    README of the MovieLens 1M distribution.
class MovieLens1mReader final : public DatasetReader
{
public:
    [[nodiscard]] std::optional<std::string> recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;
};

} // namespace driftscope::data
