// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tables.h"
#include "ui/pages/probe/probepresenter.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QTableView;

namespace driftscope::ui {

class ArmForm;
class PromptView;
class TokenRuler;

/// The time machine: a user, a moment, what the model is shown and how it ranks.
class ProbePage : public QWidget
{
    Q_OBJECT

public:
    explicit ProbePage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] ProbePresenter& presenter() { return m_presenter; }
    /// One interaction on or back.
    void step(int by);
    void focusUser();

signals:
    /// What is missing is found on another page.
    void datasetWanted();
    void modelWanted();
    void experimentWanted();

private:
    QWidget* createTop();
    QWidget* createArmColumn();
    QWidget* createPromptColumn();
    QWidget* createRankingColumn();
    void connectAll();
    void showUser();
    void showArms();
    void showAnswer();
    void showState();
    void showPrompt();
    [[nodiscard]] QString stateText() const;

    Workspace& m_workspace;
    ProbePresenter m_presenter;
    std::unique_ptr<DemonstrationModel> m_demonstrations;
    std::unique_ptr<RankingModel> m_ranking;
    QLineEdit* m_user;
    QPushButton* m_back;
    QPushButton* m_forward;
    QComboBox* m_arm;
    Timeline* m_timeline;
    QLabel* m_state;
    QPushButton* m_action;
    QSplitter* m_columns;
    ArmForm* m_form;
    QPushButton* m_addArm;
    QTableView* m_demonstrationTable;
    PromptView* m_prompt;
    TokenRuler* m_ruler;
    QLabel* m_dropped;
    QTableView* m_rankingTable;
    const void* m_completedData = nullptr; // whose user ids the user box knows
};

} // namespace driftscope::ui
