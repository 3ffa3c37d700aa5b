// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/simulatepage.h"

#include "ui/pages/simulate/armsheet.h"
#include "ui/pages/simulate/planpanel.h"
#include "ui/plots/curveplot.h"
#include "ui/plots/figurebar.h"
#include "ui/settings/settings.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/shippedmenu.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>

#include <algorithm>

namespace driftscope::ui {

SimulatePage::SimulatePage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_session(workspace)
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createBar());
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    m_plan = new PlanPanel(workspace, m_session, split);
    m_sheet = new ArmSheet(split);
    m_sheet->hide();
    split->addWidget(m_plan);
    split->addWidget(m_sheet);
    split->addWidget(createCurves());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 0);
    split->setStretchFactor(2, 3);
    split->setSizes({360, 300, 600});
    layout->addWidget(split, 1);
    connectAll();
    showExperiment();
    showState();
}

QWidget* SimulatePage::createBar()
{
    auto* bar = new QWidget(this);
    m_name = new QLabel(bar);
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_open = new QPushButton(tr("Open…"), bar);
    m_open->setToolTip(tr("Open an experiment file (Ctrl+E)"));
    auto* ready = new QPushButton(tr("Ready-made"), bar);
    ready->setToolTip(tr("Experiments that come with the program, each with the question that it answers"));
    auto* experiments = new ShippedMenu(tr("Ready-&made experiments"), QStringLiteral("resources/experiments"), ready);
    m_ready = experiments;
    ready->setMenu(m_ready);
    connect(experiments, &ShippedMenu::chosen, &m_workspace, &Workspace::openExperiment);
    m_save = new QPushButton(tr("Save as…"), bar);
    m_save->setToolTip(tr("Save the experiment as a file that driftscope-cli runs too (Ctrl+S)"));
    m_goesOn = new QCheckBox(tr("Go on where it was"), bar);
    m_goesOn->setChecked(true);
    m_goesOn->setToolTip(tr("If this experiment was stopped or broke off before, only what is missing is scored."));
    m_start = new QPushButton(tr("▶ Start"), bar);
    m_pause = new QPushButton(tr("Pause"), bar);
    m_stop = new QPushButton(tr("Stop"), bar);
    m_results = new QPushButton(tr("Show results"), bar);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    for (QWidget* widget : std::initializer_list<QWidget*> {m_open, ready, m_save})
        layout->addWidget(widget);
    layout->addWidget(m_name, 1);
    for (QWidget* widget : std::initializer_list<QWidget*> {m_goesOn, m_start, m_pause, m_stop, m_results})
        layout->addWidget(widget);
    return bar;
}

QWidget* SimulatePage::createCurves()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_estimate = new QLabel(column);
    m_estimate->setWordWrap(true);
    m_bar = new FigureBar(column);
    m_plot = new CurvePlot(column);
    m_plot->setClickHelp(tr("Click: open one of its moments in the Probe"));
    m_progress = new QLabel(column);
    m_progress->setWordWrap(true);
    layout->addWidget(m_estimate);
    layout->addWidget(m_bar);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_progress);
    return column;
}

void SimulatePage::connectAll()
{
    connect(m_open, &QPushButton::clicked, this, &SimulatePage::openExperiment);
    connect(m_save, &QPushButton::clicked, this, &SimulatePage::saveExperiment);
    connect(m_start, &QPushButton::clicked, this, &SimulatePage::start);
    connect(m_pause, &QPushButton::clicked, this, &SimulatePage::togglePause);
    connect(m_stop, &QPushButton::clicked, &m_session, &RunSession::stop);
    connect(m_results, &QPushButton::clicked, this, [this] { emit resultsWanted(m_session.run().value_or(0)); });
    connect(m_plan, &PlanPanel::armEditWanted, this, [this] { setSheetVisible(true); });
    connect(m_sheet, &ArmSheet::edited, this, &SimulatePage::editArm);
    connect(m_sheet, &ArmSheet::closed, this, [this] { setSheetVisible(false); });
    Focus& focus = m_workspace.focus();
    connect(&focus, &Focus::experimentChanged, this, &SimulatePage::showExperiment);
    connect(&focus, &Focus::armChanged, this, &SimulatePage::showExperiment);
    connect(&focus, &Focus::datasetChanged, this, &SimulatePage::showState);
    connect(&focus, &Focus::checkpointChanged, this, &SimulatePage::showState);
    connectSession();
    connectPlot();
}

