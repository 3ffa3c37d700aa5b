// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rowreport.h"
#include "ui/models/tables.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace driftscope::ui {

/// The rows that were left out: file, line, why; to copy or to keep as CSV.
class BadRowView : public QWidget
{
    Q_OBJECT

public:
    explicit BadRowView(QWidget* parent = nullptr);
    void setReport(const data::RowReport& report);
    /// Writes the report. @return false if it could not be written; problem() has been told.
    bool saveTo(const QString& path);

signals:
    void noted(const QString& message);
    void problem(const QString& message);

private:
    void copy();
    void save();

    data::RowReport m_report;
    std::unique_ptr<BadRowModel> m_rows;
    QLabel* m_summary;
    QPushButton* m_copy;
    QPushButton* m_save;
    QTableView* m_table;
};

/// "5 × the rating or the time is no number · 2 × an earlier row has the same user and item"
[[nodiscard]] QString reportSummary(const data::RowReport& report);

} // namespace driftscope::ui
