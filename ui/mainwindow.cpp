// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"

#include "ui/focus/shippedfiles.h"
#include "ui/focus/workspace.h"
#include "ui/pages/checkpoint/modelpage.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/live/livepage.h"
#include "ui/pages/probe/probepage.h"
#include "ui/pages/results/resultspage.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/pages/start/startpage.h"
#include "ui/pages/templates/templateswindow.h"
#include "ui/pages/tune/tunepage.h"
#include "ui/recovery/recovery.h"
#include "ui/settings/recentpaths.h"
#include "ui/settings/settings.h"
#include "ui/shell/eventlog.h"
#include "ui/shell/filedrops.h"
#include "ui/shell/filemenus.h"
#include "ui/shell/pathrecogniser.h"
#include "ui/shell/recoverybar.h"
#include "ui/shell/sidewindows.h"
#include "ui/shell/statusline.h"
#include "ui/widgets/armform.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/messagebar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>
#include <vector>

/// Icons live in a static library, whose resources are not found by themselves. Not in a namespace: the macro wants it
/// so.
static void registerIcons()
{
    Q_INIT_RESOURCE(resources);
}

namespace driftscope::ui {

namespace {

constexpr QSize smallest(1100, 700);

void focusFirstField(QWidget& page)
{
    QWidget* field = page.focusWidget() ? page.focusWidget() : page.nextInFocusChain();
    while (page.isAncestorOf(field)
           && !(field->isEnabled() && field->isVisible() && (field->focusPolicy() & Qt::TabFocus)))
        field = field->nextInFocusChain();
    if (page.isAncestorOf(field))
        field->setFocus(Qt::TabFocusReason);
}

} // namespace

MainWindow::MainWindow(Workspace& workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
{
    registerIcons();
    setWindowIcon(QIcon(QStringLiteral(":/icons/driftscope.svg")));
    setMinimumSize(smallest);
    m_recent = new RecentPaths(workspace, this);
    m_paths = new PathRecogniser(this);
    m_log = new EventLog(this);
    m_side = new SideWindows(*this, *m_log);
    createPages();
    m_rail = new PageRail(this);
    addToolBar(Qt::LeftToolBarArea, m_rail);
    createStatusBar();
    createMenus();
    connectAll();
    connectStart();
    connectShell();
    showTitle();
    showPage(Start);
    m_start->setFocus();
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
    m_recoveryBar = new RecoveryBar(centre);
    m_messages = new MessageBar(centre);
    m_pages = new QStackedWidget(centre);
    m_start = new StartPage(m_workspace, *m_recent, m_pages);
    m_data = new DataPage(m_workspace, m_pages);
    m_model = new ModelPage(m_workspace, m_pages);
    m_probe = new ProbePage(m_workspace, m_pages);
    m_live = new LivePage(m_workspace, m_pages);
    m_simulate = new SimulatePage(m_workspace, m_pages);
    m_results = new ResultsPage(m_workspace, m_pages);
    m_tune = new TunePage(m_workspace, m_pages);
    for (QWidget* page :
         std::initializer_list<QWidget*> {m_start, m_data, m_model, m_probe, m_live, m_simulate, m_results, m_tune})
        m_pages->addWidget(page); // in the order of Page
    layout->addWidget(m_recoveryBar);
    layout->addWidget(m_messages);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);
}

void MainWindow::createStatusBar()
{
    m_status = new StatusLine(m_workspace, this);
    m_status->jobs().watch(m_paths->job());
    m_status->jobs().watch(m_workspace.experimentJob());
    m_status->jobs().watch(m_workspace.datasetJob());
    m_status->jobs().watch(m_workspace.checkpointJob());
    m_status->jobs().watch(m_workspace.modelJob(), true);
    std::vector<JobRunner*> jobs {&m_simulate->session().job(), &m_results->presenter().runJob(),
                                  &m_results->exporter().job(), &m_tune->session().job()};
    std::ranges::copy(m_live->presenter().jobs(), std::back_inserter(jobs));
    for (JobRunner* job : jobs) {
        m_status->jobs().watch(*job);
        m_log->watch(*job);
    }
    statusBar()->addWidget(m_status, 1);
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

std::function<void()> MainWindow::onPage(Page page, std::function<void()> call)
{
    return [this, page, run = std::move(call)] {
        showPage(page);
        run();
    };
}

void MainWindow::createFileMenu()
{
    QMenu& file = *menuBar()->addMenu(tr("&File"));
    addAction(file, tr("Open dataset &folder…"), QKeySequence::Open, onPage(Data, [this] { m_data->chooseFolder(); }));
    addAction(file, tr("Open dataset f&ile…"), tr("Ctrl+Shift+O"), onPage(Data, [this] { m_data->chooseFile(); }));
    addAction(file, tr("Choose co&lumns of a table…"), tr("Ctrl+Shift+C"),
              onPage(Data, [this] { m_data->chooseColumns(); }));
    addAction(file, tr("Open &checkpoint folder…"), tr("Ctrl+M"), onPage(Model, [this] { m_model->chooseFolder(); }));
    addAction(file, tr("Open &GGUF file…"), tr("Ctrl+Shift+M"), onPage(Model, [this] { m_model->chooseFile(); }));
    addAction(file, tr("Add &adapter…"), tr("Ctrl+Shift+A"), onPage(Model, [this] { m_model->chooseAdapter(); }));
    addAction(file, tr("Open &experiment…"), tr("Ctrl+E"), onPage(Simulate, [this] { m_simulate->openExperiment(); }));
    file.addMenu(&m_simulate->readyExperiments());
    connect(&m_simulate->readyExperiments(), &QMenu::triggered, this, [this] { showPage(Simulate); });
    addAction(file, tr("Open tuning p&lan…"), tr("Ctrl+T"), onPage(Tune, [this] { m_tune->choosePlan(); }));
    fillRecentMenu(*file.addMenu(tr("Open &recent")), *m_recent,
                   [this](RecentKind kind, const QString& path) { openRecent(kind, path); });
    m_drafts = file.addMenu(tr("&Unsaved drafts"));
    m_drafts->setEnabled(false);
    file.addSeparator();
    addAction(file, tr("&Save experiment"), QKeySequence::Save, [this] { saveExperiment(); });
    addAction(file, tr("Save experiment &as…"), tr("Ctrl+Shift+S"),
              onPage(Simulate, [this] { m_simulate->saveExperiment(); }));
    addAction(file, tr("E&xport figure…"), tr("Ctrl+Shift+E"), onPage(Results, [this] { m_results->exportFigure(); }));
    file.addSeparator();
    addAction(file, tr("&Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::createViewMenu()
{
    QMenu& view = *menuBar()->addMenu(tr("&View"));
    addAction(view, tr("Command &palette…"), tr("Ctrl+K"), [this] { m_side->showPalette(); });
    view.addSeparator();
    addAction(view, tr("S&tart"), tr("Ctrl+0"), [this] { showPage(Start); });
    view.addActions(m_rail->pageActions());
    view.addSeparator();
    constexpr int step = 10;
    addAction(view, tr("&Larger type"), QKeySequence::ZoomIn,
              [this] { m_side->changeType(Settings().typePercent() + step); });
    addAction(view, tr("S&maller type"), QKeySequence::ZoomOut,
              [this] { m_side->changeType(Settings().typePercent() - step); });
    addAction(view, tr("&Usual size of type"), tr("Ctrl+Shift+0"), [this] { m_side->changeType(100); });
    QMenu& colors = *view.addMenu(tr("&Colours"));
    addAction(colors, tr("As the &system has them"), {}, [this] { m_side->changeTheme(Theme::System); });
    addAction(colors, tr("&Light colours"), {}, [this] { m_side->changeTheme(Theme::Light); });
    addAction(colors, tr("&Dark colours"), {}, [this] { m_side->changeTheme(Theme::Dark); });
    view.addSeparator();
    addAction(view, tr("L&og of this session"), tr("Ctrl+Shift+L"), [this] { m_side->showLog(); });
}

void MainWindow::createHelpMenu()
{
    QMenu& help = *menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("All &commands and shortcuts…"), QKeySequence::HelpContents, [this] { m_side->showPalette(); });
    addAction(help, tr("&About Driftscope…"), QKeySequence(),
              [this] { m_side->showAbout(QString::fromStdString(m_workspace.engine()->libraryVersion())); });
}

void MainWindow::createMenus()
{
    createFileMenu();

    QMenu& edit = *menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_workspace.edits().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_workspace.edits().createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))}); // people know both
    edit.addActions({undo, redo});
    edit.addSeparator();
    addAction(edit, tr("&Templates…"), tr("Ctrl+Shift+T"), [this] { showTemplate({}); });

