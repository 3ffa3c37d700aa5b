// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/data/movielens_p.h"

#include <utility>

namespace driftscope::data {

Result<DatasetParts> readMovieLensRatings(const std::filesystem::path& file, const std::string& separator,
                                          std::string format, const JobContext& context)
{
    DatasetParts parts;
    parts.format = std::move(format);
    parts.files.push_back({file.string(), {}});
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    DelimitedRows rows(std::move(lines), separator);
    InteractionColumns columns;
    columns.user = 0;
    columns.item = 1;
    columns.rating = 2;
    columns.time = 3;
    columns.kind = RatingKind::Rating;
    columns.count = 4;
    DRIFTSCOPE_CHECK(readInteractions(rows, columns, parts));
    return parts;
}

Result<std::unique_ptr<RowSource>> openSniffedRows(const std::filesystem::path& file, const std::string& separator,
                                                   const JobContext& context)
{
    constexpr std::uintmax_t largestItemFile = std::uintmax_t {256} << 20;
    DRIFTSCOPE_TRY(const auto content, readFile(file, largestItemFile));
    const TextEncoding encoding = isUtf8(content) ? TextEncoding::Utf8 : TextEncoding::Latin1;
    DRIFTSCOPE_TRY(auto lines, LineReader::open(file, context));
    return std::unique_ptr<RowSource>(std::make_unique<DelimitedRows>(std::move(lines), separator, encoding));
}

std::vector<ItemField> movieFields()
{
    return {{ItemField::Role::Id, {}, '|'}, {ItemField::Role::Title, {}, '|'}, {ItemField::Role::List, "genres", '|'}};
}

} // namespace driftscope::data
