// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tables.h"
#include "ui/pages/simulate/runsession.h"

#include <QScrollArea>

class QGroupBox;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTableView;

namespace driftscope::ui {

/// The plan of a run: the table of arms, the replay, and the runs that wait. Every change goes to the draft and can be
/// taken back.
class PlanPanel : public QScrollArea
{
    Q_OBJECT

public:
    PlanPanel(Workspace& workspace, RunSession& session, QWidget* parent = nullptr);

    void addArm();
    void duplicateArm();
    void removeArm();

signals:
    /// A person wants to edit the arm in focus.
    void armEditWanted();

private:
    QWidget* createArms();
    QWidget* createReplay();
    QWidget* createQueue();
    void showExperiment();
    void showQueue();
    void editReplay();
    void insertArm(const QString& text, simulate::Arm arm);

    Workspace& m_workspace;
    RunSession& m_session;
    std::unique_ptr<ArmModel> m_arms;
    bool m_isFilling = false;
    QTableView* m_armTable;
    QPushButton* m_duplicate;
    QPushButton* m_edit;
    QPushButton* m_remove;
    QSpinBox* m_users;
    QSpinBox* m_queries;
    QSpinBox* m_candidates;
    QSpinBox* m_minHistory;
    QSpinBox* m_window;
    QSpinBox* m_seed;
    QGroupBox* m_queueBox;
    QListWidget* m_queue;
    QPushButton* m_startQueue;
};

} // namespace driftscope::ui