    addAction(edit, tr("&Settings…"), tr("Ctrl+,"), [this] { m_side->showSettings(); });

    createViewMenu();

    QMenu& probe = *menuBar()->addMenu(tr("&Probe"));
    addAction(probe, tr("Choose &user"), tr("Ctrl+U"), onPage(Probe, [this] { m_probe->focusUser(); }));
    addAction(probe, tr("One interaction &on"), tr("Ctrl+Right"), onPage(Probe, [this] { m_probe->step(1); }));
    addAction(probe, tr("One interaction &back"), tr("Ctrl+Left"), onPage(Probe, [this] { m_probe->step(-1); }));
    probe.addSeparator();
    probe.addActions(m_probe->pageActions());

    QMenu& live = *menuBar()->addMenu(tr("&Live"));
    addAction(live, tr("&Next step"), tr("Alt+Right"), onPage(Live, [this] { m_live->step(1); }));
    addAction(live, tr("Step &back"), tr("Alt+Left"), onPage(Live, [this] { m_live->step(-1); }));
    addAction(live, tr("&Another hand"), tr("Ctrl+H"), onPage(Live, [this] { m_live->anotherHand(); }));
    addAction(live, tr("Show &prompt or examples"), tr("Ctrl+Shift+P"),
              onPage(Live, [this] { m_live->togglePrompt(); }));
    addAction(live, tr("&Reset persona"), tr("Ctrl+Shift+R"), onPage(Live, [this] { m_live->resetPersona(); }));
    addAction(live, tr("&Present"), tr("F11"), onPage(Live, [this] { m_live->present(); }));

