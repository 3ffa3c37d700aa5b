// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMutex>
#include <QThreadPool>
#include <QVariant>

namespace driftscope::ui {

/// The settings file in memory: read whole when first asked, written behind by a thread of its own, since a write waits
/// for the disk. What another process writes meanwhile stays in the file and is seen at the next start.
///
/// One of each process, which ends with its application. GUI thread.
class SettingsFile
{
public:
    SettingsFile();
    /// Waits until all is written.
    ~SettingsFile();

    [[nodiscard]] QVariant value(const QString& key, const QVariant& fallback = {}) const;
    void setValue(const QString& key, const QVariant& value);
    void waitUntilWritten();

private:
    void writePending();

    QHash<QString, QVariant> m_values;
    QMutex m_mutex; ///< guards what follows
    QHash<QString, QVariant> m_pending;
    bool m_isWriting = false;
    QThreadPool m_writer;
};

/// The one of this process.
[[nodiscard]] SettingsFile& settingsFile();

} // namespace driftscope::ui
