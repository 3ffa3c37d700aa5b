// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/pages/templates/templatepreview.h"

#include <memory>

namespace driftscope::ui {

/// Keeps a template's preview in step with its text and with what is in focus. Previews are made on a worker thread,
/// and only while someone looks. No widgets; GUI thread.
class PreviewMaker : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives this.
    explicit PreviewMaker(Workspace& workspace, QObject* parent = nullptr);

    /// The text to show from now on, and what was found wrong with it.
    void setTemplate(prompt::TemplateText text, prompt::CheckedTemplate checked);
    /// Whether to show it on the moment in focus, if there is one, or on an example.
    void showMoment(bool isWanted);
    void setActive(bool isActive);

    /// Null until there is one. Belongs to an earlier text while isStale().
    [[nodiscard]] const std::shared_ptr<const TemplatePreview>& preview() const { return m_preview; }
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// Why there is no preview of the text; empty = there is one, or will be.
    [[nodiscard]] const QString& problem() const { return m_problem; }
    /// True if a user and a moment are in focus.
    [[nodiscard]] bool hasMoment() const;
    [[nodiscard]] bool showsMoment() const { return m_wantsMoment && hasMoment(); }

signals:
    void changed();

private:
    void refresh();
    [[nodiscard]] PreviewRequest request() const;

    Workspace& m_workspace;
    prompt::TemplateText m_text;
    prompt::CheckedTemplate m_checked;
    std::shared_ptr<const TemplatePreview> m_preview;
    QString m_problem;
    bool m_isStale = false;
    bool m_wantsMoment = true;
    bool m_isActive = false;
    JobRunner m_job;
};

} // namespace driftscope::ui
