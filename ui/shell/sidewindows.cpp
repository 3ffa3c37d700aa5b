// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidewindows.h"

#include "ui/settings/settings.h"
#include "ui/settings/settingsdialog.h"
#include "ui/shell/aboutdialog.h"
#include "ui/shell/appearance.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/logview.h"

#include <QMainWindow>

#include <algorithm>

namespace driftscope::ui {

namespace {

void bringUp(QDialog& dialog)
{
    dialog.show();
    dialog.raise();
    dialog.activateWindow();
}

} // namespace

SideWindows::SideWindows(QMainWindow& window, EventLog& log)
    : QObject(&window)
    , m_window(window)
    , m_log(log)
{
}

void SideWindows::showPalette()
{
    if (!m_palette)
        m_palette = new CommandPalette(&m_window);
    m_palette->open(*m_window.menuBar());
}

void SideWindows::showLog()
{
    if (!m_logView)
        m_logView = new LogView(m_log, &m_window);
    bringUp(*m_logView);
}

void SideWindows::showSettings()
{
    if (!m_settings) {
        m_settings = new SettingsDialog(&m_window);
        connect(m_settings, &SettingsDialog::appearanceChanged, this, [] { applyAppearance(Settings()); });
    }
    m_settings->refresh();
    bringUp(*m_settings);
}

void SideWindows::showAbout(const QString& libtorchVersion)
{
    auto* dialog = new AboutDialog(components(libtorchVersion), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    bringUp(*dialog);
}

void SideWindows::changeType(int percent)
{
    Settings().setTypePercent(std::clamp(percent, Settings::smallestType, Settings::largestType));
    showAppearance();
}

void SideWindows::changeTheme(Theme theme)
{
    Settings().setTheme(theme);
    showAppearance();
}

void SideWindows::showAppearance()
{
    applyAppearance(Settings());
    if (m_settings)
        m_settings->refresh();
}

} // namespace driftscope::ui
