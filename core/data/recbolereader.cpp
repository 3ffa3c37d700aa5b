// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/recbolereader.h"

#include "core/data/drifttruth.h"
#include "core/data/rowcollector_p.h"
#include "core/data/sourcefolder_p.h"
#include "core/data/tablepreview_p.h"
#include "core/data/textfield_p.h"

#include <algorithm>
#include <array>
#include <utility>

namespace driftscope::data {

namespace {

constexpr std::array<std::string_view, 4> fieldTypes {"token", "token_seq", "float", "float_seq"};

/// The header "name:type" of an atomic file, taken apart.
struct AtomicHeader {
    std::vector<std::string> names;
    std::vector<std::string> types;
};

Result<AtomicHeader> readAtomicHeader(RowSource& rows)
{
    DRIFTSCOPE_TRY(const auto fields, readHeader(rows));
    AtomicHeader header;
    for (const std::string& field : fields) {
        const std::size_t colon = field.rfind(':');
        std::string type = colon == std::string::npos ? "token" : field.substr(colon + 1);
        if (std::find(fieldTypes.begin(), fieldTypes.end(), type) == fieldTypes.end())
            return fail(ErrorCode::UnknownType,
                        rows.name() + ", line 1: the column '" + shownRow(field)
                            + "' has an unknown type; write token, token_seq, float or float_seq.");
        header.names.push_back(field.substr(0, colon));
        header.types.push_back(std::move(type));
    }
    return header;
}

Result<std::filesystem::path> findInteractionFile(const std::filesystem::path& path)
{
    if (isFile(path))
        return path;
    const auto files = filesEndingWith(path, ".inter");
    if (files.empty())
        return requireFile(path, "*.inter");
    if (files.size() == 1)
        return files.front();
    for (const auto& file : files)
        if (file.stem() == path.filename())
            return file;
    return fail(ErrorCode::BadArgument,
                path.string() + " holds " + std::to_string(files.size()) + " .inter files; choose one of them.");
}

std::vector<ItemField> itemFieldsOf(const AtomicHeader& header, const ItemColumns& columns)
{
    std::vector<ItemField> fields(header.names.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
        fields[i].name = attributeNameOf(header.names[i]);
        fields[i].separator = ' ';
        const bool isList = fields[i].name == "genres" && header.types[i] == "token_seq";
        fields[i].role = isList ? ItemField::Role::List : ItemField::Role::Text;
    }
    fields[columns.item].role = ItemField::Role::Id;
    if (columns.title)
        fields[*columns.title].role = ItemField::Role::Title;
    return fields;
}

Result<> readItemFile(const std::filesystem::path& file, DatasetParts& parts, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    DelimitedRows rows(std::move(lines), "\t");
    DRIFTSCOPE_TRY(const auto header, readAtomicHeader(rows));
    DRIFTSCOPE_TRY(const auto columns, findItemColumns(header.names, rows.name()));
    return readItems(rows, itemFieldsOf(header, columns), parts);
}

} // namespace

std::optional<std::string> RecBoleReader::recognises(const std::filesystem::path& path) const
{
    if (isFile(path))
        return path.extension() == ".inter" ? std::optional<std::string>("the file's name ends in .inter")
                                            : std::nullopt;
    const auto files = filesEndingWith(path, ".inter");
    if (files.empty())
        return std::nullopt;
    return "the folder holds " + files.front().filename().string();
}

Result<TablePreview> RecBoleReader::preview(const std::filesystem::path& path, const ColumnMap& columns,
                                            std::size_t rows, const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, findInteractionFile(path));
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    DelimitedRows source(std::move(lines), "\t");
    DRIFTSCOPE_TRY(auto header, readAtomicHeader(source));
    DRIFTSCOPE_TRY(auto preview, previewRows(source, std::move(header.names), columns, rows));
    preview.file = file.string();
    preview.separator = "\t";
    return preview;
}

Result<DatasetParts> RecBoleReader::read(const std::filesystem::path& path, const ColumnMap& columns,
                                         const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, findInteractionFile(path));
    DatasetParts parts;
    parts.format = "recbole";
    parts.files.push_back({file.string(), {}});
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    DelimitedRows rows(std::move(lines), "\t");
    DRIFTSCOPE_TRY(const auto header, readAtomicHeader(rows));
    DRIFTSCOPE_TRY(const auto found, findInteractionColumns(header.names, columns, rows.name()));
    DRIFTSCOPE_CHECK(readInteractions(rows, found, parts));
    const std::filesystem::path itemFile = std::filesystem::path(file).replace_extension(".item");
    if (isFile(itemFile)) {
        parts.files.push_back({itemFile.string(), {}});
        DRIFTSCOPE_CHECK(readItemFile(itemFile, parts, context));
    }
    const std::filesystem::path truthFile = file.parent_path() / DriftTruth::fileName;
    if (isFile(truthFile)) {
        DRIFTSCOPE_TRY(parts.truth, readDriftTruth(truthFile, parts.userIds, parts.catalog));
        if (parts.truth)
            parts.files.push_back({truthFile.string(), {}});
    }
    return parts;
}

} // namespace driftscope::data
