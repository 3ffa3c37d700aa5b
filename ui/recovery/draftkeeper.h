// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/recovery/draft.h"

#include <QTimer>

namespace driftscope::ui {

/// Keeps changes of the experiment on disk as they are made, until they are saved. GUI thread; files are written on a
/// worker thread.
class DraftKeeper : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives the keeper.
    /// @param session    name that no other living session has.
    DraftKeeper(Workspace& workspace, std::filesystem::path folder, QString session, QObject* parent = nullptr);
    /// Writes what is not on disk yet.
    ~DraftKeeper() override;

    /// True if the draft in focus has changes that no file of the user's has.
    [[nodiscard]] bool isUnsaved() const;
    /// File of the draft in focus, whether it is there or not.
    [[nodiscard]] std::filesystem::path path() const;
    /// Takes a draft of an earlier session as the one in focus, of the experiment file that it was of; the draft's own
    /// file becomes this session's.
    [[nodiscard]] Result<> takeOver(const std::filesystem::path& path);

signals:
    /// The draft in focus gave way to another experiment before it was saved; it is kept in this file.
    void setAside(const QString& path, const QString& name);
    void failed(const QString& message);

private:
    struct Order;
    void noteChange();
    void write();
    void removeFile();
    void leave();
    [[nodiscard]] Draft draft() const;

    Workspace& m_workspace;
    std::filesystem::path m_folder;
    QString m_session;
    int m_number = 1; ///< of the draft in focus among this session's
    quint64 m_drafts = 0; ///< given to be written
    std::shared_ptr<Order> m_order;
    bool m_isPending = false; ///< changes that are not on disk yet
    QTimer m_pause;
    JobRunner m_job;
};

} // namespace driftscope::ui
