// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/columnsession.h"

#include "core/data/rowreport.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

std::vector<ColumnPart> columnParts()
{
    using Map = data::ColumnMap;
    const auto say = [](const char* text) { return ColumnSession::tr(text); };
    return {{say("User"), say("Who: an id"), &Map::user, true},
            {say("Item"), say("What: an id"), &Map::item, true},
            {say("Time"), say("When: Unix seconds (or ms), or a date"), &Map::time, true},
            {say("Rating"), say("How much: a number; without one everything counts as liked"), &Map::rating},
            {say("Title"), say("How the item is called in prompts"), &Map::title},
            {say("Genres"), say("Of the item, with | between them"), &Map::genres}};
}

ColumnSession::ColumnSession(QString path, DatasetForm form, QObject* parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_form(std::move(form))
{
    connect(&m_job, &JobRunner::ended, this, &ColumnSession::changed);
    look();
}

void ColumnSession::setColumns(const data::ColumnMap& columns)
{
    if (columns == m_form.columns)
        return;
    m_form.columns = columns;
    look();
}

void ColumnSession::look()
{
    m_job.run<data::TablePreview>(
        tr("Reading the first rows"),
        [path = m_path.toStdString(), form = m_form](const JobContext& context) {
            return data::previewTable(path, form.format, form.columns, rowsShown, context);
        },
        [this](Result<data::TablePreview> preview) {
            m_problem.clear();
            if (preview) {
                m_preview = std::move(*preview);
                m_problem = QString::fromStdString(m_preview->problem);
            } else {
                m_problem = QString::fromStdString(preview.error().message);
            }
        });
    emit changed();
}

QString ColumnSession::problem() const
{
    return m_problem;
}

bool ColumnSession::canOpen() const
{
    if (m_job.isRunning() || !m_preview || !m_problem.isEmpty())
        return false;
    return std::ranges::any_of(m_preview->rows, [](const auto& row) { return !row.problem; });
}

QString ColumnSession::verdict() const
{
    if (!m_problem.isEmpty())
        return m_problem;
    if (!m_preview)
        return tr("Reading the first rows…");
    const auto& rows = m_preview->rows;
    const auto bad = std::ranges::count_if(rows, [](const auto& row) { return row.problem.has_value(); });
    if (rows.empty())
        return tr("There are no rows below the first line.");
    if (bad == 0)
        return tr("All of the first %n rows are understood.", nullptr, static_cast<int>(rows.size()));
    const auto first = std::ranges::find_if(rows, [](const auto& row) { return row.problem.has_value(); });
    const auto why = data::whyLeftOut(*first->problem);
    return tr("%1 of the first %2 rows would be left out; of line %3, %4.")
        .arg(bad)
        .arg(rows.size())
        .arg(first->line)
        .arg(QString::fromUtf8(why.data(), static_cast<qsizetype>(why.size())));
}

QString separatorName(const std::string& separator)
{
    if (separator == ",")
        return ColumnSession::tr("comma");
    if (separator == "\t")
        return ColumnSession::tr("tab");
    if (separator == ";")
        return ColumnSession::tr("semicolon");
    return QString::fromStdString(separator);
}

} // namespace driftscope::ui
