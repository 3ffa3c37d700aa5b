// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/listtablemodel.h"
#include "ui/pages/checkpoint/scratchsession.h"

#include <QFrame>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QTableView;

namespace driftscope::ui {

class TokenChips;

/// A box to type a prompt into: its tokens, the tokens that would come next, and the chances of the two answers.
class ScratchView : public QFrame
{
    Q_OBJECT

public:
    /// @param session  outlives the view.
    explicit ScratchView(ScratchSession& session, QWidget* parent = nullptr);

private:
    void showAnswer();

    ScratchSession& m_session;
    std::unique_ptr<ListTableModel<NextRow>> m_next;
    QPlainTextEdit* m_text;
    QCheckBox* m_special;
    QLabel* m_count;
    TokenChips* m_chips;
    QTableView* m_nextTable;
    QLabel* m_answers;
    QLabel* m_state;
};

} // namespace driftscope::ui
