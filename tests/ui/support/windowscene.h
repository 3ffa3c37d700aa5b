// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/mainwindow.h"

#include <QTemporaryDir>

#include <functional>
#include <memory>
#include <vector>

namespace driftscope::ui {

/// Settings, drafts and data of the person who runs a test or a benchmark stay out of reach: HOME, the XDG folders and
/// the working folder lie in a temporary one while this lives. Make it before the application.
class PrivateFolders
{
public:
    PrivateFolders();
    ~PrivateFolders();

    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
    QString m_before;
};

/// Makes the application's appearance light or dark.
void setDark(bool isDark);

/// Lets the event loop run until `isTrue` or the time is up.
bool waitUntil(const std::function<bool()>& isTrue, int timeoutMs = 60'000);

/// Lets the event loop run for a while: plots and answers that are on their way arrive.
void settle(int ms = 150);

/// All pages, as the enumeration has them.
[[nodiscard]] std::vector<MainWindow::Page> allPages();

/// "probe"
[[nodiscard]] QString pageName(MainWindow::Page page);

/// The main window with a workspace and a store of its own, brought into the states that people see.
class WindowScene
{
public:
    /// @param engine  the fake one, or the real.
    explicit WindowScene(std::shared_ptr<Engine> engine);

    [[nodiscard]] Workspace& workspace() { return *m_workspace; }
    [[nodiscard]] MainWindow& window() { return *m_window; }
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }

    /// Opens a dataset and waits for it.
    bool openDataset(const QString& path);
    /// Opens a checkpoint (empty = the fake model), loads it and waits.
    bool loadModel(const QString& checkpoint = {});
    /// Makes a draft whose run is `users` times `queries` moments under two arms.
    ///
    /// @param wording  template of both arms; empty = as the draft has it.
    void useExperiment(int users, int queries, const QString& wording = {});
    /// The bundled experiment "Drift, seen" with the arms that its story needs, a moment after a shift, the bundled
    /// plan on the page Tune, and the second step of the first scenario on the page Live.
    ///
    /// @param users  to replay.
    void showDrift(int users);
    void startRun();
    [[nodiscard]] bool isRunning();
    /// Moves to an interaction in the middle of a user's time.
    void chooseMoment();
    /// Brings a problem about on every page that can have one: files that are not there or make no sense.
    void breakThings();

private:
    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window; // goes first
};

/// Writes a CSV file of interactions whose times are in order.
bool writeInteractions(const QString& path, int rows, int users);

/// datasets/planted of the source tree.
[[nodiscard]] QString plantedDataset();
/// datasets/models/drift-tiny of the source tree.
[[nodiscard]] QString tinyModel();

} // namespace driftscope::ui
