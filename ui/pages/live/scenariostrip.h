// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace driftscope::ui {

class LivePresenter;

/// What a scenario says at its step, where to look, and whether that was seen.
class ScenarioStrip : public QFrame
{
    Q_OBJECT

public:
    /// @param presenter  outlives the strip.
    /// @param hasButtons  Back, Next and Leave; presentation mode has the keys alone.
    ScenarioStrip(LivePresenter& presenter, bool hasButtons, QWidget* parent = nullptr);
    /// Shows the presenter's step and effects anew.
    void refresh();
    void focusNext();

private:
    QWidget* createButtons();

    LivePresenter& m_presenter;
    QLabel* m_title;
    QLabel* m_say;
    QLabel* m_look;
    QLabel* m_effects;
    QPushButton* m_back = nullptr;
    QPushButton* m_next = nullptr;
};

} // namespace driftscope::ui
