// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/arm.h"

#include <QWidget>

#include <map>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;

namespace driftscope::ui {

/// Edits an arm: who ranks, selector with its parameters as the registry describes them, history, lag, template, score.
class ArmForm : public QWidget
{
    Q_OBJECT

public:
    explicit ArmForm(QWidget* parent = nullptr);

    /// Shows an arm without saying that it was edited.
    void setArm(const simulate::Arm& arm);
    [[nodiscard]] simulate::Arm arm() const;
    void setNameVisible(bool isVisible);

signals:
    /// A person changed something.
    void edited();

private:
    void createFields();
    void rebuildParameters();
    void addParameter(const Parameter& parameter, const ParameterValue& value);
    void report();
    void setScorer(const std::string& id);
    void enableFields();

    simulate::Arm m_arm;
    bool m_isFilling = false;
    QFormLayout* m_form;
    QLineEdit* m_name;
    QComboBox* m_scorer;
    QComboBox* m_selector;
    QWidget* m_parameterBox;
    QFormLayout* m_parameters;
    QSpinBox* m_history;
    QSpinBox* m_lag;
    QComboBox* m_lagUnit;
    QComboBox* m_wording;
    QComboBox* m_score;
};

} // namespace driftscope::ui