void SimulatePage::connectSession()
{
    connect(&m_session, &RunSession::stateChanged, this, &SimulatePage::showState);
    connect(&m_session, &RunSession::estimateChanged, this, &SimulatePage::showEstimate);
    connect(&m_session, &RunSession::queueChanged, this, [this] {
        if (!m_session.queue().empty())
            m_progress->setToolTip(tr("Runs that wait: %1").arg(m_session.queue().size()));
    });
    connect(&m_session, &RunSession::runStarted, this,
            [this](qint64 run) { m_progress->setText(tr("Run %1").arg(run)); });
    connect(&m_session.job(), &JobRunner::progressed, this, [this](qint64 done, qint64 total, const QString& stage) {
        const QString run = m_session.run() ? tr("Run %1").arg(*m_session.run()) : tr("Run");
        m_progress->setText(total > 0 ? tr("%1: %2, %3").arg(run, stage, amountText(done, total, total > 10'000'000))
                                      : tr("%1: %2").arg(run, stage));
    });
    connect(&m_session, &RunSession::runEnded, this, [this](Outcome outcome, const QString& message) {
        m_progress->setText(message);
        if (outcome == Outcome::Failed)
            emit problem(message);
        else
            emit noted(message);
    });
}

void SimulatePage::connectPlot()
{
    connect(m_bar, &FigureBar::changed, this, [this] { m_session.setChoice(m_bar->choice()); });
    connect(&m_session, &RunSession::figureChanged, this, [this] { m_plot->setFigure(m_session.figure()); });
    connect(m_plot, &CurvePlot::pointClicked, &m_session, &RunSession::findMoment);
    connect(m_plot, &CurvePlot::exportWanted, this, [this] { emit exportWanted(m_session.run().value_or(0)); });
    connect(&m_session, &RunSession::momentFound, this, &SimulatePage::openMoment);
    connect(&m_session, &RunSession::momentMissing, this, &SimulatePage::problem);
}

void SimulatePage::openMoment(quint32 interaction, const QString& arm, int position, int count)
{
    Focus& focus = m_workspace.focus();
    const auto& arms = focus.experiment().arms;
    const auto found = std::ranges::find(arms, arm.toStdString(), &simulate::Arm::name);
    if (found != arms.end())
        focus.setArm(static_cast<std::size_t>(found - arms.begin()));
    focus.setMoment(interaction);
    emit noted(tr("Moment %1 of the %2 behind the point, under the arm %3. A click on the same point opens the next.")
                   .arg(position)
                   .arg(count)
                   .arg(arm));
    emit momentWanted();
}

void SimulatePage::setSheetVisible(bool isVisible)
{
    m_sheet->setVisible(isVisible && !m_workspace.focus().experiment().arms.empty());
    showExperiment();
}

void SimulatePage::startWhenOpen()
{
    auto* waiting = new QObject(this);
    const auto tryToStart = [this, waiting] {
        if (m_workspace.datasetJob().isRunning() || m_workspace.checkpointJob().isRunning())
            return;
        waiting->deleteLater();
        if (m_session.missing().isEmpty())
            m_session.start(false);
        else
            emit problem(m_session.missing());
    };
    for (JobRunner* job : {&m_workspace.datasetJob(), &m_workspace.checkpointJob()})
        connect(job, &JobRunner::ended, waiting, tryToStart, Qt::QueuedConnection);
    QMetaObject::invokeMethod(waiting, tryToStart, Qt::QueuedConnection);
}

void SimulatePage::start()
{
    const Focus& focus = m_workspace.focus();
    if (!focus.dataset())
        emit datasetWanted();
    else if (!focus.checkpoint())
        emit modelWanted();
    else
        m_session.start(m_goesOn->isChecked());
}

void SimulatePage::togglePause()
{
    if (m_session.isRunning())
        m_session.setPaused(!m_session.isPaused());
}

