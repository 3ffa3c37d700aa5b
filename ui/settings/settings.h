// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSizeF>
#include <QString>
#include <QStringList>

/// The settings folder is the only place that knows the settings file and its keys.
namespace driftscope::ui {

/// Colours of the window.
enum class Theme { System, Light, Dark };

/// What the program shows when it is started without arguments.
enum class StartWith {
    StartPage,
    LastOpened, ///< dataset, checkpoint and experiment of the last session
    LastOpenedAndLoaded ///< likewise, and the model is loaded if it was
};

/// What was open when the program was last used; empty where nothing was.
struct LastOpened {
    QString dataset;
    QString checkpoint;
    QString experiment; ///< the file
    bool isModelLoaded = false;
};

/// What the window remembers between two sessions, typed. Cheap to make and to ask; GUI thread.
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

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);

    static constexpr int smallestType = 80;
    static constexpr int largestType = 200;
    /// Size of the type in percent of the system's, smallestType..largestType.
    [[nodiscard]] int typePercent() const;
    void setTypePercent(int percent);

    /// Threads that compute on the CPU; 0 = one a core. Counts for the next start of the program.
    [[nodiscard]] int threads() const;
    void setThreads(int threads);

    [[nodiscard]] StartWith startWith() const;
    void setStartWith(StartWith what);

    [[nodiscard]] LastOpened lastOpened() const;
    void setLastOpened(const LastOpened& last);

    /// Paths that were opened, newest first. See RecentPaths.
    [[nodiscard]] QStringList recentPaths(const QString& kind) const;
    void setRecentPaths(const QString& kind, const QStringList& paths);
};

} // namespace driftscope::ui
