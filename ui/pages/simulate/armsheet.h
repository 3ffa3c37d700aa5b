// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/experiment.h"

#include <QFrame>

class QLabel;

namespace driftscope::ui {

class ArmForm;

/// The sheet at the side in which an arm is edited: its colour and name above, the form built from the registries
/// below. Esc closes it.
class ArmSheet : public QFrame
{
    Q_OBJECT

public:
    explicit ArmSheet(QWidget* parent = nullptr);

    /// Shows an arm of the experiment.
    void showArm(const simulate::Experiment& experiment, std::size_t arm);
    [[nodiscard]] simulate::Arm arm() const;
    [[nodiscard]] ArmForm& form() { return *m_form; }

signals:
    void edited();
    void closed();

private:
    QLabel* m_icon;
    QLabel* m_title;
    ArmForm* m_form;
};

} // namespace driftscope::ui
