// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/simulatepage.h"

#include "ui/plots/curveplot.h"
#include "ui/settings/settings.h"
#include "ui/views/tableviews.h"
#include "ui/widgets/armform.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/planandcurves.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QTableView>

#include <algorithm>

namespace driftscope::ui {

namespace {

QSpinBox* number(int least, int most, const QString& help, const QString& zero, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setRange(least, most);
    box->setToolTip(help);
    box->setAlignment(Qt::AlignRight);
    box->setKeyboardTracking(false);
    if (!zero.isEmpty())
        box->setSpecialValueText(zero);
    return box;
}

} // namespace

SimulatePage::SimulatePage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_session(workspace)
    , m_arms(makeArmModel())
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createBar());
    auto* plan = createPlan();
    auto* curves = createCurves();
    layout->addWidget(planAndCurves(plan, curves, this), 1);
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
    for (QWidget* widget : std::initializer_list<QWidget*> {m_open, m_save})
        layout->addWidget(widget);
    layout->addWidget(m_name, 1);
    for (QWidget* widget : std::initializer_list<QWidget*> {m_goesOn, m_start, m_pause, m_stop, m_results})
        layout->addWidget(widget);
    return bar;
}

QWidget* SimulatePage::createPlan()
{
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_plan = new QWidget(area);
    auto* layout = new QVBoxLayout(m_plan);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->addWidget(createArms());
    layout->addWidget(createReplay());
    layout->addStretch(1);
    area->setWidget(m_plan);
    area->setMinimumWidth(340);
    return area;
}

