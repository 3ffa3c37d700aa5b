// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/live/livepresenter.h"
#include "ui/pages/live/livestage.h"

#include <QPointer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace driftscope::ui {

class HandView;
class OpinionList;
class PersonaStart;
class PromptView;
class RankingBoard;
class ScenarioStrip;

/// A made-up user in front of a class: cards to judge, the ranking that turns, the examples that made it turn, and
/// prepared scenarios.
class LivePage : public QWidget
{
    Q_OBJECT

public:
    explicit LivePage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] LivePresenter& presenter() { return m_presenter; }
    /// The first of the prepared scenarios, with its data and model opened where others are open.
    void startFirstScenario();
    /// The scenario's next or previous step.
    void step(int by);
    void anotherHand();
    void resetPersona();
    /// Shows or hides the prompt.
    void togglePrompt();
    /// The whole screen, with large type.
    void present();
    [[nodiscard]] LiveStage* stage() const { return m_stage; }

signals:
    /// What is missing is found on another page.
    void datasetWanted();
    void modelWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* createScenarioRow();
    QWidget* createEmpty();
    QWidget* createPersonaColumn();
    QWidget* createRankingColumn();
    QWidget* createReasonColumn();
    QWidget* createSaid(QWidget* parent);
    void connectAll();
    void chooseScenario();
    void showArms();
    void showStep();
    void refresh();
    void showEmpty();
    void showPrompt();

    Workspace& m_workspace;
    LivePresenter m_presenter;
    QPointer<LiveStage> m_stage;
    QStackedWidget* m_body;
    QLabel* m_state;
    QPushButton* m_present;
    ScenarioStrip* m_strip;
    QLabel* m_emptyText;
    QPushButton* m_bundled;
    QPushButton* m_missing;
    QLineEdit* m_search;
    HandView* m_hand;
    QLabel* m_noCards;
    PersonaStart* m_start;
    QComboBox* m_arm;
    RankingBoard* m_board;
    QTabWidget* m_reason;
    OpinionList* m_examples;
    QCheckBox* m_reversed;
    PromptView* m_prompt;
    OpinionList* m_said;
    QPushButton* m_forget;
    QPushButton* m_reset;
};

} // namespace driftscope::ui
