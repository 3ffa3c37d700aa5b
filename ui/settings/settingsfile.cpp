// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settingsfile.h"

#include <QSettings>
#include <qapplicationstatic.h>

#include <utility>

namespace driftscope::ui {

SettingsFile::SettingsFile()
{
    m_writer.setMaxThreadCount(1);
    const QSettings file;
    for (const QString& key : file.allKeys())
        m_values.insert(key, file.value(key));
}

SettingsFile::~SettingsFile()
{
    waitUntilWritten();
}

QVariant SettingsFile::value(const QString& key, const QVariant& fallback) const
{
    return m_values.value(key, fallback);
}

void SettingsFile::setValue(const QString& key, const QVariant& value)
{
    if (m_values.contains(key) && m_values.value(key) == value)
        return;
    m_values.insert(key, value);
    const QMutexLocker lock(&m_mutex);
    m_pending.insert(key, value);
    if (!std::exchange(m_isWriting, true))
        m_writer.start([this] { writePending(); });
}

void SettingsFile::waitUntilWritten()
{
    m_writer.waitForDone();
}

void SettingsFile::writePending()
{
    for (;;) {
        QHash<QString, QVariant> taken;
        {
            const QMutexLocker lock(&m_mutex);
            taken = std::exchange(m_pending, {});
            if (taken.isEmpty()) {
                m_isWriting = false;
                return;
            }
        }
        QSettings file;
        for (auto entry = taken.cbegin(); entry != taken.cend(); ++entry)
            file.setValue(entry.key(), entry.value());
    }
}

Q_APPLICATION_STATIC(SettingsFile, theSettingsFile)

SettingsFile& settingsFile()
{
    return *theSettingsFile;
}

} // namespace driftscope::ui