QWidget* SimulatePage::createReplay()
{
    auto* box = new QGroupBox(tr("Replay"), m_plan);
    auto* form = new QFormLayout(box);
    m_users = number(0, 10'000'000, tr("Users sampled from those that have a moment to ask about."), tr("all"), box);
    m_queries = number(0, 1'000'000, tr("Moments of each user, spread evenly over their time."), tr("all"), box);
    m_candidates = number(2, 10'000, tr("Length of the list to rank, the true next item included."), {}, box);
    m_minHistory = number(0, 100'000, tr("Interactions that a user must have before a moment."), {}, box);
    m_window = number(1, 100'000, tr("Width of a point of the curve."), {}, box);
    m_seed = number(0, 2'000'000'000, tr("The same seed gives the same run."), {}, box);
    form->addRow(tr("&Users"), m_users);
    form->addRow(tr("&Moments a user"), m_queries);
    form->addRow(tr("&Candidates"), m_candidates);
    form->addRow(tr("&History at least"), m_minHistory);
    form->addRow(tr("&Window"), m_window);
    form->addRow(tr("Se&ed"), m_seed);
    return box;
}

QWidget* SimulatePage::createArms()
{
    auto* box = new QGroupBox(tr("Arms"), m_plan);
    auto* layout = new QVBoxLayout(box);
    m_armTable = new QTableView(box);
    dressTable(*m_armTable, *m_arms, 1);
    m_armTable->setItemDelegateForColumn(0, new ArmDelegate(m_armTable));
    m_armTable->setAccessibleName(tr("Arms"));
    m_armTable->setMinimumHeight(96);
    m_armTable->setMaximumHeight(180);
    for (int column = 2; column < m_arms->columnCount(); ++column)
        m_armTable->setColumnHidden(column, true); // the form below shows the rest
    m_addArm = new QPushButton(tr("Add a copy"), box);
    m_removeArm = new QPushButton(tr("Remove"), box);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_addArm);
    buttons->addWidget(m_removeArm);
    buttons->addStretch(1);
    m_armBox = box;
    m_armForm = new ArmForm(box);
    layout->addWidget(m_armTable);
    layout->addLayout(buttons);
    layout->addWidget(m_armForm);
    return box;
}

QWidget* SimulatePage::createCurves()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_estimate = new QLabel(column);
    m_estimate->setWordWrap(true);
    m_plot = new CurvePlot(column);
    m_progress = new QLabel(column);
    m_progress->setWordWrap(true);
    layout->addWidget(m_estimate);
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
    for (QSpinBox* box : {m_users, m_queries, m_candidates, m_minHistory, m_window, m_seed})
        connect(box, &QSpinBox::valueChanged, this, &SimulatePage::editReplay);
    connect(m_armTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (m_isFilling || !current.isValid())
                    return;
                m_armForm->setArm(m_arms->row(current.row()).arm);
                m_workspace.focus().setArm(static_cast<std::size_t>(current.row()));
            });
    connect(m_armForm, &ArmForm::edited, this, &SimulatePage::editArm);
    connect(m_addArm, &QPushButton::clicked, this, &SimulatePage::addArm);
    connect(m_removeArm, &QPushButton::clicked, this, &SimulatePage::removeArm);
    Focus& focus = m_workspace.focus();
    connect(&focus, &Focus::experimentChanged, this, &SimulatePage::showExperiment);
    connect(&focus, &Focus::armChanged, this, &SimulatePage::showExperiment);
    connect(&focus, &Focus::datasetChanged, this, &SimulatePage::showState);
    connect(&focus, &Focus::checkpointChanged, this, &SimulatePage::showState);
    connect(&m_session, &RunSession::stateChanged, this, &SimulatePage::showState);
    connect(&m_session, &RunSession::estimateChanged, this, &SimulatePage::showEstimate);
    connect(&m_session, &RunSession::figureChanged, this, [this] { m_plot->setFigure(m_session.figure()); });
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

int SimulatePage::selectedArm() const
{
    return static_cast<int>(m_workspace.focus().arm());
}

void SimulatePage::showExperiment()
{
    const auto& experiment = m_workspace.focus().experiment();
    m_isFilling = true;
    m_name->setText(QStringLiteral("<b>%1</b>").arg(QString::fromStdString(experiment.name).toHtmlEscaped()));
    m_name->setToolTip(QString::fromStdString(experiment.name + "\n" + experiment.description));
    std::vector<ArmRow> rows;
    for (const auto& arm : experiment.arms)
        rows.push_back({arm, rows.size()});
    m_arms->setRows(std::move(rows));
    m_armTable->selectRow(selectedArm());
    if (!m_isTyping && static_cast<std::size_t>(selectedArm()) < experiment.arms.size())
        m_armForm->setArm(experiment.arms[m_workspace.focus().arm()]);
    m_users->setValue(static_cast<int>(experiment.replay.maxUsers));
    m_queries->setValue(static_cast<int>(experiment.replay.queriesPerUser));
    m_candidates->setValue(static_cast<int>(experiment.candidates.count));
    m_minHistory->setValue(static_cast<int>(experiment.replay.minHistory));
    m_window->setValue(static_cast<int>(experiment.metrics.windowSize));
    m_window->setSuffix(experiment.metrics.windowBy == "calendar" ? tr(" days") : tr(" events"));
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(experiment.seed, 2'000'000'000)));
    m_removeArm->setEnabled(experiment.arms.size() > 1);
    m_isFilling = false;
    if (!m_session.isRunning())
        m_session.refreshEstimate();
}

void SimulatePage::editReplay()
{
    if (m_isFilling)
        return;
    auto experiment = m_workspace.focus().experiment();
    experiment.replay.maxUsers = m_users->value();
    experiment.replay.queriesPerUser = m_queries->value();
    experiment.candidates.count = m_candidates->value();
    experiment.replay.minHistory = m_minHistory->value();
    experiment.metrics.windowSize = m_window->value();
    experiment.seed = static_cast<std::uint64_t>(m_seed->value());
    m_workspace.editExperiment(tr("change replay"), std::move(experiment));
}

void SimulatePage::editArm()
{
    auto experiment = m_workspace.focus().experiment();
    const auto at = m_workspace.focus().arm();
    if (at >= experiment.arms.size())
        return;
    experiment.arms[at] = m_armForm->arm();
    const QString text = tr("change arm %1").arg(at + 1);
    m_isTyping = true; // the form itself is not filled again while a person types in it
    m_workspace.editExperiment(text, std::move(experiment));
    m_isTyping = false;
}

void SimulatePage::addArm()
{
    auto experiment = m_workspace.focus().experiment();
    simulate::Arm copy = experiment.arms.empty() ? draftExperiment().arms.front() : m_armForm->arm();
    copy.name += " copy";
    experiment.arms.push_back(std::move(copy));
    const std::size_t last = experiment.arms.size() - 1;
    m_workspace.editExperiment(tr("add arm"), std::move(experiment), last);
}

void SimulatePage::removeArm()
{
    auto experiment = m_workspace.focus().experiment();
    if (experiment.arms.size() < 2)
        return;
    experiment.arms.erase(experiment.arms.begin() + selectedArm());
    m_workspace.editExperiment(tr("remove arm"), std::move(experiment));
}

void SimulatePage::showState()
{
    const bool isRunning = m_session.isRunning();
    const QString missing = m_session.missing();
    m_start->setEnabled(!isRunning);
    m_start->setToolTip(missing.isEmpty() ? tr("Score all moments under all arms (F5)") : missing);
    m_pause->setEnabled(isRunning);
    m_pause->setText(m_session.isPaused() ? tr("Resume") : tr("Pause"));
    m_stop->setEnabled(isRunning);
    m_results->setEnabled(!isRunning && m_session.run().has_value());
    m_plan->setEnabled(!isRunning);
    m_open->setEnabled(!isRunning);
    m_goesOn->setEnabled(!isRunning);
    QString empty = tr("Start the run: HR@10 and NDCG@10 over simulated time grow here while it goes on.");
    if (!missing.isEmpty())
        empty = missing;
    else if (isRunning)
        empty = tr("The curves appear as soon as a point stands on %1 moments.")
                    .arg(m_workspace.focus().experiment().metrics.minimumPerPoint);
    m_plot->setEmptyText(empty);
    if (!isRunning)
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
