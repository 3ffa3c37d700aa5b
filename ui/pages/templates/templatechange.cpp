// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templatechange.h"

#include "ui/pages/templates/templatespresenter.h"

#include <QDateTime>

namespace driftscope::ui {

namespace {

constexpr qint64 pauseMs = 1500; // longer than this between two keys begins a step of its own

QString titleOf(const std::string& id)
{
    return QString::fromStdString(id);
}

} // namespace

TemplateChange::TemplateChange(TemplatesPresenter& presenter, std::string id, prompt::TemplateField field,
                               std::string before, std::string after)
    : QUndoCommand(TemplatesPresenter::tr("change of template %1").arg(titleOf(id)))
    , m_presenter(&presenter)
    , m_template(std::move(id))
    , m_field(field)
    , m_before(std::move(before))
    , m_after(std::move(after))
    , m_changedAt(QDateTime::currentMSecsSinceEpoch())
{
}

void TemplateChange::undo()
{
    if (!m_presenter || !m_presenter->put(m_template, m_field, m_before))
        setObsolete(true);
}

void TemplateChange::redo()
{
    if (!m_presenter || !m_presenter->put(m_template, m_field, m_after))
        setObsolete(true);
}

bool TemplateChange::mergeWith(const QUndoCommand* next)
{
    const auto* later = static_cast<const TemplateChange*>(next); // same id, hence same class
    if (later->m_template != m_template || later->m_field != m_field || later->m_changedAt - m_changedAt > pauseMs)
        return false;
    m_after = later->m_after;
    m_changedAt = later->m_changedAt;
    return true;
}

TemplateRemoval::TemplateRemoval(TemplatesPresenter& presenter, prompt::TemplateText text)
    : QUndoCommand(TemplatesPresenter::tr("deletion of template %1").arg(titleOf(text[prompt::TemplateField::Id])))
    , m_presenter(&presenter)
    , m_text(std::move(text))
{
}

void TemplateRemoval::undo()
{
    if (m_presenter)
        m_presenter->restore(m_text);
}

void TemplateRemoval::redo()
{
    if (m_presenter)
        m_presenter->takeAway(m_text[prompt::TemplateField::Id]);
}

} // namespace driftscope::ui
