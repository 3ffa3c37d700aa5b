// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/arm.h"
#include "core/simulate/experiment.h"

#include <QWidget>

#include <map>
#include <span>

class QComboBox;
class QFormLayout;
class QLayout;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace driftscope::ui {

/// Edits an arm: who ranks, selector with its parameters as the registry describes them, history, lag, template, score,
/// and the controls as the experiment's fields describe them.
class ArmForm : public QWidget
{
    Q_OBJECT

public:
    explicit ArmForm(QWidget* parent = nullptr);

    /// Shows an arm without saying that it was edited.
    void setArm(const simulate::Arm& arm);
    [[nodiscard]] simulate::Arm arm() const;
    void setNameVisible(bool isVisible);
    /// Looks again which templates there are.
    void refreshTemplates();
    /// The adapters that the experiment names: an arm may have all, none or one of them. Without any, nothing is asked.
    void setAdapters(const std::vector<std::string>& names);

signals:
    /// A person changed something.
    void edited();
    /// A person wants to look at the arm's template, or change it.
    void templateWanted(const QString& id);

private:
    void createFields();
    [[nodiscard]] QLayout* wordingRow();
    void rebuildParameters();
    /// A field for each parameter of a registry's entry; values that are missing get their defaults.
    void addParameters(QWidget& box, std::span<const Parameter> parameters, ParameterValues simulate::Arm::*values);
    void addParameter(QFormLayout& form, const Parameter& parameter, ParameterValues simulate::Arm::*values);
    void showWording();
    void report();
    void setScorer(const std::string& id);
    void enableFields();
    void createControls();
    void addControl(const std::string& path, const QString& title, const simulate::FieldDescription& field);
    /// Shows the arm's choices; opens the section if one is not the usual.
    void fillControls();
    void setControl(const std::string& path, const std::string& choice);

    simulate::Arm m_arm;
    bool m_isFilling = false;
    QFormLayout* m_form;
    QLineEdit* m_name;
    QComboBox* m_scorer;
    QComboBox* m_selector;
    QWidget* m_parameterBox;
    QWidget* m_scorerBox;
    QComboBox* m_adapters;
    QSpinBox* m_history;
    QSpinBox* m_lag;
    QComboBox* m_lagUnit;
    QComboBox* m_wording;
    QComboBox* m_score;
    QToolButton* m_controlsToggle;
    QWidget* m_controlsBox;
    std::map<std::string, QComboBox*> m_controls; ///< by the path of the arm's field
};

} // namespace driftscope::ui
