// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/movielens100kreader.h"

#include "core/data/movielens_p.h"
#include "core/data/sourcefolder_p.h"
#include "core/data/textfield_p.h"

#include <array>
#include <utility>

namespace driftscope::data {

namespace {

constexpr std::array<std::string_view, 19> genreNames {
    "unknown",     "Action", "Adventure", "Animation", "Children's", "Comedy",  "Crime",
    "Documentary", "Drama",  "Fantasy",   "Film-Noir", "Horror",     "Musical", "Mystery",
    "Romance",     "Sci-Fi", "Thriller",  "War",       "Western"};
constexpr std::size_t firstGenre = 5; // before: id, title, release date, video date, address
constexpr std::size_t columnCount = firstGenre + genreNames.size();

/// u.item with its flags written as one list, so that it reads like any other item file.
class FlaggedItems final : public RowSource
{
public:
    explicit FlaggedItems(std::unique_ptr<RowSource> rows)
        : m_rows(std::move(rows))
    {
    }

    std::optional<SourceRow> next() override
    {
        std::optional<SourceRow> row = m_rows->next();
        if (!row || row->problem)
            return row;
        if (row->fields.size() != columnCount) {
            row->problem = ErrorCode::ColumnCount;
            return row;
        }
        m_genres.clear();
        for (std::size_t i = 0; i < genreNames.size(); ++i) {
            const bool isSet = trimmed(row->fields[firstGenre + i]) == "1";
            if (isSet && i > 0) // the first flag means that the genre is unknown
                m_genres.append(m_genres.empty() ? "" : "|").append(genreNames[i]);
        }
        m_fields = {row->fields[0], row->fields[1], m_genres};
        row->fields = m_fields;
        return row;
    }
    [[nodiscard]] Result<> status() const override { return m_rows->status(); }
    [[nodiscard]] const std::string& name() const override { return m_rows->name(); }

private:
    std::unique_ptr<RowSource> m_rows;
    std::string m_genres;
    std::array<std::string_view, 3> m_fields;
};

} // namespace

std::optional<std::string> MovieLens100kReader::recognises(const std::filesystem::path& path) const
{
    if (fileIn(path, "u.data").empty())
        return std::nullopt;
    return "there is u.data, the table of MovieLens 100K";
}

Result<DatasetParts> MovieLens100kReader::read(const std::filesystem::path& path, const ColumnMap&,
                                               const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, requireFile(path, "u.data"));
    DRIFTSCOPE_TRY(auto parts, readMovieLensRatings(file, "\t", "movielens-100k", context));
    const std::filesystem::path itemFile = file.parent_path() / "u.item";
    if (isFile(itemFile)) {
        parts.files.push_back({itemFile.string(), {}});
        DRIFTSCOPE_TRY(auto rows, openSniffedRows(itemFile, "|", context));
        FlaggedItems items(std::move(rows));
        DRIFTSCOPE_CHECK(readItems(items, movieFields(), parts));
    }
    return parts;
}

} // namespace driftscope::data
