// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/devicememory.h"
#include "ui/focus/workspace.h"

namespace driftscope::ui {

/// What a prompt of the experiment may hold at most, for the memory estimate.
struct PromptExtent {
    checkpoint::MemoryRequest request; ///< without the precision
    QString text; ///< "4 demonstrations, histories of 10, 20 candidates (arm recent 4)"
};

/// The largest prompt among the experiment's arms that ask the model.
[[nodiscard]] PromptExtent promptExtent(const simulate::Experiment& experiment);

/// A device with what the model needs there.
struct MemoryRow {
    QString device;
    std::uint64_t totalBytes = 0;
    std::uint64_t freeBytes = 0;
    std::uint64_t neededBytes = 0; ///< at the peak, with what the libraries take
    bool fits = false;
    QString advice; ///< what to do if it does not fit; empty = it does
};

/// The memory that the checkpoint in focus needs for the experiment in focus, against each device of this machine.
/// GUI thread.
class MemorySession : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives the session.
    explicit MemorySession(Workspace& workspace, QObject* parent = nullptr);

    void setPrecision(inference::Precision precision);
    /// Asks again how much is free.
    void refresh();

    /// Nothing without a checkpoint, or for the fake model.
    [[nodiscard]] std::optional<checkpoint::MemoryEstimate> estimate() const { return m_estimate; }
    [[nodiscard]] const PromptExtent& extent() const { return m_extent; }
    [[nodiscard]] std::vector<MemoryRow> rows() const;
    /// Why no GPU is listed; empty if one is, or while it is being asked.
    [[nodiscard]] QString whyNoGpu() const;

signals:
    void changed();

private:
    void estimateAnew();
    [[nodiscard]] checkpoint::MemoryEstimate estimateIn(bool isHalfPrecision) const;

    Workspace& m_workspace;
    inference::Precision m_precision = inference::Precision::Fp32;
    PromptExtent m_extent;
    std::optional<checkpoint::MemoryEstimate> m_estimate;
    checkpoint::MachineMemory m_machine;
    JobRunner m_job; // the last member: its threads end first
};

} // namespace driftscope::ui
