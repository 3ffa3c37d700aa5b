// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/models/tables.h"
#include "ui/pages/results/resultspresenter.h"
#include "ui/pages/results/resulttables.h"
#include "ui/pages/results/runexporter.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QGroupBox;
class QLabel;
class QPlainTextEdit;
class QTableView;
class QTabWidget;

namespace driftscope::ui {

class CurvePlot;
class FigureBar;
class RunList;

/// Runs in the store: their curves over one another, differences of arms, users one by one, shifts, lags, tables, costs
/// and manifests; and all that leaves the program.
class ResultsPage : public QWidget
{
    Q_OBJECT

public:
    explicit ResultsPage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] ResultsPresenter& presenter() { return m_presenter; }
    [[nodiscard]] RunExporter& exporter() { return m_exporter; }
    /// Reads the runs again and chooses one; 0 = the newest unless one is chosen.
    void showRun(store::RunId run);
    void exportFigure();

signals:
    void problem(const QString& message);
    void noted(const QString& message);
    /// The focus stands at a moment that the Probe is to show.
    void momentWanted();
    /// The draft is the experiment of a run, to be run anew.
    void rerunWanted();

private:
    QWidget* createResult();
    QWidget* createFigure(QWidget* parent);
    QWidget* createViewBar(QWidget* parent);
    QWidget* createTables(QWidget* parent);
    QTableView* createTable(QAbstractItemModel& model, const QString& name, int stretched, int armColumn);
    void connectAll();
    void connectPlot();
    void showResult();
    void showFigure();
    void showChoices();
    void takePair();
    [[nodiscard]] bool isDatasetOpen();
    void openMoment(quint32 interaction, int position, int count);
    void useExperiment();

    Workspace& m_workspace;
    ResultsPresenter m_presenter;
    RunExporter m_exporter;
    std::unique_ptr<MetricModel> m_metrics;
    std::unique_ptr<CostModel> m_costs;
    std::unique_ptr<ManifestModel> m_manifest;
    bool m_isFilling = false;
    RunList* m_runs;
    QLabel* m_heading;
    QComboBox* m_view;
    FigureBar* m_bar;
    QWidget* m_pairBox;
    QComboBox* m_armA;
    QComboBox* m_armB;
    QWidget* m_shiftBox;
    QComboBox* m_reference;
    QCheckBox* m_detect;
    CurvePlot* m_plot;
    QTabWidget* m_tabs;
    QTableView* m_manifestTable;
    QGroupBox* m_verdictBox;
    QPlainTextEdit* m_verdicts;
};

} // namespace driftscope::ui
