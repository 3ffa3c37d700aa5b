// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tables.h"
#include "ui/pages/results/resultspresenter.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace driftscope::ui {

/// The runs in the store: found by words, sorted by any column, several chosen at once to be shown over one another;
/// with the tags and notes of the chosen one and what can be done with it.
class RunList : public QWidget
{
    Q_OBJECT

public:
    explicit RunList(ResultsPresenter& presenter, QWidget* parent = nullptr);
    void focusFilter();

signals:
    void useWanted();
    void rerunWanted();
    void exportWanted();

private:
    QWidget* createTable();
    QWidget* createSide();
    void connectAll();
    void showRuns();
    void showResult();
    void takeSelection();
    void annotate();
    void removeRun();

    ResultsPresenter& m_presenter;
    std::unique_ptr<RunModel> m_runs;
    QSortFilterProxyModel* m_sorted;
    bool m_isFilling = false;
    bool m_removeIsAsked = false;
    store::RunId m_annotated = 0; ///< run whose tags and notes stand in the fields
    QLineEdit* m_filter;
    QTableView* m_table;
    QLabel* m_count;
    QLineEdit* m_tags;
    QPlainTextEdit* m_notes;
    QPushButton* m_export;
    QPushButton* m_use;
    QPushButton* m_rerun;
    QPushButton* m_remove;
};

} // namespace driftscope::ui
