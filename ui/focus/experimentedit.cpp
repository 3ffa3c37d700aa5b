// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/focus/experimentedit.h"

#include "ui/focus/focus.h"

#include <QDateTime>

namespace driftscope::ui {

namespace {

constexpr qint64 pauseMs = 1500; // longer than this between two keys begins a step of its own

} // namespace

ExperimentEdit::ExperimentEdit(Focus& focus, const QString& text, simulate::Experiment after, std::size_t arm)
    : QUndoCommand(text)
    , m_focus(focus)
    , m_before {focus.experiment(), focus.arm()}
    , m_after {std::move(after), arm}
    , m_changedAt(QDateTime::currentMSecsSinceEpoch())
{
}

void ExperimentEdit::undo()
{
    show(m_before);
}

void ExperimentEdit::redo()
{
    show(m_after);
}

bool ExperimentEdit::mergeWith(const QUndoCommand* next)
{
    const auto* later = static_cast<const ExperimentEdit*>(next); // same id, hence same class
    if (later->text() != text() || later->m_changedAt - m_changedAt > pauseMs)
        return false;
    m_after = later->m_after;
    m_changedAt = later->m_changedAt;
    return true;
}

void ExperimentEdit::show(const Draft& draft)
{
    // What was opened or loaded since stays so: data and checkpoint are no part of the change.
    simulate::Experiment experiment = draft.experiment;
    experiment.dataset = m_focus.experiment().dataset;
    experiment.checkpoint = m_focus.experiment().checkpoint;
    experiment.baseFolder = m_focus.experiment().baseFolder;
    m_focus.setExperiment(std::move(experiment));
    m_focus.setArm(draft.arm);
}

} // namespace driftscope::ui
