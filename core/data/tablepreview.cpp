// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rowcollector_p.h"
#include "core/data/tablepreview_p.h"
#include "core/data/textfield_p.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace driftscope::data {

namespace {

PreviewRow rowAsItStands(const SourceRow& row)
{
    PreviewRow shown;
    shown.line = row.line;
    shown.problem = row.problem;
    for (const std::string_view field : row.fields)
        shown.fields.push_back(shownRow(field));
    return shown;
}

/// Writes what the reader made of the rows beside them.
void addReadings(std::vector<PreviewRow>& rows, const DatasetParts& parts)
{
    const auto rowOf = [&rows](std::uint64_t line) { return std::ranges::find(rows, line, &PreviewRow::line); };
    for (const RowProblem& problem : parts.report.problems)
        if (const auto row = rowOf(problem.line); row != rows.end())
            row->problem = problem.problem;
    for (const Interaction& interaction : parts.interactions) {
        const auto row = rowOf(interaction.sourceRow);
        row->user = parts.userIds[interaction.user];
        row->item = parts.catalog.id(interaction.item);
        if (const std::string& title = parts.catalog.title(interaction.item); title != row->item)
            row->title = title;
        row->genres = parts.catalog.attribute(interaction.item, "genres");
        row->time = interaction.time;
        if (parts.ratingKind != RatingKind::None)
            row->rating = interaction.rating;
    }
}

} // namespace

Result<TablePreview> previewRows(RowSource& rows, std::vector<std::string> names, const ColumnMap& wanted,
                                 std::size_t count)
{
    TablePreview preview;
    preview.columns = std::move(names);
    preview.parts = findParts(preview.columns, wanted);
    const auto columns = findInteractionColumns(preview.columns, wanted, rows.name());
    DatasetParts parts;
    std::optional<RowCollector> collector;
    if (columns)
        collector.emplace(parts, *columns, rows.name());
    else
        preview.problem = columns.error().message;
    while (preview.rows.size() < count) {
        const std::optional<SourceRow> row = rows.next();
        if (!row)
            break;
        preview.rows.push_back(rowAsItStands(*row));
        if (collector)
            collector->add(*row);
    }
    DRIFTSCOPE_CHECK(rows.status());
    if (collector) {
        collector->finish();
        preview.ratingKind = parts.ratingKind;
        addReadings(preview.rows, parts);
    }
    return preview;
}

Result<TablePreview> DatasetReader::preview(const std::filesystem::path& path, const ColumnMap& /*columns*/,
                                            std::size_t /*rows*/, const JobContext& /*context*/) const
{
    return fail(ErrorCode::UnsupportedFormat,
                path.string() + ": the columns of this format are fixed; there is nothing to choose.");
}

} // namespace driftscope::data
