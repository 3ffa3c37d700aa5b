// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/adapter.h"
#include "ui/focus/workspace.h"

#include <QTimer>

namespace driftscope::ui {

/// An adapter that a person added, or that the experiment names.
struct AdapterRow {
    std::string name; ///< as the experiment writes it: its folder
    std::filesystem::path folder;
    std::optional<checkpoint::AdapterCard> card; ///< nothing while it is being looked at, or if it cannot be read
    QString problem; ///< why it cannot be read; empty = it can
    bool isOn = true;

    /// True if it can be switched on with the checkpoint in focus.
    [[nodiscard]] bool canBeOn() const { return card && card->fits.value_or(true); }
};

/// The adapters of the window: which there are, whether they fit, which are on. Those that are on stand in the
/// experiment too, so that a run uses the same. The loaded model follows at once. GUI thread.
class AdapterSession : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives the session.
    explicit AdapterSession(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<AdapterRow>& rows() const { return m_rows; }
    /// Adds the adapter of a folder, or of a file in it, and switches it on if it fits.
    void add(const QString& path);
    void remove(std::size_t row);
    void setOn(std::size_t row, bool isOn);
    /// True while the loaded model does not have the adapters yet that are on.
    [[nodiscard]] bool isBehind() const;

    /// What fits the checkpoint in focus, and whether it does, for people: "LoRA, rank 8, on q_proj v_proj: fits".
    [[nodiscard]] static QString describe(const AdapterRow& row);

signals:
    void changed();

private:
    void takeExperiment();
    void inspect();
    [[nodiscard]] bool isExperimentsCheckpoint() const;
    void leaveOutMisfits();
    void tellExperiment(const QString& text);
    void tellModel();
    [[nodiscard]] std::vector<inference::AdapterChoice> active() const;

    Workspace& m_workspace;
    std::vector<AdapterRow> m_rows;
    QString m_checkpoint; ///< that the cards are of
    std::optional<std::vector<std::string>>
        m_refused; ///< what the loaded model did not take, so that it is not asked again at once
    QTimer m_tell; ///< the model is told when the event loop is reached: never inside the end of another job
    JobRunner m_job; // the last member: its threads end first
};

} // namespace driftscope::ui