    QMenu& run = *menuBar()->addMenu(tr("&Run"));
    addAction(run, tr("&Load model"), tr("Ctrl+L"), onPage(Model, [this] { m_model->load(); }));
    addAction(run, tr("&Start run"), tr("F5"), onPage(Simulate, [this] { m_simulate->start(); }));
    addAction(run, tr("&Pause or resume run"), tr("F6"), [this] { m_simulate->togglePause(); });
    addAction(run, tr("Start t&uning"), tr("Shift+F5"), onPage(Tune, [this] { m_tune->start(); }));
    addAction(run, tr("S&top the job shown below"), tr("Ctrl+."), [this] { m_status->jobs().stopCurrent(); });

    createHelpMenu();
}

void MainWindow::connectAll()
{
    connect(m_rail, &PageRail::pageWanted, this, &MainWindow::showPage);
    connect(m_paths, &PathRecogniser::recognised, this, &MainWindow::openAs);
    connect(&m_workspace, &Workspace::failed, this, &MainWindow::showProblem);
    for (JobRunner* job : {&m_workspace.datasetJob(), &m_workspace.checkpointJob(), &m_workspace.modelJob()})
        connect(job, &JobRunner::ended, this,
                [this, told = QString()](Outcome outcome, const QString& message) mutable {
                    if (outcome == Outcome::Finished && m_messages->text() == told)
                        m_messages->hide(); // what it said no longer holds
                    told = outcome == Outcome::Failed ? message : QString();
                });
    connect(m_data, &DataPage::momentWanted, this, [this] { showPage(Probe); });
    connect(m_probe, &ProbePage::datasetWanted, this, [this] { showPage(Data); });
    connect(m_probe, &ProbePage::modelWanted, this, [this] { showPage(Model); });
    connect(m_live, &LivePage::datasetWanted, this, [this] { showPage(Data); });
    connect(m_live, &LivePage::modelWanted, this, [this] { showPage(Model); });
    connect(m_simulate, &SimulatePage::datasetWanted, this, [this] { showPage(Data); });
    connect(m_simulate, &SimulatePage::modelWanted, this, [this] { showPage(Model); });
    connect(m_simulate, &SimulatePage::resultsWanted, this, [this](qint64 run) { showRun(run); });
    connect(m_simulate, &SimulatePage::momentWanted, this, [this] { showPage(Probe); });
    connect(m_simulate, &SimulatePage::exportWanted, this, [this](qint64 run) { showRun(run); });
    connect(m_results, &ResultsPage::momentWanted, this, [this] { showPage(Probe); });
    connect(m_results, &ResultsPage::rerunWanted, this, [this] {
        showPage(Simulate);
        m_simulate->startWhenOpen();
    });
    connect(m_simulate, &SimulatePage::noted, this, &MainWindow::showNote);
    connect(m_simulate, &SimulatePage::problem, this, &MainWindow::showProblem);
    connect(m_results, &ResultsPage::noted, this, &MainWindow::showNote);
    connect(m_results, &ResultsPage::problem, this, &MainWindow::showProblem);
    connect(m_tune, &TunePage::noted, this, &MainWindow::showNote);
    for (ArmForm* form : findChildren<ArmForm*>())
        connect(form, &ArmForm::templateWanted, this, &MainWindow::showTemplate);
    connect(m_data, &DataPage::noted, this, &MainWindow::showNote);
    connect(m_data, &DataPage::problem, this, &MainWindow::showProblem);
    connect(m_tune, &TunePage::problem, this, &MainWindow::showProblem);
    connect(m_tune, &TunePage::resultWanted, this, [this](const QString& folder) {
        showPage(Model);
        m_workspace.openCheckpoint(folder);
    });
}

