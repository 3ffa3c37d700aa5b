// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/templatetext.h"

#include <QPointer>
#include <QUndoCommand>

namespace driftscope::ui {

class TemplatesPresenter;

/// A change of one field of a template. What is typed in one go is one step.
class TemplateChange : public QUndoCommand
{
public:
    /// @param id  of the template that the field belongs to.
    TemplateChange(TemplatesPresenter& presenter, std::string id, prompt::TemplateField field, std::string before,
                   std::string after);

    void undo() override;
    void redo() override;
    [[nodiscard]] int id() const override { return 2; } // ExperimentEdit is 1
    [[nodiscard]] bool mergeWith(const QUndoCommand* next) override;

private:
    QPointer<TemplatesPresenter> m_presenter;
    std::string m_template;
    prompt::TemplateField m_field;
    std::string m_before;
    std::string m_after;
    qint64 m_changedAt; ///< ms since the epoch
};

/// The deletion of a template; Undo brings it back.
class TemplateRemoval : public QUndoCommand
{
public:
    TemplateRemoval(TemplatesPresenter& presenter, prompt::TemplateText text);

    void undo() override;
    void redo() override;

private:
    QPointer<TemplatesPresenter> m_presenter;
    prompt::TemplateText m_text;
};

} // namespace driftscope::ui
