// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QMainWindow;

namespace driftscope::ui {

class CommandPalette;
class EventLog;
class LogView;
class SettingsDialog;
enum class Theme;

/// The small windows beside the main one, each made when it is first wanted.
class SideWindows : public QObject
{
    Q_OBJECT

public:
    /// @param window  its parent and theirs.
    /// @param log     outlives this.
    SideWindows(QMainWindow& window, EventLog& log);

    /// Every action of the window's menus, to be found by typing.
    void showPalette();
    void showLog();
    void showSettings();
    /// @param libtorchVersion  empty = not known.
    void showAbout(const QString& libtorchVersion);
    /// Makes the type of the whole program larger or smaller, within the limits of the settings.
    void changeType(int percent);
    void changeTheme(Theme theme);

private:
    void showAppearance();

    QMainWindow& m_window;
    EventLog& m_log;
    CommandPalette* m_palette = nullptr;
    LogView* m_logView = nullptr;
    SettingsDialog* m_settings = nullptr;
};

} // namespace driftscope::ui
