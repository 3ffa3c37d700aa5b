// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/demonstrations/demonstrationedits.h"
#include "core/simulate/arm.h"

#include <QUndoCommand>

#include <memory>
#include <vector>

namespace driftscope::ui {

class ProbePresenter;

/// What a person can change in the Probe.
struct ProbeState {
    simulate::Arm arm;
    std::vector<demonstrations::DemonstrationEdit> edits;
};

/// Where it was changed, so that Undo leads back there.
struct ProbePlace {
    const data::Dataset* dataset = nullptr;
    data::InteractionIndex moment = 0;
    std::size_t arm = 0; ///< in the experiment
};

/// A change of the Probe's arm or demonstrations that can be taken back. Changes under one text that follow each other
/// at once (typing in the template) become one step.
class ProbeEdit : public QUndoCommand
{
public:
    /// @param presenter  the command does nothing once it is gone.
    /// @param merges     it may become one step with the next of the same text.
    ProbeEdit(ProbePresenter& presenter, const QString& text, ProbePlace place, ProbeState before, ProbeState after,
              bool merges);

    void undo() override;
    void redo() override;
    [[nodiscard]] int id() const override { return m_merges ? 2 : -1; }
    [[nodiscard]] bool mergeWith(const QUndoCommand* next) override;

private:
    ProbePresenter& m_presenter;
    std::weak_ptr<int> m_isAlive; ///< expires with the presenter
    ProbePlace m_place;
    ProbeState m_before;
    ProbeState m_after;
    bool m_merges;
    qint64 m_changedAt; ///< ms since the epoch
};

} // namespace driftscope::ui
