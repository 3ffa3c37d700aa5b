// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/previewmaker.h"

#include <utility>

namespace driftscope::ui {

PreviewMaker::PreviewMaker(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    const Focus& focus = workspace.focus();
    for (const auto signal : {&Focus::datasetChanged, &Focus::checkpointChanged, &Focus::momentChanged,
                              &Focus::experimentChanged, &Focus::armChanged})
        connect(&focus, signal, this, &PreviewMaker::refresh);
}

void PreviewMaker::setTemplate(prompt::TemplateText text, prompt::CheckedTemplate checked)
{
    m_text = std::move(text);
    m_checked = std::move(checked);
    refresh();
}

void PreviewMaker::showMoment(bool isWanted)
{
    m_wantsMoment = isWanted;
    refresh();
}

void PreviewMaker::setActive(bool isActive)
{
    m_isActive = isActive;
    refresh();
}

bool PreviewMaker::hasMoment() const
{
    return m_workspace.focus().dataset() && m_workspace.focus().moment();
}

PreviewRequest PreviewMaker::request() const
{
    const Focus& focus = m_workspace.focus();
    PreviewRequest request;
    request.text = m_text;
    request.checked = m_checked;
    if (focus.checkpoint()) {
        request.tokenizer = focus.checkpoint()->tokenizer;
        request.contextLength = focus.checkpoint()->contextLength;
    }
    if (!showsMoment())
        return request;
    request.history = focus.dataset()->history;
    request.moment = *focus.moment();
    request.experiment = focus.experiment();
    const auto& arms = focus.experiment().arms;
    request.arm = focus.arm() < arms.size() ? arms[focus.arm()] : simulate::Arm();
    if (request.arm.selector.empty() || !request.arm.isModel()) // a baseline has no prompt
        request.arm = draftExperiment().arms.back();
    return request;
}

void PreviewMaker::refresh()
{
    if (!m_isActive)
        return;
    m_isStale = true;
    if (!m_checked.problems.empty()) {
        m_job.cancel();
        m_problem = tr("Not shown until the problems are solved.");
        emit changed();
        return;
    }
    m_problem.clear();
    m_job.run<TemplatePreview>(
        tr("Rendering the template"),
        [asked = request()](const JobContext& context) { return renderTemplate(asked, context); },
        [this](Result<TemplatePreview> preview) {
            if (!m_checked.problems.empty())
                return; // of a text before the problem
            m_isStale = !preview;
            if (preview)
                m_preview = std::make_shared<const TemplatePreview>(std::move(*preview));
            else if (preview.error().code != ErrorCode::Cancelled)
                m_problem = QString::fromStdString(preview.error().message);
            emit changed();
        });
    emit changed();
}

} // namespace driftscope::ui
