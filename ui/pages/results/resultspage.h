// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/models/tables.h"
#include "ui/pages/results/resultspresenter.h"

#include <QWidget>

class QComboBox;
class QGroupBox;
class QLabel;
class QPushButton;
class QTableView;

namespace driftscope::ui {

class CurvePlot;

/// Runs in the store, the curves and the table of the chosen one, and its figures for a paper.
class ResultsPage : public QWidget
{
    Q_OBJECT

public:
    explicit ResultsPage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] ResultsPresenter& presenter() { return m_presenter; }
    /// Reads the runs again and chooses one; 0 = the newest unless one is chosen.
    void showRun(store::RunId run);
    void exportFigure();

signals:
    void problem(const QString& message);
    void noted(const QString& message);

private:
    QWidget* createRuns();
    QWidget* createResult();
    QWidget* createFigure(QWidget* parent);
    QWidget* createTable(QWidget* parent);
    void connectAll();
    void showRuns();
    void showResult();
    void useExperiment();
    void removeRun();

    Workspace& m_workspace;
    ResultsPresenter m_presenter;
    std::unique_ptr<RunModel> m_runs;
    std::unique_ptr<MetricModel> m_metrics;
    QTableView* m_runTable;
    QPushButton* m_remove;
    bool m_removeIsAsked = false;
    QPushButton* m_use;
    QPushButton* m_export;
    QLabel* m_heading;
    QComboBox* m_axis;
    QGroupBox* m_verdictBox;
    CurvePlot* m_plot;
    QTableView* m_metricTable;
    QLabel* m_verdicts;
};

} // namespace driftscope::ui
