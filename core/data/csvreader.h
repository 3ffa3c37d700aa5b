// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/datasetreader.h"

namespace driftscope::data {

/// One CSV file (RFC 4180; comma, tab or semicolon) with a header: one interaction a row, columns found by their names
/// (user_id, userId, user, ...; item_id, movieId, asin, ...; rating, stars, ...; timestamp, date, ...) or by a
/// ColumnMap.
///
/// Path: the file, or a folder with exactly one .csv or .tsv file. Without a rating column, every row counts as liked.
class CsvReader final : public DatasetReader
{
public:
    [[nodiscard]] bool recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;
};

/// The folder of MovieLens latest (and latest-small, 20M, 25M, 32M): ratings.csv and, if there, movies.csv.
///
/// Path: the folder, or the file ratings.csv.
/// Source    README of the MovieLens latest distribution.
class MovieLensLatestReader final : public DatasetReader
{
public:
    [[nodiscard]] bool recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;
};

} // namespace driftscope::data
