// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QTableView;

namespace driftscope::ui {

class EventLog;

/// The log in a window of its own, which stays open beside the work; rows can be copied.
class LogView : public QDialog
{
    Q_OBJECT

public:
    /// @param log  outlives the view.
    LogView(EventLog& log, QWidget* parent);

private:
    void copyChosen();

    EventLog& m_log;
    QTableView* m_table;
};

} // namespace driftscope::ui
