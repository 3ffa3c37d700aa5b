// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/datasetreader.h"

namespace driftscope::data {

/// The MovieLens 100K folder: u.data (user, item, rating, time; tabs, no header) and, if there, u.item (ISO-8859-1 or
/// UTF-8; 19 genre flags become the attribute "genres").
///
/// Path: the folder, or the file u.data. Column maps do not apply.
/// Source    README of the MovieLens 100K distribution.
class MovieLens100kReader final : public DatasetReader
{
public:
    [[nodiscard]] std::optional<std::string> recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;
};

} // namespace driftscope::data
