// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/datasetreader.h"

namespace driftscope::data {

/// One CSV file (RFC 4180; comma, tab or semicolon) with a header: one interaction a row, columns found by their names
/// (user_id, userId, user, ...; item_id, movieId, asin, ...; rating, stars, ...; timestamp, date, ...) or by a
/// ColumnMap.
///
/// Path: the file, or a folder with exactly one .csv or .tsv file. Without a rating column, every row counts as liked.
/// A file without a header is read with ColumnMap::hasHeader off and columns named by their numbers.
class CsvReader final : public DatasetReader
{
public:
    [[nodiscard]] std::optional<std::string> recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] bool hasNamedColumns() const override { return true; }
    [[nodiscard]] Result<TablePreview> preview(const std::filesystem::path& path, const ColumnMap& columns,
                                               std::size_t rows, const JobContext& context) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;

private:
    [[nodiscard]] static Result<std::filesystem::path> fileOf(const std::filesystem::path& path);
};

/// The folder of MovieLens latest (and latest-small, 20M, 25M, 32M): ratings.csv and, if there, movies.csv.
///
/// Path: the folder, or the file ratings.csv.
/// Source    README of the MovieLens latest distribution.
class MovieLensLatestReader final : public DatasetReader
{
public:
    [[nodiscard]] std::optional<std::string> recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] bool hasNamedColumns() const override { return true; }
    [[nodiscard]] Result<TablePreview> preview(const std::filesystem::path& path, const ColumnMap& columns,
                                               std::size_t rows, const JobContext& context) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;
};

} // namespace driftscope::data
