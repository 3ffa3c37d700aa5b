// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <filesystem>
#include <memory>

namespace driftscope::ui {
class MainWindow;
class Recovery;
class Workspace;
} // namespace driftscope::ui

namespace driftscope::app {

/// What the command line of the window asks for.
struct StartOptions {
    std::filesystem::path store; ///< empty = in the user's data folder
    qint64 run = 0; ///< shown at once; 0 = none
    bool showsLastRun = false;
    QStringList paths; ///< opened as what they are
    QString experiment;
    QString dataset;
    QString checkpoint;
    QString page; ///< "data", "model", "probe", "simulate", "results", "tune"; empty = as the rest asks for
    bool isFakeModel = false;
    bool loadsModel = false; ///< unless the last session ended in the middle of one
};

/// Plugs the parts of the window together and owns them.
class Application
{
public:
    explicit Application(const StartOptions& options);
    ~Application();

    [[nodiscard]] ui::MainWindow& window() { return *m_window; }
    [[nodiscard]] ui::Workspace& workspace() { return *m_workspace; }

private:
    void open(const StartOptions& options);
    void openNamed(const StartOptions& options, bool mayLoad);
    void openSources(const StartOptions& options, bool mayLoad);

    std::unique_ptr<ui::Workspace> m_workspace;
    std::unique_ptr<ui::Recovery> m_recovery;
    std::unique_ptr<ui::MainWindow> m_window; // goes first
};

} // namespace driftscope::app
