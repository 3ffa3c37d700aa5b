// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csvreader.h"

#include "core/data/csvrows_p.h"
#include "core/data/rowcollector_p.h"
#include "core/data/sourcefolder_p.h"
#include "core/data/tablepreview_p.h"

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

/// A CSV file opened at its first row of interactions.
struct CsvTable {
    char separator = ',';
    std::unique_ptr<CsvRows> rows;
    std::vector<std::string> names; ///< of the columns

    static Result<CsvTable> open(const std::filesystem::path& file, const ColumnMap& wanted, const JobContext& context)
    {
        if (wanted.separator.size() > 1)
            return fail(ErrorCode::BadArgument,
                        "'" + wanted.separator
                            + "' cannot stand between the columns of a CSV file; give one character.");
        CsvTable table;
        table.separator = wanted.separator.empty() ? separatorOf(firstLine(file)) : wanted.separator.front();
        DRIFTSCOPE_CHECK(table.start(file, context));
        DRIFTSCOPE_TRY(table.names, readHeader(*table.rows));
        if (wanted.hasHeader)
            return table;
        for (std::size_t i = 0; i < table.names.size(); ++i)
            table.names[i] = "column " + std::to_string(i + 1);
        DRIFTSCOPE_CHECK(table.start(file, context)); // the first line is a row
        return table;
    }

private:
    Result<> start(const std::filesystem::path& file, const JobContext& context)
    {
        DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
        rows = std::make_unique<CsvRows>(std::move(lines), separator);
        return {};
    }
};

Result<DatasetParts> readCsvInteractions(const std::filesystem::path& file, const ColumnMap& wanted, std::string format,
                                         const JobContext& context)
{
    DatasetParts parts;
    parts.format = std::move(format);
    parts.files.push_back({file.string(), {}});
    DRIFTSCOPE_TRY(auto table, CsvTable::open(file, wanted, context));
    DRIFTSCOPE_TRY(const auto columns, findInteractionColumns(table.names, wanted, table.rows->name()));
    DRIFTSCOPE_CHECK(readInteractions(*table.rows, columns, parts));
    return parts;
}

Result<TablePreview> previewCsv(const std::filesystem::path& file, const ColumnMap& wanted, std::size_t count,
                                const JobContext& context)
{
    DRIFTSCOPE_TRY(auto table, CsvTable::open(file, wanted, context));
    DRIFTSCOPE_TRY(auto preview, previewRows(*table.rows, std::move(table.names), wanted, count));
    preview.file = file.string();
    preview.separator = table.separator;
    return preview;
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

std::optional<std::string> CsvReader::recognises(const std::filesystem::path& path) const
{
    if (!isFile(path)) {
        const auto files = csvFilesIn(path);
        if (files.size() != 1)
            return std::nullopt;
        return "the folder holds one table, " + files.front().filename().string();
    }
    const std::string ending = path.extension().string();
    if (ending == ".csv" || ending == ".tsv")
        return "the file's name ends in " + ending;
    const std::string line = firstLine(path);
    if (line.find("user") == std::string::npos || line.find_first_of(",\t;") == std::string::npos)
        return std::nullopt;
    return "the file's first line names columns, one of them with 'user' in it";
}

Result<std::filesystem::path> CsvReader::fileOf(const std::filesystem::path& path)
{
    if (isFile(path))
        return path;
    const auto files = csvFilesIn(path);
    if (files.empty())
        return requireFile(path, "*.csv");
    if (files.size() > 1)
        return fail(ErrorCode::BadArgument,
                    path.string() + " holds " + std::to_string(files.size()) + " CSV files; choose one of them.");
    return files.front();
}

Result<DatasetParts> CsvReader::read(const std::filesystem::path& path, const ColumnMap& columns,
                                     const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, fileOf(path));
    return readCsvInteractions(file, columns, "csv", context);
}

Result<TablePreview> CsvReader::preview(const std::filesystem::path& path, const ColumnMap& columns, std::size_t rows,
                                        const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, fileOf(path));
    return previewCsv(file, columns, rows, context);
}

std::optional<std::string> MovieLensLatestReader::recognises(const std::filesystem::path& path) const
{
    const std::filesystem::path file = fileIn(path, "ratings.csv");
    if (file.empty() || !firstLine(file).starts_with("userId,movieId,rating,timestamp"))
        return std::nullopt;
    return "ratings.csv begins with userId,movieId,rating,timestamp";
}

Result<TablePreview> MovieLensLatestReader::preview(const std::filesystem::path& path, const ColumnMap& columns,
                                                    std::size_t rows, const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, requireFile(path, "ratings.csv"));
    return previewCsv(file, columns, rows, context);
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