void MainWindow::createTemplates()
{
    m_templates = new TemplatesWindow(m_workspace, this);
    connect(m_templates, &TemplatesWindow::datasetWanted, this, [this] {
        showPage(Data);
        raise();
        activateWindow();
    });
    connect(m_templates, &TemplatesWindow::checkpointWanted, this, [this] {
        showPage(Model);
        raise();
        activateWindow();
    });
    connect(&m_templates->presenter(), &TemplatesPresenter::stored, this, [this](const QString& id) {
        for (ArmForm* form : findChildren<ArmForm*>())
            form->refreshTemplates();
        const simulate::Experiment& draft = m_workspace.focus().experiment();
        if (std::ranges::find(draft.arms, id.toStdString(), &simulate::Arm::wording) != draft.arms.end())
            m_workspace.focus().setExperiment(draft); // the prompts of its arms are others now
    });
}

void MainWindow::showTemplate(const QString& id)
{
    if (!m_templates)
        createTemplates();
    m_templates->showTemplate(id);
}

void MainWindow::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
    m_rail->mark(page);
    if (m_rail->isAncestorOf(QApplication::focusWidget()))
        focusFirstField(*m_pages->currentWidget()); // the keys go on in the page
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

void MainWindow::showNote(const QString& message)
{
    m_messages->showMessage(MessageBar::Kind::Note, message);
}

void MainWindow::showTitle()
{
    setWindowTitle(tr("%1[*] – Driftscope").arg(QString::fromStdString(m_workspace.focus().experiment().name)));
    setWindowModified(!m_workspace.edits().isClean());
}

void MainWindow::connectStart()
{
    StartPresenter& starts = m_start->presenter();
    connect(&starts, &StartPresenter::driftReady, this, [this] {
        showPage(Live);
        m_live->startFirstScenario();
    });
    connect(&starts, &StartPresenter::probeReady, this, [this] { showPage(Probe); });
    connect(&starts, &StartPresenter::compareReady, this, [this] { showPage(Simulate); });
    connect(&starts, &StartPresenter::failed, this, &MainWindow::showProblem);
    connect(m_start, &StartPage::recentWanted, this, &MainWindow::openRecent);
    connect(m_start, &StartPage::datasetWanted, this, [this] {
        showPage(Data);
        m_data->chooseFolder();
    });
    connect(m_start, &StartPage::modelWanted, this, [this] {
        showPage(Model);
        m_model->chooseFolder();
    });
    connect(m_start, &StartPage::experimentWanted, this, [this] {
        showPage(Simulate);
        m_simulate->openExperiment();
    });
}

