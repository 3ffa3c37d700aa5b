// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/probe/answerrows.h"
#include "ui/pages/probe/probepresenter.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace driftscope::ui {

/// The candidates in their order with bars, what moved and why, and beside it their places under another arm.
class RankingPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RankingPanel(ProbePresenter& presenter, QWidget* parent = nullptr);

    void showAnswer();
    /// Position in the answer's candidates of the item chosen, which stays chosen wherever it moves; the true next item
    /// if there is none.
    [[nodiscard]] std::size_t candidate() const;
    void copyTable(TableFormat format) const;

signals:
    void candidateChanged();

private:
    QWidget* createTop();
    void choose(int row);
    void keepChoice();

    ProbePresenter& m_presenter;
    std::unique_ptr<RankingModel> m_model;
    QComboBox* m_score = nullptr;
    QPushButton* m_copy = nullptr;
    QTableView* m_table;
    QLabel* m_change;
    std::optional<data::ItemIndex> m_chosen;
    bool m_isFilling = false;
};

} // namespace driftscope::ui
