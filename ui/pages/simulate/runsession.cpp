// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/runsession.h"

#include "ui/pages/simulate/runwork.h"
#include "ui/plots/runfigures.h"
#include "ui/settings/settings.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr int figureIntervalMs = 700;
constexpr std::int64_t liveResamples = 200; // the table at the end has the experiment's

struct LiveFigure {
    Figure figure;
    std::size_t records = 0;
};

Result<LiveFigure> drawRecords(simulate::Experiment experiment, const std::shared_ptr<RecordLog>& log, bool isLive,
                               const JobContext& context)
{
    experiment.metrics.aroundShift = {}; // of the summary, only the random line is shown here
    if (isLive)
        experiment.metrics.resamples = std::min(experiment.metrics.resamples, liveResamples);
    const auto metrics = curveMetrics(experiment);
    experiment.metrics.ids = metrics; // the summary is needed for the random line of these alone
    const auto records = log->snapshot();
    DRIFTSCOPE_TRY(const auto summary, simulate::summarize(experiment, records, context));
    DRIFTSCOPE_TRY(const auto curves, simulate::curves(experiment, records, metrics, context));
    return LiveFigure {makeFigure(curves, summary, metrics, QString::fromStdString(captionOf(experiment, summary))),
                       records.size()};
}

} // namespace

RunSession::RunSession(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_gate(std::make_shared<PauseGate>())
    , m_log(std::make_shared<RecordLog>())
{
    m_figureTimer.setInterval(figureIntervalMs);
    connect(&m_figureTimer, &QTimer::timeout, this, &RunSession::refreshFigure);
}

QString RunSession::missing() const
{
    const Focus& focus = m_workspace.focus();
    if (!focus.dataset())
        return tr("Open a dataset first.");
    if (!focus.checkpoint())
        return tr("Open a checkpoint first.");
    if (focus.experiment().arms.empty())
        return tr("Add an arm first.");
    return {};
}

QString RunSession::engineKey() const
{
    const Focus& focus = m_workspace.focus();
    const auto& part = focus.experiment().checkpoint;
    return QString::fromStdString(part.path + " " + part.precision + " "
                                  + (focus.engine() ? focus.engine()->device : part.device));
}

void RunSession::start(bool goesOn)
{
    if (isRunning() || !missing().isEmpty())
        return;
    Focus& focus = m_workspace.focus();
    m_experiment = focus.experiment();
    m_log = std::make_shared<RecordLog>();
    m_gate = std::make_shared<PauseGate>();
    m_drawn = 0;
    m_run.reset();
    m_figure = {};
    m_figureJob.cancel();
    RunRequest request;
    request.experiment = m_experiment;
    request.dataset = *focus.dataset();
    request.checkpoint = *focus.checkpoint();
    request.engine = focus.engine();
    request.loader = m_workspace.engine();
    request.storePath = m_workspace.storePath();
    request.programVersion = QCoreApplication::applicationVersion().toStdString();
    request.goesOn = goesOn;
    request.gate = m_gate;
    request.log = m_log;
    request.engineLoaded = [this](std::shared_ptr<const LoadedEngine> engine) {
        QMetaObject::invokeMethod(
            this, [this, engine] { m_workspace.focus().setEngine(engine); }, Qt::QueuedConnection);
    };
    request.runStarted = [this](store::RunId run) {
        QMetaObject::invokeMethod(
            this,
            [this, run] {
                m_run = run;
                emit runStarted(run);
            },
            Qt::QueuedConnection);
    };
    m_job.start(
        tr("Run"), [request](const JobContext& context) { return runExperiment(request, context); },
        [this](const Result<>& result) { finish(result); });
    m_figureTimer.start();
    emit figureChanged();
    emit stateChanged();
}

void RunSession::setPaused(bool isPaused)
{
    m_gate->setPaused(isPaused);
    emit stateChanged();
}

void RunSession::refreshFigure()
{
    m_workspace.focus().setLeaks(m_log->leaks());
    if (!m_figureJob.isRunning() && m_log->size() != m_drawn)
        drawFigure();
}

void RunSession::drawFigure()
{
    m_figureJob.run<LiveFigure>(
        tr("Curves"),
        [experiment = m_experiment, log = m_log, isLive = isRunning()](const JobContext& context) {
            return drawRecords(experiment, log, isLive, context);
        },
        [this](Result<LiveFigure> drawn) {
            if (!drawn)
                return;
            m_drawn = drawn->records;
            m_figure = std::move(drawn->figure);
            emit figureChanged();
        });
}

void RunSession::finish(const Result<>& result)
{
    m_figureTimer.stop();
    if (const double speed = m_log->tokensPerSecond(); speed > 0)
        Settings().setTokensPerSecond(engineKey(), speed);
    QTimer::singleShot(0, this, [this] { // once more, with all resamples
        emit stateChanged();
        m_workspace.focus().setLeaks(m_log->leaks());
        if (m_log->size() > 0)
            drawFigure();
    });
    const bool isCancelled = !result && result.error().code == ErrorCode::Cancelled;
    const auto kept = static_cast<qulonglong>(m_log->size());
    QString message = tr("The run is finished: %1 predictions are on record.").arg(kept);
    if (isCancelled)
        message = tr("Stopped; %1 predictions are kept. Start goes on from there.").arg(kept);
    else if (!result)
        message = QString::fromStdString(result.error().message);
    emit runEnded(result ? Outcome::Finished : (isCancelled ? Outcome::Cancelled : Outcome::Failed), message);
}

void RunSession::refreshEstimate()
{
    m_estimate.reset();
    m_estimateProblem.clear();
    emit estimateChanged();
    if (!missing().isEmpty())
        return;
    const Focus& focus = m_workspace.focus();
    const double speed = Settings().tokensPerSecond(engineKey());
    m_estimateJob.run<RunEstimate>(
        tr("Estimate"),
        [experiment = focus.experiment(), dataset = *focus.dataset(), checkpoint = *focus.checkpoint(),
         speed](const JobContext& context) { return estimateRun(experiment, dataset, checkpoint, speed, context); },
        [this](Result<RunEstimate> estimate) {
            if (estimate)
                m_estimate = *estimate;
            else if (estimate.error().code != ErrorCode::Cancelled)
                m_estimateProblem = QString::fromStdString(estimate.error().message);
            emit estimateChanged();
        });
}

} // namespace driftscope::ui
