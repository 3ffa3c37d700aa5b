// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/probe/probepresenter.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace driftscope::ui {

/// Whom, when, and by which arms the Probe looks.
class ProbeBar : public QWidget
{
    Q_OBJECT

public:
    explicit ProbeBar(ProbePresenter& presenter, QWidget* parent = nullptr);

    void focusUser();
    /// What the presenter says now.
    void showAnswer();

signals:
    /// A person wants to go so many interactions on.
    void stepped(int by);
    /// A user was typed and is there.
    void userEntered();
    /// What was typed means nothing here.
    void problemFound(const QString& text);

private:
    void createFields();
    void connectAll();
    void showUser();
    void showArms();
    void completeUsers();

    ProbePresenter& m_presenter;
    QLineEdit* m_user;
    QPushButton* m_back;
    QPushButton* m_forward;
    QLineEdit* m_time;
    QComboBox* m_arm;
    QComboBox* m_compare;
    const void* m_completedData = nullptr; ///< whose user ids the user box knows
};

} // namespace driftscope::ui
