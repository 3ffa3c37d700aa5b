// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csvreader.h"

#include "core/data/csvrows_p.h"
#include "core/data/rowcollector_p.h"
#include "core/data/sourcefolder_p.h"

#include <utility>

namespace driftscope::data {

namespace {

std::vector<std::filesystem::path> csvFilesIn(const std::filesystem::path& folder)
{
    auto files = filesEndingWith(folder, ".csv");
    const auto tabbed = filesEndingWith(folder, ".tsv");
    files.insert(files.end(), tabbed.begin(), tabbed.end());
    return files;
}

Result<DatasetParts> readCsvInteractions(const std::filesystem::path& file, const ColumnMap& wanted, std::string format,
                                         const JobContext& context)
{
    DatasetParts parts;
    parts.format = std::move(format);
    parts.files.push_back({file.string(), {}});
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    CsvRows rows(std::move(lines), separatorOf(firstLine(file)));
    DRIFTSCOPE_TRY(const auto header, readHeader(rows));
    DRIFTSCOPE_TRY(const auto columns, findInteractionColumns(header, wanted, rows.name()));
    DRIFTSCOPE_CHECK(readInteractions(rows, columns, parts));
    return parts;
}

Result<> readCsvItems(const std::filesystem::path& file, DatasetParts& parts, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    CsvRows rows(std::move(lines), separatorOf(firstLine(file)));
    DRIFTSCOPE_TRY(const auto header, readHeader(rows));
    DRIFTSCOPE_TRY(const auto columns, findItemColumns(header, rows.name()));
    std::vector<ItemField> fields(header.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
        fields[i].name = attributeNameOf(header[i]);
        fields[i].role = fields[i].name == "genres" ? ItemField::Role::List : ItemField::Role::Text;
    }
    fields[columns.item].role = ItemField::Role::Id;
    if (columns.title)
        fields[*columns.title].role = ItemField::Role::Title;
    return readItems(rows, fields, parts);
}

} // namespace

bool CsvReader::recognises(const std::filesystem::path& path) const
{
    if (!isFile(path))
        return csvFilesIn(path).size() == 1;
    if (path.extension() == ".csv" || path.extension() == ".tsv")
        return true;
    const std::string line = firstLine(path);
    return line.find("user") != std::string::npos && line.find_first_of(",\t;") != std::string::npos;
}

Result<DatasetParts> CsvReader::read(const std::filesystem::path& path, const ColumnMap& columns,
                                     const JobContext& context) const
{
    if (isFile(path))
        return readCsvInteractions(path, columns, "csv", context);
    const auto files = csvFilesIn(path);
    if (files.empty())
        return failFrom(requireFile(path, "*.csv"));
    if (files.size() > 1)
        return fail(ErrorCode::BadArgument,
                    path.string() + " holds " + std::to_string(files.size()) + " CSV files; choose one of them.");
    return readCsvInteractions(files.front(), columns, "csv", context);
}

bool MovieLensLatestReader::recognises(const std::filesystem::path& path) const
{
    const std::filesystem::path file = fileIn(path, "ratings.csv");
    return !file.empty() && firstLine(file).starts_with("userId,movieId,rating,timestamp");
}

Result<DatasetParts> MovieLensLatestReader::read(const std::filesystem::path& path, const ColumnMap& columns,
                                                 const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, requireFile(path, "ratings.csv"));
    DRIFTSCOPE_TRY(auto parts, readCsvInteractions(file, columns, "movielens-latest", context));
    const std::filesystem::path itemFile = file.parent_path() / "movies.csv";
    if (isFile(itemFile)) {
        parts.files.push_back({itemFile.string(), {}});
        DRIFTSCOPE_CHECK(readCsvItems(itemFile, parts, context));
    }
    return parts;
}

} // namespace driftscope::data
