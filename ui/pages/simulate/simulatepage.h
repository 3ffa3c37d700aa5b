// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/simulate/runsession.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QMenu;
class QPushButton;

namespace driftscope::ui {

class ArmSheet;
class CurvePlot;
class FigureBar;
class PlanPanel;

/// Arms compared over simulated time: the plan, what it will cost, and the curves while it runs.
class SimulatePage : public QWidget
{
    Q_OBJECT

public:
    explicit SimulatePage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] RunSession& session() { return m_session; }
    void start();
    /// Starts the draft anew once its dataset and checkpoint are open.
    void startWhenOpen();
    void togglePause();
    void openExperiment();
    void saveExperiment();
    /// The experiments that come with the program; choosing one opens it.
    [[nodiscard]] QMenu& readyExperiments() { return *m_ready; }

signals:
    void problem(const QString& message);
    void noted(const QString& message);
    void resultsWanted(qint64 run);
    void datasetWanted();
    void modelWanted();
    /// The focus stands at a moment that the Probe is to show.
    void momentWanted();
    /// A figure of a run is exported on the page Results.
    void exportWanted(qint64 run);

private:
    QWidget* createBar();
    QWidget* createCurves();
    void connectAll();
    void connectSession();
    void connectPlot();
    void showExperiment();
    void showState();
    void showEstimate();
    void editArm();
    void setSheetVisible(bool isVisible);
    void openMoment(quint32 interaction, const QString& arm, int position, int count);

    Workspace& m_workspace;
    RunSession m_session;
    bool m_isTyping = false;
    QLabel* m_name;
    QPushButton* m_open;
    QMenu* m_ready;
    QPushButton* m_save;
    QPushButton* m_start;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_results;
    QCheckBox* m_goesOn;
    QLabel* m_estimate;
    PlanPanel* m_plan;
    ArmSheet* m_sheet;
    FigureBar* m_bar;
    CurvePlot* m_plot;
    QLabel* m_progress;
};

} // namespace driftscope::ui
