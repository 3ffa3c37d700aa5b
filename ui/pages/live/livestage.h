// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace driftscope::ui {

class HandView;
class LivePresenter;
class OpinionList;
class PromptView;
class RankingBoard;
class ScenarioStrip;

/// Presentation mode: the whole screen, large type, the essential parts alone. Right, Space or Page Down goes on, Left
/// or Page Up back, P shows the prompt, Escape leaves.
class LiveStage : public QWidget
{
    Q_OBJECT

public:
    /// @param presenter  outlives the window; shared with the page.
    explicit LiveStage(LivePresenter& presenter, QWidget* parent = nullptr);

signals:
    void left();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    QWidget* createSide();
    void refresh();
    void scaleType();
    void showStep();

    LivePresenter& m_presenter;
    ScenarioStrip* m_strip;
    RankingBoard* m_board;
    HandView* m_hand;
    QStackedWidget* m_side;
    OpinionList* m_examples;
    PromptView* m_prompt;
    QLabel* m_sideTitle;
    QLabel* m_state;
    QLabel* m_keys;
};

} // namespace driftscope::ui
