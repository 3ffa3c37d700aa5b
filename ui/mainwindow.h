// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/runstore.h"

#include <QMainWindow>

class QAction;
class QActionGroup;
class QLabel;
class QStackedWidget;
class QToolBar;

/// The ui folder is the window. It decides nothing about recommendation.
namespace driftscope::ui {

class DataPage;
class JobStrip;
class LivePage;
class MessageBar;
class ModelPage;
class ProbePage;
class ResultsPage;
class SimulatePage;
class TunePage;
class Workspace;

/// The one window: a rail with the pages in the order of the work, and a status bar that always says what is in focus.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    enum Page { Start, Data, Model, Probe, Live, Simulate, Results, Tune };
    Q_ENUM(Page)

    /// @param workspace  outlives the window.
    explicit MainWindow(Workspace& workspace, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(Page page);
    [[nodiscard]] Page page() const;
    /// Shows the Results of a run.
    void showRun(store::RunId run);
    void showProblem(const QString& message);

    [[nodiscard]] DataPage& dataPage() { return *m_data; }
    [[nodiscard]] ModelPage& modelPage() { return *m_model; }
    [[nodiscard]] ProbePage& probePage() { return *m_probe; }
    [[nodiscard]] LivePage& livePage() { return *m_live; }
    [[nodiscard]] SimulatePage& simulatePage() { return *m_simulate; }
    [[nodiscard]] ResultsPage& resultsPage() { return *m_results; }
    [[nodiscard]] TunePage& tunePage() { return *m_tune; }
    [[nodiscard]] MessageBar& messages() { return *m_messages; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void createPages();
    void createRail();
    void createStatusBar();
    void createMenus();
    QAction* addAction(QMenu& menu, const QString& text, const QKeySequence& shortcut, std::function<void()> call);
    void connectAll();
    void showFocus();
    void openPrepared();
    void openDropped(const QString& path);
    void about();

    Workspace& m_workspace;
    QStackedWidget* m_pages;
    QActionGroup* m_pageActions;
    MessageBar* m_messages;
    DataPage* m_data;
    ModelPage* m_model;
    ProbePage* m_probe;
    LivePage* m_live;
    SimulatePage* m_simulate;
    ResultsPage* m_results;
    TunePage* m_tune;
    QLabel* m_datasetLabel;
    QLabel* m_checkpointLabel;
    QLabel* m_deviceLabel;
    QLabel* m_leakLabel;
    JobStrip* m_job;
};

} // namespace driftscope::ui
