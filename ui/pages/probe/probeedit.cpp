// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probeedit.h"

#include "ui/pages/probe/probepresenter.h"

#include <QDateTime>

namespace driftscope::ui {

namespace {

constexpr qint64 pauseMs = 1500; // longer than this between two keys begins a step of its own

} // namespace

ProbeEdit::ProbeEdit(ProbePresenter& presenter, const QString& text, ProbePlace place, ProbeState before,
                     ProbeState after, bool merges)
    : QUndoCommand(text)
    , m_presenter(presenter)
    , m_isAlive(presenter.life())
    , m_place(place)
    , m_before(std::move(before))
    , m_after(std::move(after))
    , m_merges(merges)
    , m_changedAt(QDateTime::currentMSecsSinceEpoch())
{
}

void ProbeEdit::undo()
{
    if (!m_isAlive.expired())
        m_presenter.show(m_before, m_place);
}

void ProbeEdit::redo()
{
    if (!m_isAlive.expired())
        m_presenter.show(m_after, m_place);
}

bool ProbeEdit::mergeWith(const QUndoCommand* next)
{
    const auto* later = static_cast<const ProbeEdit*>(next); // same id, hence same class
    if (later->text() != text() || later->m_changedAt - m_changedAt > pauseMs
        || later->m_place.moment != m_place.moment)
        return false;
    m_after = later->m_after;
    m_changedAt = later->m_changedAt;
    return true;
}

} // namespace driftscope::ui
