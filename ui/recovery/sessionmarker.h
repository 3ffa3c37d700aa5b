// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <filesystem>
#include <memory>

/// The recovery folder sees to it that nothing is lost when the program ends before its time.
namespace driftscope::ui {

/// How the last session ended.
struct LastEnd {
    bool wasUnclean = false;
    QString model; ///< the checkpoint that was being loaded or was loaded then; empty = none
};

/// A file that is there and locked while a session lives. The system gives the lock back however the program ends: a
/// marker without a lock is of a session that did not end properly.
class SessionMarker
{
public:
    /// Leaves the marker of a new session in a folder, and takes away those of sessions that ended, once they are read.
    ///
    /// @param folder  is made where it is not there; a marker that cannot be written is done without.
    explicit SessionMarker(std::filesystem::path folder);
    /// The session ends properly: its marker goes.
    ~SessionMarker();
    SessionMarker(const SessionMarker&) = delete;
    SessionMarker& operator=(const SessionMarker&) = delete;

    [[nodiscard]] const QString& session() const { return m_session; }
    [[nodiscard]] const LastEnd& lastEnd() const { return m_lastEnd; }
    /// Notes which checkpoint is in use from now on; empty = none.
    void setModel(const QString& checkpoint);

    /// Names of the sessions in this folder that are alive, this one too. Threads: any.
    [[nodiscard]] static QStringList livingSessions(const std::filesystem::path& folder);

private:
    void readOthers();

    std::filesystem::path m_folder;
    QString m_session;
    LastEnd m_lastEnd;
    int m_file = -1;
};

} // namespace driftscope::ui
