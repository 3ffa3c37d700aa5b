// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/listtablemodel.h"
#include "ui/pages/checkpoint/memorysession.h"

#include <QFrame>

class QLabel;
class QTableView;
class QToolButton;

namespace driftscope::ui {

/// What the experiment needs in memory, against what each device has.
class MemoryView : public QFrame
{
    Q_OBJECT

public:
    /// @param session  outlives the view.
    explicit MemoryView(MemorySession& session, QWidget* parent = nullptr);

private:
    void showState();

    MemorySession& m_session;
    std::unique_ptr<ListTableModel<MemoryRow>> m_rows;
    QLabel* m_parts;
    QLabel* m_note;
    QTableView* m_table;
    QToolButton* m_refresh;
};

} // namespace driftscope::ui
