// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/templateexample.h"
#include "core/prompt/templatetext.h"

#include <QWidget>

#include <map>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace driftscope::ui {

class TemplateFieldEdit;
class TemplatesPresenter;

/// The fields of a template one below the other, each with what it is, what it costs, and what is wrong with it.
class TemplateForm : public QWidget
{
    Q_OBJECT

public:
    /// @param presenter  outlives the form.
    explicit TemplateForm(TemplatesPresenter& presenter, QWidget* parent = nullptr);

    [[nodiscard]] TemplateFieldEdit& edit(prompt::TemplateField field) const { return *m_rows.at(field).edit; }
    [[nodiscard]] QLineEdit& idEdit() const { return *m_id; }
    /// What is said below a field; empty = nothing.
    [[nodiscard]] QString problemShown(prompt::TemplateField field) const;
    [[nodiscard]] QString costShown(prompt::TemplateField field) const;

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        TemplateFieldEdit* edit = nullptr;
        QLabel* cost = nullptr;
        QLabel* problem = nullptr;
    };

    void addId(QVBoxLayout& layout);
    void addField(QVBoxLayout& layout, prompt::TemplateField field, const QString& title, const QString& help);
    void showAll();
    void showProblems();
    void showCosts();

    TemplatesPresenter& m_presenter;
    QLineEdit* m_id;
    QLabel* m_idProblem;
    std::map<prompt::TemplateField, Row> m_rows;
};

} // namespace driftscope::ui
