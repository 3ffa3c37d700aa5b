// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QSpinBox;

namespace driftscope::ui {

class Focus;
class LivePresenter;

/// Where a person says whom the persona begins as: nobody, or a user of the data after some of their interactions.
class PersonaStart : public QWidget
{
    Q_OBJECT

public:
    /// @param presenter  outlives this.
    /// @param focus      likewise; the user that the Probe stands at is offered.
    PersonaStart(LivePresenter& presenter, const Focus& focus, QWidget* parent = nullptr);

    /// Says whom it began as.
    void refresh();

private:
    void startFromUser();
    void offerProbedUser();

    LivePresenter& m_presenter;
    QLabel* m_start;
    QLineEdit* m_user;
    QSpinBox* m_events;
};

} // namespace driftscope::ui
