// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rowcollector_p.h"
#include "core/data/textfield_p.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace driftscope::data {

namespace {

constexpr std::int64_t latestTime = 253'402'300'799; // 9999-12-31 23:59:59; later is a mistake of unit or digits

} // namespace

RowCollector::RowCollector(DatasetParts& parts, InteractionColumns columns, std::string file)
    : m_parts(parts)
    , m_columns(columns)
    , m_file(std::move(file))
{
    m_parts.ratingKind = columns.kind;
}

void RowCollector::report(const SourceRow& row, ErrorCode problem)
{
    m_parts.report.add({m_file, row.line, problem, shownRow(row.raw)});
}

UserIndex RowCollector::intern(std::string_view user)
{
    if (const auto known = m_users.find(user); known != m_users.end())
        return known->second;
    const auto index = static_cast<UserIndex>(m_parts.userIds.size());
    m_users.emplace(user, index);
    m_parts.userIds.emplace_back(user);
    return index;
}

void RowCollector::add(const SourceRow& row)
{
    if (row.problem)
        return report(row, *row.problem);
    if (row.fields.size() != m_columns.count)
        return report(row, ErrorCode::ColumnCount);
    if (row.line > std::numeric_limits<std::uint32_t>::max())
        return report(row, ErrorCode::TooLarge);
    const std::string_view user = row.fields[m_columns.user];
    const std::string_view item = row.fields[m_columns.item];
    const std::string_view timeText = row.fields[m_columns.time];
    for (const std::string_view needed : {user, item, timeText})
        if (trimmed(needed).empty())
            return report(row, ErrorCode::MissingValue);
    Interaction interaction;
    interaction.rating = 1;
    if (m_columns.rating) {
        const std::string_view ratingText = row.fields[*m_columns.rating];
        if (trimmed(ratingText).empty())
            return report(row, ErrorCode::MissingValue);
        const auto rating = parseRating(ratingText);
        if (!rating)
            return report(row, rating.error());
        interaction.rating = *rating;
    }
    const auto time = parseSourceTime(timeText);
    if (!time)
        return report(row, time.error());
    interaction.user = intern(user);
    const std::size_t itemsBefore = m_parts.catalog.size();
    interaction.item = m_parts.catalog.intern(item);
    if (m_columns.title && interaction.item >= itemsBefore && !trimmed(row.fields[*m_columns.title]).empty())
        m_parts.catalog.setTitle(interaction.item, readableTitle(row.fields[*m_columns.title]));
    if (m_columns.genres && interaction.item >= itemsBefore && !trimmed(row.fields[*m_columns.genres]).empty())
        m_parts.catalog.setAttribute(interaction.item, "genres",
                                     readableList(trimmed(row.fields[*m_columns.genres]), '|'));
    interaction.sourceRow = static_cast<std::uint32_t>(row.line);
    if (time->isDate)
        m_dates.push_back(m_times.size());
    m_times.push_back(time->value);
    m_parts.interactions.push_back(interaction);
}

std::int64_t RowCollector::unitsPerSecond() const
{
    if (m_times.empty() || m_dates.size() * 2 > m_times.size())
        return 1;
    std::vector<std::int64_t> times = m_times;
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    const std::int64_t median = *middle;
    if (median > 100'000'000'000'000'000)
        return 1'000'000'000;
    if (median > 100'000'000'000'000)
        return 1'000'000;
    return median > 100'000'000'000 ? 1'000 : 1;
}

void RowCollector::finish()
{
    const std::int64_t units = unitsPerSecond();
    std::vector<Interaction>& rows = m_parts.interactions;
    std::size_t kept = 0;
    auto nextDate = m_dates.begin();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool isDate = nextDate != m_dates.end() && *nextDate == i;
        if (isDate)
            ++nextDate;
        const std::int64_t seconds = isDate ? m_times[i] : m_times[i] / units;
        if (seconds > latestTime) {
            m_parts.report.add({m_file, rows[i].sourceRow, ErrorCode::BadTime,
                                "the time " + std::to_string(m_times[i]) + " is after the year 9999"});
            continue;
        }
        rows[kept] = rows[i];
        rows[kept++].time = fromUnix(seconds);
    }
    rows.resize(kept);
}

Result<> readInteractions(RowSource& rows, const InteractionColumns& columns, DatasetParts& parts)
{
    RowCollector collector(parts, columns, rows.name());
    while (const std::optional<SourceRow> row = rows.next())
        collector.add(*row);
    DRIFTSCOPE_CHECK(rows.status());
    collector.finish();
    return {};
}

namespace {

void setYearFromTitle(Catalog& catalog, ItemIndex item)
{
    const std::string_view year = yearOfTitle(catalog.title(item));
    if (!year.empty() && catalog.attribute(item, "year").empty())
        catalog.setAttribute(item, "year", year);
}

void addItem(Catalog& catalog, const SourceRow& row, const std::vector<ItemField>& fields, ItemIndex item)
{
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string_view text = trimmed(row.fields[i]);
        switch (fields[i].role) {
        case ItemField::Role::Title:
            if (!text.empty())
                catalog.setTitle(item, readableTitle(text));
            break;
        case ItemField::Role::Text:
            catalog.setAttribute(item, fields[i].name, text);
            break;
        case ItemField::Role::List:
            catalog.setAttribute(item, fields[i].name, readableList(text, fields[i].separator));
            break;
        case ItemField::Role::Id:
        case ItemField::Role::Ignored:
            break;
        }
    }
    setYearFromTitle(catalog, item);
}

} // namespace

Result<> readItems(RowSource& rows, const std::vector<ItemField>& fields, DatasetParts& parts)
{
    const auto id = std::find_if(fields.begin(), fields.end(),
                                 [](const ItemField& field) { return field.role == ItemField::Role::Id; });
    const auto idColumn = static_cast<std::size_t>(id - fields.begin());
    while (const std::optional<SourceRow> row = rows.next()) {
        std::optional<ErrorCode> problem = row->problem;
        if (!problem && row->fields.size() != fields.size())
            problem = ErrorCode::ColumnCount;
        if (!problem && trimmed(row->fields[idColumn]).empty())
            problem = ErrorCode::MissingValue;
        if (problem)
            parts.report.add({rows.name(), row->line, *problem, shownRow(row->raw)});
        else
            addItem(parts.catalog, *row, fields, parts.catalog.intern(row->fields[idColumn]));
    }
    return rows.status();
}

} // namespace driftscope::data
