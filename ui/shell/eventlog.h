// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>

#include <deque>

namespace driftscope::ui {

class JobRunner;
class Workspace;

/// What happened in this session, with the time: what was opened and loaded, runs, notes and problems. GUI thread.
class EventLog : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Kind { Event, Note, Problem };
    enum Column { Time, Level, What, ColumnCount };
    static constexpr int most = 2000; ///< entries; older ones go

    explicit EventLog(QObject* parent = nullptr);
    void add(Kind kind, const QString& text);
    /// Notes when a job starts and how it ends.
    void watch(JobRunner& job);
    /// Notes what comes into focus: dataset, checkpoint, model, experiment.
    void watch(Workspace& workspace);
    /// Rows as lines of text, columns apart by tabs.
    [[nodiscard]] QString text(const QList<int>& rows) const;
    [[nodiscard]] QString text() const;
    void clear();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Entry {
        QDateTime time;
        Kind kind;
        QString text;
    };
    [[nodiscard]] QString field(int row, int column) const;

    std::deque<Entry> m_entries;
};

} // namespace driftscope::ui
