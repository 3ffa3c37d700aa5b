// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/runstore.h"
#include "ui/shell/pagerail.h"

#include <QMainWindow>

#include <functional>

class QAction;
class QStackedWidget;

/// The ui folder is the window. It decides nothing about recommendation.
namespace driftscope::ui {

class DataPage;
class EventLog;
class LivePage;
class MessageBar;
class ModelPage;
enum class PathKind;
class PathRecogniser;
class ProbePage;
class RecentPaths;
enum class RecentKind;
class Recovery;
class RecoveryBar;
class ResultsPage;
class SideWindows;
class SimulatePage;
class StartPage;
class StatusLine;
class TemplatesWindow;
class TunePage;
class Workspace;

/// The one window: a rail with the pages in the order of the work, and a status bar that always says what is in focus.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    using Page = PageRail::Page;
    using enum PageRail::Page;

    /// @param workspace  outlives the window.
    explicit MainWindow(Workspace& workspace, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(Page page);
    [[nodiscard]] Page page() const;
    /// Shows the Results of a run.
    void showRun(store::RunId run);
    void showProblem(const QString& message);
    void showNote(const QString& message);
    /// Finds out what a file or folder is, then opens it as that and shows the page that it belongs to.
    void openPath(const QString& path);
    /// Offers what earlier sessions left, and keeps drafts of this one. To be called once; `recovery` outlives the
    /// window.
    void setRecovery(Recovery& recovery);
    /// Opens the template editor; empty = on the template that it showed last.
    void showTemplate(const QString& id);

    [[nodiscard]] StartPage& startPage() { return *m_start; }
    [[nodiscard]] DataPage& dataPage() { return *m_data; }
    [[nodiscard]] ModelPage& modelPage() { return *m_model; }
    [[nodiscard]] ProbePage& probePage() { return *m_probe; }
    [[nodiscard]] LivePage& livePage() { return *m_live; }
    [[nodiscard]] SimulatePage& simulatePage() { return *m_simulate; }
    [[nodiscard]] ResultsPage& resultsPage() { return *m_results; }
    [[nodiscard]] TunePage& tunePage() { return *m_tune; }
    [[nodiscard]] MessageBar& messages() { return *m_messages; }
    [[nodiscard]] EventLog& log() { return *m_log; }
    [[nodiscard]] StatusLine& status() { return *m_status; }

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void createPages();
    void createStatusBar();
    void createMenus();
    void createFileMenu();
    void createViewMenu();
    void createHelpMenu();
    /// A call that shows a page first.
    std::function<void()> onPage(Page page, std::function<void()> call);
    QAction* addAction(QMenu& menu, const QString& text, const QKeySequence& shortcut, std::function<void()> call);
    void connectAll();
    void connectStart();
    void connectShell();
    void showTitle();
    void openRecent(RecentKind kind, const QString& path);
    void openAs(const QString& path, PathKind kind);
    void saveExperiment();
    void createTemplates();

    Workspace& m_workspace;
    QStackedWidget* m_pages;
    PageRail* m_rail;
    RecoveryBar* m_recoveryBar;
    MessageBar* m_messages;
    StartPage* m_start;
    DataPage* m_data;
    ModelPage* m_model;
    ProbePage* m_probe;
    LivePage* m_live;
    SimulatePage* m_simulate;
    ResultsPage* m_results;
    TunePage* m_tune;
    RecentPaths* m_recent;
    PathRecogniser* m_paths;
    EventLog* m_log;
    StatusLine* m_status;
    QMenu* m_drafts;
    SideWindows* m_side;
    TemplatesWindow* m_templates = nullptr; ///< made when it is first wanted
};

} // namespace driftscope::ui
