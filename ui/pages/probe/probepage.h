// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/probe/probeanalyses.h"
#include "ui/pages/probe/probepresenter.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;
class QTabWidget;

namespace driftscope::ui {

class ArmForm;
class DemonstrationPanel;
class JobStrip;
class MessageBar;
class OrderPanel;
class ProbeBar;
class PromptPanel;
class RankingPanel;
class VariantPanel;

/// The time machine: a user, a moment, what the model is shown and how it ranks.
class ProbePage : public QWidget
{
    Q_OBJECT

public:
    explicit ProbePage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] ProbePresenter& presenter() { return m_presenter; }
    [[nodiscard]] ProbeAnalyses& analyses() { return m_analyses; }
    /// One interaction on or back.
    void step(int by);
    void focusUser();
    /// What the page can do beside stepping, for the menu Probe.
    [[nodiscard]] QList<QAction*> pageActions() const { return m_pageActions; }

signals:
    /// What is missing is found on another page.
    void datasetWanted();
    void modelWanted();
    void experimentWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* createStateLine();
    QWidget* createPartsColumn();
    QWidget* createHistoryTab();
    QWidget* createArmTab();
    QWidget* createAttributionLine();
    QWidget* createAnswerColumn();
    void createActions();
    void connectAll();
    void showLife();
    void showAnswer();
    void showCandidate();
    void showHistory();
    void showAttribution();
    void showState();
    [[nodiscard]] QString stateText() const;

    Workspace& m_workspace;
    ProbePresenter m_presenter;
    ProbeAnalyses m_analyses;
    std::unique_ptr<DemonstrationModel> m_history;
    ProbeBar* m_bar = nullptr;
    MessageBar* m_message = nullptr;
    Timeline* m_timeline = nullptr;
    QLabel* m_state = nullptr;
    QLabel* m_keys = nullptr;
    JobStrip* m_job = nullptr;
    QPushButton* m_action = nullptr;
    QTabWidget* m_parts = nullptr;
    DemonstrationPanel* m_demonstrations = nullptr;
    QTableView* m_historyTable = nullptr;
    ArmForm* m_form = nullptr;
    QPushButton* m_addArm = nullptr;
    QPushButton* m_attribute = nullptr;
    QLabel* m_attributed = nullptr;
    PromptPanel* m_prompt = nullptr;
    QTabWidget* m_answers = nullptr;
    RankingPanel* m_ranking = nullptr;
    VariantPanel* m_variants = nullptr;
    OrderPanel* m_orders = nullptr;
    QList<QAction*> m_pageActions;
};

} // namespace driftscope::ui
