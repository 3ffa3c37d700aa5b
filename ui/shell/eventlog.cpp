// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/eventlog.h"

#include "ui/focus/workspace.h"

#include <QElapsedTimer>
#include <QLocale>

namespace driftscope::ui {

EventLog::EventLog(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void EventLog::add(Kind kind, const QString& text)
{
    if (rowCount() == most) {
        beginRemoveRows({}, 0, 0);
        m_entries.pop_front();
        endRemoveRows();
    }
    beginInsertRows({}, rowCount(), rowCount());
    m_entries.push_back({QDateTime::currentDateTime(), kind, text});
    endInsertRows();
}

void EventLog::watch(JobRunner& job)
{
    auto clock = std::make_shared<QElapsedTimer>();
    connect(&job, &JobRunner::started, this, [this, clock](const QString& title) {
        clock->start();
        add(Kind::Event, tr("%1: started").arg(title));
    });
    connect(&job, &JobRunner::ended, this, [this, &job, clock](Outcome outcome, const QString& message) {
        const QString seconds = QLocale().toString(static_cast<double>(clock->elapsed()) / 1000, 'f', 2);
        if (outcome == Outcome::Finished)
            add(Kind::Event, tr("%1: done in %2 s").arg(job.title(), seconds));
        else if (outcome == Outcome::Cancelled)
            add(Kind::Event, tr("%1: stopped after %2 s").arg(job.title(), seconds));
        else
            add(Kind::Problem, tr("%1: %2").arg(job.title(), message));
    });
}

void EventLog::watch(Workspace& workspace)
{
    Focus& focus = workspace.focus();
    connect(&focus, &Focus::datasetChanged, this, [this, &focus] {
        const data::Dataset& dataset = focus.dataset()->dataset();
        const QLocale locale;
        add(Kind::Event,
            tr("Dataset in focus: %1 (%2 users, %3 items, %4 interactions, %5)")
                .arg(focus.dataset()->path, locale.toString(qulonglong(dataset.userCount())),
                     locale.toString(qulonglong(dataset.itemCount())), locale.toString(qulonglong(dataset.size())),
                     QString::fromStdString(focus.dataset()->rule.text())));
    });
    connect(&focus, &Focus::checkpointChanged, this, [this, &focus] {
        if (focus.checkpoint())
            add(Kind::Event, tr("Checkpoint in focus: %1").arg(focus.checkpoint()->path));
    });
    connect(&focus, &Focus::engineChanged, this, [this, &focus] {
        const auto& engine = focus.engine();
        add(Kind::Event,
            engine ? tr("Model in memory: %1 on %2, %3")
                         .arg(QString::fromStdString(engine->name), QString::fromStdString(engine->device),
                              QString::fromStdString(engine->precision))
                   : tr("No model in memory"));
    });
    connect(&workspace, &Workspace::experimentOpened, this,
            [this](const QString& path) { add(Kind::Event, tr("Experiment opened: %1").arg(path)); });
    connect(&workspace, &Workspace::experimentSaved, this,
            [this](const QString& path) { add(Kind::Event, tr("Experiment saved: %1").arg(path)); });
    for (JobRunner* job :
         {&workspace.experimentJob(), &workspace.datasetJob(), &workspace.checkpointJob(), &workspace.modelJob()})
        watch(*job);
}

QString EventLog::field(int row, int column) const
{
    const Entry& entry = m_entries[static_cast<std::size_t>(row)];
    switch (column) {
    case Time:
        return entry.time.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    case Level:
        return entry.kind == Kind::Problem ? tr("problem") : entry.kind == Kind::Note ? tr("note") : tr("event");
    default:
        return entry.text;
    }
}

QString EventLog::text(const QList<int>& rows) const
{
    QString lines;
    for (const int row : rows)
        lines += field(row, Time) + QLatin1Char('\t') + field(row, Level) + QLatin1Char('\t') + field(row, What)
            + QLatin1Char('\n');
    return lines;
}

QString EventLog::text() const
{
    QList<int> rows;
    for (int row = 0; row < rowCount(); ++row)
        rows << row;
    return text(rows);
}

void EventLog::clear()
{
    beginResetModel();
    m_entries.clear();
    endResetModel();
}

int EventLog::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int EventLog::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventLog::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !checkIndex(index)) // Ctrl+C in a view asks for no index
        return {};
    if (role == Qt::DisplayRole || (role == Qt::ToolTipRole && index.column() == What))
        return field(index.row(), index.column());
    return {};
}

QVariant EventLog::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? tr("Time") : section == Level ? tr("Kind") : tr("What happened");
}

} // namespace driftscope::ui
