// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSizeF>
#include <QString>

/// The settings folder is the only place that knows keys of the settings file.
namespace driftscope::ui {

/// What the window remembers between two sessions. Cheap to make; GUI thread.
class Settings
{
public:
    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    /// Folder where the last file dialog of this kind ("dataset", "checkpoint", "experiment", "figure") ended.
    [[nodiscard]] QString lastFolder(const QString& kind) const;
    void setLastFolder(const QString& kind, const QString& folder);

    /// Size of exported figures in mm.
    [[nodiscard]] QSizeF figureSize() const;
    void setFigureSize(QSizeF sizeMm);

    /// Prompt tokens a second of the last run with this checkpoint, device and precision; 0 = never measured.
    [[nodiscard]] double tokensPerSecond(const QString& engine) const;
    void setTokensPerSecond(const QString& engine, double rate);
};

} // namespace driftscope::ui
