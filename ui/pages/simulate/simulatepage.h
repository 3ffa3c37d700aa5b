// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tables.h"
#include "ui/pages/simulate/runsession.h"

#include <QWidget>

class QCheckBox;
class QGroupBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableView;

namespace driftscope::ui {

class ArmForm;
class CurvePlot;

/// Arms compared over simulated time: the plan, what it will cost, and the curves while it runs.
class SimulatePage : public QWidget
{
    Q_OBJECT

public:
    explicit SimulatePage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] RunSession& session() { return m_session; }
    void start();
    void togglePause();
    void openExperiment();
    void saveExperiment();

signals:
    void problem(const QString& message);
    void noted(const QString& message);
    void resultsWanted(qint64 run);
    void datasetWanted();
    void modelWanted();

private:
    QWidget* createBar();
    QWidget* createPlan();
    QWidget* createReplay();
    QWidget* createArms();
    QWidget* createCurves();
    void connectAll();
    void showExperiment();
    void showState();
    void showEstimate();
    void editReplay();
    void editArm();
    void addArm();
    void removeArm();
    [[nodiscard]] int selectedArm() const;

    Workspace& m_workspace;
    RunSession m_session;
    std::unique_ptr<ArmModel> m_arms;
    bool m_isFilling = false;
    bool m_isTyping = false;
    QLabel* m_name;
    QPushButton* m_open;
    QPushButton* m_save;
    QPushButton* m_start;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_results;
    QCheckBox* m_goesOn;
    QLabel* m_estimate;
    QSpinBox* m_users;
    QSpinBox* m_queries;
    QSpinBox* m_candidates;
    QSpinBox* m_minHistory;
    QSpinBox* m_window;
    QSpinBox* m_seed;
    QTableView* m_armTable;
    QPushButton* m_addArm;
    QPushButton* m_removeArm;
    QGroupBox* m_armBox;
    ArmForm* m_armForm;
    QWidget* m_plan;
    CurvePlot* m_plot;
    QLabel* m_progress;
};

} // namespace driftscope::ui
