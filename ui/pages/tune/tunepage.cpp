// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tune/tunepage.h"

#include "ui/plots/trainingplot.h"
#include "ui/widgets/cardview.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/pathfield.h"
#include "ui/widgets/planandcurves.h"
#include "ui/widgets/shippedmenu.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

TrainingCurves curvesOf(const TuneSession& session)
{
    TrainingCurves curves;
    for (const tuning::StepReport& report : session.steps()) {
        const auto step = static_cast<double>(report.step);
        curves.answerLoss.push_back({step, report.answerLoss});
        if (report.textLoss)
            curves.textLoss.push_back({step, *report.textLoss});
        if (report.auc)
            curves.auc.push_back({step, *report.auc});
    }
    curves.totalSteps = session.plan() ? static_cast<double>(session.plan()->totalSteps()) : 0;
    return curves;
}

} // namespace

TunePage::TunePage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_session(workspace)
{
    auto* layout = new QVBoxLayout(this);
    m_path = new PathField(QStringLiteral("plan"), tr("Tuning plans (*.json)"), this);
    m_path->setPlaceholder(tr("Tuning plan: type a path, drop a file here, or open one"));
    layout->addWidget(m_path);
    layout->addWidget(createBar());
    auto* plan = createPlan();
    auto* curves = createCurves();
    layout->addWidget(planAndCurves(plan, curves, this), 1);
    connectAll();
    showPlan();
    showSteps();
    showState();
}

QWidget* TunePage::createBar()
{
    auto* bar = new QWidget(this);
    auto* ready = new QPushButton(tr("Ready-made"), bar);
    ready->setToolTip(tr("Plans that come with the program: those that its own models were made with, and more"));
    auto* plans = new ShippedMenu(tr("Ready-made plans"), QStringLiteral("resources/tuning"), ready);
    ready->setMenu(plans);
    connect(plans, &ShippedMenu::chosen, &m_session, &TuneSession::openPlan);
    m_goesOn = new QCheckBox(tr("Go on where it was"), bar);
    m_goesOn->setChecked(true);
    m_goesOn->setToolTip(tr("If this plan was stopped or broke off before, it goes on from the last saved step; its "
                            "losses are those of a run that was never stopped."));
    m_start = new QPushButton(tr("▶ Start"), bar);
    m_stop = new QPushButton(tr("Stop, keep the best"), bar);
    m_stop->setToolTip(tr("Stops soon. The weights of the best validation so far stay in the result's folder."));
    m_result = new QPushButton(tr("Open the result"), bar);
    m_result->setToolTip(tr("Shows the tuned weights on the page Model."));
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    layout->addWidget(ready);
    layout->addWidget(m_goesOn);
    layout->addStretch(1);
    for (QPushButton* button : {m_start, m_stop, m_result})
        layout->addWidget(button);
    return bar;
}

QWidget* TunePage::createPlan()
{
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setMinimumWidth(340);
    auto* column = new QWidget(area);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 6, 0);
    m_plan = new CardView(tr("Plan"), column);
    m_plan->setEmptyText(tr("Open a tuning plan, or choose one that is ready-made: what it will do stands here before "
                            "anything is started."));
    m_stages = new CardView(tr("Stages"), column);
    m_stages->setEmptyText(tr("No plan yet."));
    layout->addWidget(m_plan);
    layout->addWidget(m_stages);
    layout->addStretch(1);
    area->setWidget(column);
    return area;
}

QWidget* TunePage::createCurves()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_plot = new TrainingPlot(column);
    m_progress = new QLabel(column);
    m_progress->setWordWrap(true);
    m_best = new QLabel(column);
    m_best->setWordWrap(true);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_best);
    return column;
}

void TunePage::connectAll()
{
    connect(m_path, &PathField::opened, &m_session, &TuneSession::openPlan);
    connect(m_start, &QPushButton::clicked, this, &TunePage::start);
    connect(m_stop, &QPushButton::clicked, &m_session, &TuneSession::stop);
    connect(m_result, &QPushButton::clicked, this, [this] { emit resultWanted(m_session.result()); });
    connect(&m_session, &TuneSession::planChanged, this, &TunePage::showPlan);
    connect(&m_session, &TuneSession::stepsChanged, this, &TunePage::showSteps);
    connect(&m_session, &TuneSession::stateChanged, this, &TunePage::showState);
    connect(&m_session, &TuneSession::problem, this, &TunePage::problem);
    connect(&m_session.job(), &JobRunner::progressed, this, [this](qint64 done, qint64, const QString& stage) {
        if (done == 0 || m_session.steps().empty())
            m_progress->setText(tr("Preparing: %1…").arg(stage));
    });
    connect(&m_session, &TuneSession::ended, this, [this](Outcome outcome, const QString& message) {
        m_progress->setText(message);
        if (outcome == Outcome::Failed)
            emit problem(message);
        else
            emit noted(message);
    });
}

void TunePage::choosePlan()
{
    m_path->chooseFile();
}

void TunePage::start()
{
    if (!m_session.plan()) {
        choosePlan();
        return;
    }
    m_progress->setText(tr("Preparing…"));
    m_session.start(m_goesOn->isChecked());
}

void TunePage::showPlan()
{
    const auto& plan = m_session.plan();
    if (plan) {
        m_path->setPath(m_session.planPath());
        m_plan->setRows(planRows(*plan));
        m_stages->setRows(stageRows(*plan));
    }
    showState();
}

void TunePage::showSteps()
{
    m_plot->setCurves(curvesOf(m_session));
    const auto& steps = m_session.steps();
    const auto best = m_session.best();
    m_best->setText(best ? tr("Best so far: step %1, validation AUC %2, loss %3.")
                               .arg(best->step)
                               .arg(*best->auc, 0, 'f', 4)
                               .arg(best->validationLoss.value_or(0), 0, 'f', 4)
                         : tr("No validation yet."));
    if (!steps.empty() && m_session.plan()) {
        const double speed = m_session.stepsPerSecond();
        QString text = tr("Step %1 of %2, stage %3 of %4")
                           .arg(steps.back().step)
                           .arg(m_session.plan()->totalSteps())
                           .arg(m_session.stage())
                           .arg(m_session.plan()->stages.size());
        if (speed > 0 && m_session.isRunning())
            text += tr("; %1 steps a second, %2 left").arg(speed, 0, 'g', 3).arg(durationText(m_session.secondsLeft()));
        m_progress->setText(text);
    }
    m_result->setEnabled(!m_session.isRunning() && !m_session.result().isEmpty());
}

void TunePage::showState()
{
    const bool isRunning = m_session.isRunning();
    m_path->setEnabled(!isRunning);
    m_goesOn->setEnabled(!isRunning);
    m_start->setEnabled(!isRunning && m_session.plan().has_value());
    m_start->setToolTip(m_session.plan() ? tr("Carry out the plan") : tr("Open a tuning plan first."));
    m_stop->setEnabled(isRunning && !m_session.isStopping());
    m_result->setEnabled(!isRunning && !m_session.result().isEmpty());
    m_plot->setEmptyText(isRunning ? tr("Data and model are being prepared; the curves begin with the first step.")
                                   : tr("Start the plan: losses and validation AUC grow here while it goes on."));
}

} // namespace driftscope::ui
