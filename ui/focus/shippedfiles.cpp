// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/focus/shippedfiles.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace driftscope::ui {

namespace {

constexpr int levels = 5; // from build/PRESET/tests/bin to the source

} // namespace

QString shippedPath(const QString& place)
{
    QDir folder(QCoreApplication::applicationDirPath());
    for (int level = 0; level < levels; ++level) {
        for (const QString& prefix : {QStringLiteral("share/driftscope/"), QString()})
            if (const QString path = folder.filePath(prefix + place); QFileInfo::exists(path))
                return QDir::cleanPath(path);
        if (!folder.cdUp())
            break;
    }
    return {};
}

} // namespace driftscope::ui
