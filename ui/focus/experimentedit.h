// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/experiment.h"

#include <QUndoCommand>

namespace driftscope::ui {

class Focus;

/// A change of the experiment draft that can be taken back. Changes under one text that follow each other at once (a
/// spin box turned, a name typed) become one step.
class ExperimentEdit : public QUndoCommand
{
public:
    /// @param focus   outlives the command.
    /// @param text    what was done, as the menu Edit says it after "Undo": "change arm recent 4".
    /// @param after   the draft with the change.
    /// @param arm     position of the arm in focus afterwards.
    ExperimentEdit(Focus& focus, const QString& text, simulate::Experiment after, std::size_t arm);

    void undo() override;
    void redo() override;
    [[nodiscard]] int id() const override { return 1; }
    [[nodiscard]] bool mergeWith(const QUndoCommand* next) override;

private:
    struct Draft {
        simulate::Experiment experiment;
        std::size_t arm = 0;
    };

    void show(const Draft& draft);

    Focus& m_focus;
    Draft m_before;
    Draft m_after;
    qint64 m_changedAt; ///< ms since the epoch
};

} // namespace driftscope::ui
