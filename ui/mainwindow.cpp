// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"

#include "ui/focus/workspace.h"
#include "ui/pages/checkpoint/modelpage.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/probe/probepage.h"
#include "ui/pages/results/resultspage.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/pages/start/startpage.h"
#include "ui/pages/tune/tunepage.h"
#include "ui/settings/settings.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/messagebar.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

/// Icons live in a static library, whose resources are not found by themselves. Not in a namespace: the macro wants it
/// so.
static void registerIcons()
{
    Q_INIT_RESOURCE(resources);
}

namespace driftscope::ui {

namespace {

constexpr QSize smallest(1100, 700);

struct RailEntry {
    MainWindow::Page page;
    int digit; ///< with Ctrl; 6 is kept for the page Live
    const char* title;
    const char* icon;
    const char* help;
};

constexpr std::array rail {
    RailEntry {MainWindow::Data, 1, QT_TR_NOOP("Data"), ":/icons/data.svg",
               QT_TR_NOOP("Open a dataset and see its health")},
    RailEntry {MainWindow::Model, 2, QT_TR_NOOP("Model"), ":/icons/model.svg",
               QT_TR_NOOP("Open a checkpoint and load it")},
    RailEntry {MainWindow::Probe, 3, QT_TR_NOOP("Probe"), ":/icons/probe.svg",
               QT_TR_NOOP("One user, one moment: prompt and ranking")},
    RailEntry {MainWindow::Simulate, 4, QT_TR_NOOP("Simulate"), ":/icons/simulate.svg",
               QT_TR_NOOP("Compare arms over simulated time")},
    RailEntry {MainWindow::Results, 5, QT_TR_NOOP("Results"), ":/icons/results.svg",
               QT_TR_NOOP("Runs, their tables and figures")},
    RailEntry {MainWindow::Tune, 7, QT_TR_NOOP("Tune"), ":/icons/tune.svg",
               QT_TR_NOOP("Train a checkpoint to learn in context")},
};

/// The last two parts of a path, enough to tell it from others.
QString shortPath(const QString& path)
{
    const QFileInfo file(path);
    return file.fileName().isEmpty() ? file.dir().dirName() : file.fileName();
}

bool looksLikeCheckpoint(const QFileInfo& file)
{
    if (file.isDir()) {
        const QDir folder(file.filePath());
        return folder.exists(QStringLiteral("config.json"))
            || !folder.entryList({QStringLiteral("*.gguf"), QStringLiteral("*.safetensors")}, QDir::Files).isEmpty();
    }
    return file.suffix() == QLatin1String("gguf") || file.suffix() == QLatin1String("safetensors")
        || file.fileName() == QLatin1String("config.json");
}

} // namespace

MainWindow::MainWindow(Workspace& workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
{
    registerIcons();
    setWindowTitle(tr("Driftscope"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/driftscope.svg")));
    setMinimumSize(smallest);
    setAcceptDrops(true);
    createPages();
    createRail();
    createStatusBar();
    createMenus();
    connectAll();
    showFocus();
    showPage(Start);
    if (!restoreGeometry(Settings().windowGeometry()))
        resize(1280, 800);
}

MainWindow::~MainWindow() = default;

void MainWindow::createPages()
{
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    m_messages = new MessageBar(centre);
    m_pages = new QStackedWidget(centre);
    auto* start = new StartPage(PreparedData::find(dataFolder()), m_pages);
    m_data = new DataPage(m_workspace, m_pages);
    m_model = new ModelPage(m_workspace, m_pages);
    m_probe = new ProbePage(m_workspace, m_pages);
    m_simulate = new SimulatePage(m_workspace, m_pages);
    m_results = new ResultsPage(m_workspace, m_pages);
    m_tune = new TunePage(m_workspace, m_pages);
    for (QWidget* page :
         std::initializer_list<QWidget*> {start, m_data, m_model, m_probe, m_simulate, m_results, m_tune})
        m_pages->addWidget(page); // in the order of Page
    layout->addWidget(m_messages);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);
    connect(start, &StartPage::preparedWanted, this, &MainWindow::openPrepared);
    connect(start, &StartPage::datasetWanted, this, [this] {
        showPage(Data);
        m_data->chooseFolder();
    });
    connect(start, &StartPage::modelWanted, this, [this] {
        showPage(Model);
        m_model->chooseFolder();
    });
}

void MainWindow::createRail()
{
    auto* bar = new QToolBar(tr("Pages"), this);
    bar->setObjectName(QStringLiteral("rail"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    bar->setIconSize({26, 26});
    m_pageActions = new QActionGroup(this);
    for (const RailEntry& entry : rail) {
        auto* action = new QAction(QIcon(QString::fromLatin1(entry.icon)), tr(entry.title), m_pageActions);
        const QKeySequence shortcut(Qt::CTRL | static_cast<Qt::Key>(int(Qt::Key_0) + entry.digit));
        action->setShortcut(shortcut);
        action->setToolTip(tr("%1 (%2)").arg(tr(entry.help), shortcut.toString()));
        action->setCheckable(true);
        action->setData(entry.page);
        bar->addAction(action);
        auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action));
        button->setMinimumSize(84, 62);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(tr(entry.title));
    }
    addToolBar(Qt::LeftToolBarArea, bar);
    connect(m_pageActions, &QActionGroup::triggered, this,
            [this](const QAction* action) { showPage(static_cast<Page>(action->data().toInt())); });
}

void MainWindow::createStatusBar()
{
    m_datasetLabel = new QLabel(this);
    m_checkpointLabel = new QLabel(this);
    m_deviceLabel = new QLabel(this);
    m_leakLabel = new QLabel(this);
    m_leakLabel->setToolTip(tr("Prompts that held something of the future: must be 0."));
    for (QLabel* label : {m_datasetLabel, m_checkpointLabel, m_deviceLabel, m_leakLabel}) {
        label->setContentsMargins(6, 0, 6, 0);
        statusBar()->addWidget(label);
    }
    m_job = new JobStrip(this);
    m_job->watch(m_workspace.datasetJob());
    m_job->watch(m_workspace.checkpointJob());
    m_job->watch(m_workspace.modelJob(), true);
    m_job->watch(m_simulate->session().job());
    m_job->watch(m_results->presenter().runJob());
    m_job->watch(m_tune->session().job());
    statusBar()->addPermanentWidget(m_job);
    statusBar()->setSizeGripEnabled(false);
}

QAction* MainWindow::addAction(QMenu& menu, const QString& text, const QKeySequence& shortcut,
                               std::function<void()> call)
{
    QAction* action = menu.addAction(text);
    action->setShortcut(shortcut);
    connect(action, &QAction::triggered, this, [run = std::move(call)] { run(); });
    return action;
}

void MainWindow::createMenus()
{
    const auto on = [this](Page page, auto call) {
        return [this, page, call] {
            showPage(page);
            call();
        };
    };
    QMenu& file = *menuBar()->addMenu(tr("&File"));
    addAction(file, tr("Open dataset &folder…"), QKeySequence::Open, on(Data, [this] { m_data->chooseFolder(); }));
    addAction(file, tr("Open dataset f&ile…"), tr("Ctrl+Shift+O"), on(Data, [this] { m_data->chooseFile(); }));
    addAction(file, tr("Choose co&lumns of a table…"), tr("Ctrl+Shift+L"),
              on(Data, [this] { m_data->chooseColumns(); }));
    addAction(file, tr("Open &checkpoint folder…"), tr("Ctrl+M"), on(Model, [this] { m_model->chooseFolder(); }));
    addAction(file, tr("Open &GGUF file…"), tr("Ctrl+Shift+M"), on(Model, [this] { m_model->chooseFile(); }));
    addAction(file, tr("Add &adapter…"), tr("Ctrl+Shift+A"), on(Model, [this] { m_model->chooseAdapter(); }));
    addAction(file, tr("Open &experiment…"), tr("Ctrl+E"), on(Simulate, [this] { m_simulate->openExperiment(); }));
    addAction(file, tr("&Save experiment…"), QKeySequence::Save,
              on(Simulate, [this] { m_simulate->saveExperiment(); }));
    addAction(file, tr("E&xport figure…"), tr("Ctrl+Shift+E"), on(Results, [this] { m_results->exportFigure(); }));
    addAction(file, tr("Open tuning p&lan…"), tr("Ctrl+T"), on(Tune, [this] { m_tune->choosePlan(); }));
    file.addSeparator();
    addAction(file, tr("&Quit"), QKeySequence::Quit, [this] { close(); });

    QMenu& edit = *menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_workspace.edits().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_workspace.edits().createRedoAction(this, tr("&Redo"));
    redo->setShortcut(QKeySequence::Redo);
    edit.addActions({undo, redo});

    QMenu& view = *menuBar()->addMenu(tr("&View"));
    addAction(view, tr("S&tart"), tr("Ctrl+0"), [this] { showPage(Start); });
    view.addActions(m_pageActions->actions());

    QMenu& probe = *menuBar()->addMenu(tr("&Probe"));
    addAction(probe, tr("Choose &user"), tr("Ctrl+U"), on(Probe, [this] { m_probe->focusUser(); }));
    addAction(probe, tr("One interaction &on"), tr("Ctrl+Right"), on(Probe, [this] { m_probe->step(1); }));
    addAction(probe, tr("One interaction &back"), tr("Ctrl+Left"), on(Probe, [this] { m_probe->step(-1); }));

    QMenu& run = *menuBar()->addMenu(tr("&Run"));
    addAction(run, tr("&Load model"), tr("Ctrl+L"), on(Model, [this] { m_model->load(); }));
    addAction(run, tr("&Start run"), tr("F5"), on(Simulate, [this] { m_simulate->start(); }));
    addAction(run, tr("&Pause or resume run"), tr("F6"), [this] { m_simulate->togglePause(); });
    addAction(run, tr("Start t&uning"), tr("Shift+F5"), on(Tune, [this] { m_tune->start(); }));
    addAction(run, tr("S&top the job shown below"), tr("Ctrl+."), [this] { m_job->stopCurrent(); });

    QMenu& help = *menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("&About Driftscope"), QKeySequence(), [this] { about(); });
}

void MainWindow::connectAll()
{
    Focus& focus = m_workspace.focus();
    connect(&focus, &Focus::datasetChanged, this, &MainWindow::showFocus);
    connect(&focus, &Focus::checkpointChanged, this, &MainWindow::showFocus);
    connect(&focus, &Focus::engineChanged, this, &MainWindow::showFocus);
    connect(&focus, &Focus::leaksChanged, this, &MainWindow::showFocus);
    connect(&m_workspace, &Workspace::failed, this, &MainWindow::showProblem);
    connect(m_data, &DataPage::momentWanted, this, [this] { showPage(Probe); });
    connect(m_probe, &ProbePage::datasetWanted, this, [this] { showPage(Data); });
    connect(m_probe, &ProbePage::modelWanted, this, [this] { showPage(Model); });
    connect(m_simulate, &SimulatePage::datasetWanted, this, [this] { showPage(Data); });
    connect(m_simulate, &SimulatePage::modelWanted, this, [this] { showPage(Model); });
    connect(m_simulate, &SimulatePage::resultsWanted, this, [this](qint64 run) { showRun(run); });
    const auto note = [this](const QString& message) { m_messages->showMessage(MessageBar::Kind::Note, message); };
    connect(m_simulate, &SimulatePage::noted, this, note);
    connect(m_simulate, &SimulatePage::problem, this, &MainWindow::showProblem);
    connect(m_results, &ResultsPage::noted, this, note);
    connect(m_results, &ResultsPage::problem, this, &MainWindow::showProblem);
    connect(m_data, &DataPage::noted, this, note);
    connect(m_data, &DataPage::problem, this, &MainWindow::showProblem);
    connect(m_tune, &TunePage::noted, this, note);
    connect(m_tune, &TunePage::problem, this, &MainWindow::showProblem);
    connect(m_tune, &TunePage::resultWanted, this, [this](const QString& folder) {
        showPage(Model);
        m_workspace.openCheckpoint(folder);
    });
}

void MainWindow::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
    for (QAction* action : m_pageActions->actions())
        action->setChecked(action->data().toInt() == page);
    if (page == Results)
        m_results->showRun(0);
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

void MainWindow::showRun(store::RunId run)
{
    showPage(Results);
    m_results->showRun(run);
}

void MainWindow::showProblem(const QString& message)
{
    m_messages->showMessage(MessageBar::Kind::Problem, message);
}

void MainWindow::showFocus()
{
    const Focus& focus = m_workspace.focus();
    const auto& dataset = focus.dataset();
    const auto& checkpoint = focus.checkpoint();
    m_datasetLabel->setText(dataset ? shortPath(dataset->path) : tr("no dataset"));
    m_datasetLabel->setToolTip(dataset ? dataset->path : tr("Open one on the page Data."));
    m_checkpointLabel->setText(checkpoint ? shortPath(checkpoint->path) : tr("no checkpoint"));
    m_checkpointLabel->setToolTip(checkpoint ? checkpoint->path : tr("Open one on the page Model."));
    m_deviceLabel->setText(focus.engine()
                               ? QString::fromStdString(focus.engine()->device + ", " + focus.engine()->precision)
                               : tr("model not loaded"));
    m_leakLabel->setText(tr("leaks %1").arg(focus.leaks()));
}

void MainWindow::openPrepared()
{
    const PreparedData prepared = PreparedData::find(dataFolder());
    m_workspace.openDataset(prepared.dataset);
    m_workspace.openCheckpoint(prepared.checkpoint);
    connect(
        &m_workspace.checkpointJob(), &JobRunner::ended, this, [this] { m_model->load(); }, Qt::SingleShotConnection);
    showPage(Probe);
}

void MainWindow::openDropped(const QString& path)
{
    const QFileInfo file(path);
    if (isAdapterPath(path)) {
        showPage(Model);
        m_model->adapters().add(path);
    } else if (looksLikeCheckpoint(file)) {
        showPage(Model);
        m_workspace.openCheckpoint(path);
    } else if (file.suffix() == QLatin1String("json") && page() == Tune) {
        m_tune->session().openPlan(path);
    } else if (file.suffix() == QLatin1String("json")) {
        showPage(Simulate);
        m_workspace.openExperiment(path);
    } else {
        showPage(Data);
        m_workspace.openDataset(path);
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        openDropped(url.toLocalFile());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    Settings().setWindowGeometry(saveGeometry());
    m_simulate->session().stop(); // the batch at work is stored; the run can go on later
    m_tune->session().stop(); // likewise, from its last step
    QMainWindow::closeEvent(event);
}

void MainWindow::about()
{
    m_messages->showMessage(
        MessageBar::Kind::Note,
        tr("Driftscope %1: in-context-learning recommendation over simulated time. Everything runs on "
           "this computer; nothing is sent anywhere. GPL-3.0-or-later.")
            .arg(QApplication::applicationVersion()));
}

} // namespace driftscope::ui
