// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/recovery/draftkeeper.h"
#include "ui/recovery/sessionmarker.h"

namespace driftscope::ui {

/// What the window knows of earlier sessions and leaves for later ones: unsaved drafts, and how the last one ended.
/// Nothing is deleted but what a person asks to delete. GUI thread.
class Recovery : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives this.
    /// @param folder     of drafts and session markers, $XDG_DATA_HOME/driftscope/drafts.
    Recovery(Workspace& workspace, const std::filesystem::path& folder, QObject* parent = nullptr);

    [[nodiscard]] const LastEnd& lastEnd() const { return m_marker.lastEnd(); }
    [[nodiscard]] DraftKeeper& keeper() { return m_keeper; }
    /// Of earlier sessions and those set aside in this one, newest first; read in the background.
    [[nodiscard]] const std::vector<UnsavedDraft>& drafts() const { return m_drafts; }
    [[nodiscard]] bool isReading() const { return m_job.isRunning(); }

    /// Makes a draft the experiment in focus; it stays a draft until it is saved.
    void open(std::filesystem::path path);
    /// Deletes a draft.
    void discard(std::filesystem::path path);

signals:
    void draftsChanged();
    void failed(const QString& message);
    /// The draft in focus gave way to another experiment and is in drafts() now.
    void setAside(const QString& name);

private:
    void noteModel();

    Workspace& m_workspace;
    SessionMarker m_marker;
    DraftKeeper m_keeper;
    JobRunner m_job;
    std::vector<UnsavedDraft> m_drafts;
};

} // namespace driftscope::ui