void MainWindow::connectShell()
{
    m_log->watch(m_workspace);
    connect(m_messages, &MessageBar::messageShown, m_log, [this](MessageBar::Kind kind, const QString& text) {
        m_log->add(kind == MessageBar::Kind::Problem ? EventLog::Kind::Problem : EventLog::Kind::Note, text);
    });
    connect(m_recoveryBar, &MessageBar::messageShown, m_log,
            [this](MessageBar::Kind, const QString& text) { m_log->add(EventLog::Kind::Note, text); });
    connect(m_recoveryBar, &RecoveryBar::draftOpened, this, [this] { showPage(Simulate); });
    connect(m_recoveryBar, &RecoveryBar::modelWanted, this, [this] { showPage(Model); });
    connect(m_status, &StatusLine::datasetWanted, this, [this] { showPage(Data); });
    connect(m_status, &StatusLine::modelWanted, this, [this] { showPage(Model); });
    connect(m_status, &StatusLine::leaksWanted, this, [this] { showPage(Probe); });
    connect(&m_workspace.focus(), &Focus::experimentChanged, this, &MainWindow::showTitle);
    connect(&m_workspace.edits(), &QUndoStack::cleanChanged, this, &MainWindow::showTitle);
    connect(&m_workspace, &Workspace::experimentSaved, this,
            [this](const QString& path) { showNote(tr("Saved %1.").arg(path)); });
    connect(new FileDrops(*this), &FileDrops::dropped, this, [this](const QStringList& paths) {
        for (const QString& path : paths)
            openPath(path);
    });
}

void MainWindow::setRecovery(Recovery& recovery)
{
    fillDraftMenu(*m_drafts, recovery);
    m_recoveryBar->watch(recovery, m_workspace);
    connect(&recovery, &Recovery::failed, this, &MainWindow::showProblem);
    connect(&recovery, &Recovery::setAside, this, [this](const QString& name) {
        showNote(tr("The changes of “%1” were not saved; they are kept under File, Unsaved drafts.").arg(name));
    });
}

void MainWindow::openPath(const QString& path)
{
    m_paths->recognise(QFileInfo(path).absoluteFilePath());
}

void MainWindow::openAs(const QString& full, PathKind kind)
{
    switch (kind) {
    case PathKind::Missing:
        showProblem(m_recent->remove(full) ? tr("%1 is no longer there; it was taken off the list.").arg(full)
                                           : tr("%1: there is no such file or folder.").arg(full));
        break;
    case PathKind::Experiment:
        showPage(Simulate);
        m_workspace.openExperiment(full);
        break;
    case PathKind::TuningPlan:
        showPage(Tune);
        m_tune->session().openPlan(full);
        break;
    case PathKind::Checkpoint:
        showPage(Model);
        m_model->open(full);
        break;
    case PathKind::Adapter:
        showPage(Model);
        m_model->adapters().add(full);
        break;
    case PathKind::Template:
        showProblem(tr("%1 is a prompt template: an arm names it in its field for the template.").arg(full));
        break;
    case PathKind::UnknownJson:
        showProblem(tr("%1 is neither an experiment (it has no arms) nor a tuning plan (it has no stages).").arg(full));
        break;
    case PathKind::Dataset:
        showPage(Data);
        m_data->open(full);
        break;
    }
}

void MainWindow::openRecent(RecentKind kind, const QString& path)
{
    const PathKind known = kind == RecentKind::Checkpoint ? PathKind::Checkpoint
        : kind == RecentKind::Experiment                  ? PathKind::Experiment
                                                          : PathKind::Dataset;
    m_paths->recognise(path, known);
}

void MainWindow::saveExperiment()
{
    const QString file = m_workspace.experimentFile();
    const QString shipped = shippedPath(QStringLiteral("resources/experiments"));
    const bool isShipped = !shipped.isEmpty() && file.startsWith(shipped);
    if (!file.isEmpty() && !isShipped) { // what came with the program stays as it is
        m_workspace.saveExperiment(file);
        return;
    }
    showPage(Simulate);
    m_simulate->saveExperiment();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    Settings().setWindowGeometry(saveGeometry());
    m_simulate->session().stop(); // the batch at work is stored; the run can go on later
    m_tune->session().stop(); // likewise, from its last step
    QMainWindow::closeEvent(event);
}

} // namespace driftscope::ui
