// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/columns_p.h"
#include "core/data/textfield_p.h"

#include <algorithm>
#include <array>

namespace driftscope::data {

namespace {

// In order of preference; compared without case and separators.
constexpr std::array<std::string_view, 8> userNames {"userid",     "user",      "uid",      "reviewerid",
                                                     "customerid", "visitorid", "memberid", "username"};
constexpr std::array<std::string_view, 22> itemNames {
    "itemid",    "item",    "iid",        "movieid", "movie",      "bookid",  "book",   "isbn",
    "productid", "product", "parentasin", "asin",    "businessid", "trackid", "songid", "artistid",
    "gameid",    "appid",   "articleid",  "newsid",  "videoid",    "adid"};
constexpr std::array<std::string_view, 7> ratingNames {"rating", "ratings", "score",     "stars",
                                                       "star",   "overall", "bookrating"};
constexpr std::array<std::string_view, 6> labelNames {"label", "liked", "like", "islike", "isliked", "clicked"};
constexpr std::array<std::string_view, 11> timeNames {"timestamp",      "time",       "date",     "datetime",
                                                      "unixreviewtime", "unixtime",   "ts",       "ratedat",
                                                      "createdat",      "reviewtime", "eventtime"};
constexpr std::array<std::string_view, 9> titleNames {"title", "movietitle", "itemtitle",   "booktitle", "producttitle",
                                                      "name",  "itemname",   "productname", "appname"};
constexpr std::array<std::string_view, 3> yearNames {"releaseyear", "year", "publicationyear"};
constexpr std::array<std::string_view, 5> genreNames {"genres", "genre", "class", "categories", "category"};

std::string normalized(std::string_view name)
{
    std::string plain;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
        else if (c != '_' && c != '-' && c != ' ' && c != '\t')
            plain += c;
    }
    return plain;
}

std::string listed(std::span<const std::string> names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + shownRow(name);
    return text;
}

/// Looks for columns in one header.
class ColumnFinder
{
public:
    ColumnFinder(std::span<const std::string> names, std::string_view file)
        : m_names(names)
        , m_file(file)
    {
        for (const std::string& name : names)
            m_normalized.push_back(normalized(name));
    }

    /// The column that the user named, or the first known name that is there, or nothing.
    Result<std::optional<std::size_t>> find(std::string_view wanted, std::span<const std::string_view> known) const
    {
        if (!wanted.empty()) {
            DRIFTSCOPE_TRY(const auto column, findName(normalized(wanted)));
            if (!column)
                return fail(ErrorCode::MissingColumn,
                            std::string(m_file) + ", line 1: there is no column '" + std::string(wanted)
                                + "'; the columns are " + listed(m_names) + ".");
            return column;
        }
        for (const std::string_view name : known) {
            DRIFTSCOPE_TRY(const auto column, findName(name));
            if (column)
                return column;
        }
        return std::optional<std::size_t>();
    }

    [[nodiscard]] tl::unexpected<Error> missing(std::string_view part, std::string_view example) const
    {
        return fail(ErrorCode::MissingColumn,
                    std::string(m_file) + ", line 1: no column holds the " + std::string(part) + " (such as "
                        + std::string(example) + "); the columns are " + listed(m_names)
                        + ". Name the column, or add a header line.");
    }

private:
    Result<std::optional<std::size_t>> findName(std::string_view name) const
    {
        const auto first = std::find(m_normalized.begin(), m_normalized.end(), name);
        if (first == m_normalized.end())
            return std::optional<std::size_t>();
        if (std::find(first + 1, m_normalized.end(), name) != m_normalized.end())
            return fail(ErrorCode::DuplicateColumn,
                        std::string(m_file) + ", line 1: the column '"
                            + m_names[static_cast<std::size_t>(first - m_normalized.begin())]
                            + "' stands there twice; remove or rename one.");
        return std::optional(static_cast<std::size_t>(first - m_normalized.begin()));
    }

    std::span<const std::string> m_names;
    std::vector<std::string> m_normalized;
    std::string_view m_file;
};

} // namespace

Result<InteractionColumns> findInteractionColumns(std::span<const std::string> names, const ColumnMap& wanted,
                                                  std::string_view file)
{
    const ColumnFinder finder(names, file);
    // All are looked for before one is missed: a doubled column is the better explanation of what is wrong.
    DRIFTSCOPE_TRY(const auto user, finder.find(wanted.user, userNames));
    DRIFTSCOPE_TRY(const auto item, finder.find(wanted.item, itemNames));
    DRIFTSCOPE_TRY(const auto rating, finder.find(wanted.rating, ratingNames));
    DRIFTSCOPE_TRY(const auto label, finder.find({}, labelNames));
    DRIFTSCOPE_TRY(const auto time, finder.find(wanted.time, timeNames));
    DRIFTSCOPE_TRY(const auto title, finder.find(wanted.title, titleNames));
    DRIFTSCOPE_TRY(const auto genres, finder.find(wanted.genres, genreNames));
    if (!user)
        return finder.missing("user", "user_id");
    if (!item)
        return finder.missing("item", "item_id");
    if (!time)
        return finder.missing("time", "timestamp");
    InteractionColumns columns {*user,        *item, rating ? rating : label, *time, title, RatingKind::None,
                                names.size(), genres};
    if (columns.rating)
        columns.kind = rating && rating != label ? RatingKind::Rating : RatingKind::Label;
    return columns;
}

ColumnMap findParts(std::span<const std::string> names, const ColumnMap& wanted)
{
    const ColumnFinder finder(names, {});
    const auto nameOf = [&](const std::string& choice, std::span<const std::string_view> known) {
        const auto found = finder.find(choice, known);
        return found && *found ? names[**found] : std::string();
    };
    ColumnMap parts = wanted;
    parts.user = nameOf(wanted.user, userNames);
    parts.item = nameOf(wanted.item, itemNames);
    parts.rating = nameOf(wanted.rating, ratingNames);
    if (parts.rating.empty())
        parts.rating = nameOf(wanted.rating, labelNames);
    parts.time = nameOf(wanted.time, timeNames);
    parts.title = nameOf(wanted.title, titleNames);
    parts.genres = nameOf(wanted.genres, genreNames);
    return parts;
}

Result<ItemColumns> findItemColumns(std::span<const std::string> names, std::string_view file)
{
    const ColumnFinder finder(names, file);
    DRIFTSCOPE_TRY(const auto item, finder.find({}, itemNames));
    DRIFTSCOPE_TRY(const auto title, finder.find({}, titleNames));
    if (!item)
        return finder.missing("item", "item_id");
    return ItemColumns {*item, title};
}

std::string attributeNameOf(std::string_view column)
{
    const std::string plain = normalized(column);
    if (std::find(yearNames.begin(), yearNames.end(), plain) != yearNames.end())
        return "year";
    if (std::find(genreNames.begin(), genreNames.end(), plain) != genreNames.end())
        return "genres";
    return std::string(column);
}

} // namespace driftscope::data