void SimulatePage::openExperiment()
{
    const QString kind = QStringLiteral("experiment");
    const QString path = QFileDialog::getOpenFileName(this, tr("Open experiment"), Settings().lastFolder(kind),
                                                      tr("Experiments (*.json)"));
    if (path.isEmpty())
        return;
    Settings().setLastFolder(kind, QFileInfo(path).absolutePath());
    m_workspace.openExperiment(path);
}

void SimulatePage::saveExperiment()
{
    const QString kind = QStringLiteral("experiment");
    const QString path = QFileDialog::getSaveFileName(this, tr("Save experiment"), Settings().lastFolder(kind),
                                                      tr("Experiments (*.json)"));
    if (path.isEmpty())
        return;
    Settings().setLastFolder(kind, QFileInfo(path).absolutePath());
    m_workspace.saveExperiment(path);
}

void SimulatePage::showExperiment()
{
    const auto& experiment = m_workspace.focus().experiment();
    m_name->setText(QStringLiteral("<b>%1</b>").arg(QString::fromStdString(experiment.name).toHtmlEscaped()));
    m_name->setToolTip(QString::fromStdString(experiment.name + "\n" + experiment.description));
    const std::size_t arm = m_workspace.focus().arm();
    if (arm >= experiment.arms.size())
        m_sheet->hide();
    else if (m_sheet->isVisibleTo(this) && !m_isTyping)
        m_sheet->showArm(experiment, arm);
    if (!m_session.isRunning()) {
        m_bar->setExperiment(experiment);
        m_session.setChoice(m_bar->choice());
    }
    m_session.refreshEstimate();
}

void SimulatePage::editArm()
{
    auto experiment = m_workspace.focus().experiment();
    const auto at = m_workspace.focus().arm();
    if (at >= experiment.arms.size())
        return;
    experiment.arms[at] = m_sheet->arm();
    const QString text = tr("change arm %1").arg(at + 1);
    m_isTyping = true; // the form itself is not filled again while a person types in it
    m_workspace.editExperiment(text, std::move(experiment));
    m_isTyping = false;
}

void SimulatePage::showState()
{
    const bool isRunning = m_session.isRunning();
    const QString missing = m_session.missing();
    m_start->setText(isRunning ? tr("▶ Queue") : tr("▶ Start"));
    const QString help = isRunning ? tr("Let this experiment run after the one at work (F5)")
                                   : tr("Score all moments under all arms (F5)");
    m_start->setToolTip(missing.isEmpty() ? help : missing);
    m_pause->setEnabled(isRunning);
    m_pause->setText(m_session.isPaused() ? tr("Resume") : tr("Pause"));
    m_stop->setEnabled(isRunning);
    m_results->setEnabled(!isRunning && m_session.run().has_value());
    if (isRunning)
        m_bar->setExperiment(m_session.experiment());
    QString empty = tr("Start the run: HR@10 and NDCG@10 over simulated time grow here while it goes on.");
    if (!missing.isEmpty())
        empty = missing;
    else if (isRunning)
        empty = tr("The curves appear as soon as a point stands on %1 moments.")
                    .arg(m_session.experiment().metrics.minimumPerPoint);
    m_plot->setEmptyText(empty);
    m_session.refreshEstimate();
}

void SimulatePage::showEstimate()
{
    const auto& estimate = m_session.estimate();
    if (!estimate) {
        const QString waiting =
            m_session.missing().isEmpty() ? tr("Counting what the run will take…") : m_session.missing();
        m_estimate->setText(m_session.estimateProblem().isEmpty() ? waiting : m_session.estimateProblem());
        return;
    }
    const QLocale locale;
    QString text =
        tr("%1 moments × %2 arms = %3 prompts of about %4 tokens")
            .arg(locale.toString(qulonglong(estimate->queries)), locale.toString(qulonglong(estimate->arms)),
                 locale.toString(qulonglong(estimate->prompts)), locale.toString(estimate->tokensPerPrompt, 'f', 0));
    text += estimate->seconds > 0 ? tr("; about %1 at the speed of the last run.").arg(durationText(estimate->seconds))
                                  : tr("; how long that takes is known after the first run with this model.");
    m_estimate->setText(text);
}

} // namespace driftscope::ui
