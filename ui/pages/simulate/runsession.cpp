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

Result<LiveFigure> drawRecords(simulate::Experiment experiment, const std::shared_ptr<RecordLog>& log,
                               const FigureChoice& choice, bool isLive, const JobContext& context)
{
    if (isLive)
        experiment.metrics.resamples = std::min(experiment.metrics.resamples, liveResamples);
    simulate::Experiment plain = experiment; // of the summary, only the random line is shown here
    plain.metrics.aroundShift = {};
    plain.metrics.resamples = 0;
    plain.metrics.ids = choice.metrics.empty() ? curveMetrics(experiment) : choice.metrics;
    const auto records = log->snapshot();
    DRIFTSCOPE_TRY(const auto summary, simulate::summarize(plain, records, context));
    DRIFTSCOPE_TRY(auto figure, runFigure({experiment, records, summary}, choice, context));
    return LiveFigure {std::move(figure), records.size()};
}

/// The metrics that the experiment has of those chosen, so that a draft's choice does not break a run's figure.
FigureChoice fittingChoice(FigureChoice choice, const simulate::Experiment& experiment)
{
    const auto& ids = experiment.metrics.ids;
    std::erase_if(choice.metrics, [&ids](const std::string& id) { return std::ranges::find(ids, id) == ids.end(); });
    return choice;
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
    connect(&m_moments, &PointMoments::found, this, [this](quint32 interaction, int position, int count) {
        emit momentFound(interaction, m_askedArm, position, count);
    });
    connect(&m_moments, &PointMoments::failed, this, &RunSession::momentMissing);
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
    if (!missing().isEmpty())
        return;
    const Focus& focus = m_workspace.focus();
    QueuedRun next {focus.experiment(), *focus.dataset(), *focus.checkpoint(), goesOn};
    if (!isRunning()) {
        run(std::move(next));
        return;
    }
    m_queue.push_back(std::move(next));
    emit queueChanged();
}

void RunSession::removeQueued(std::size_t position)
{
    if (position >= m_queue.size())
        return;
    m_queue.erase(m_queue.begin() + static_cast<std::ptrdiff_t>(position));
    emit queueChanged();
}

void RunSession::startQueued()
{
    if (isRunning() || m_queue.empty())
        return;
    QueuedRun next = std::move(m_queue.front());
    m_queue.erase(m_queue.begin());
    emit queueChanged();
    run(std::move(next));
}

void RunSession::run(QueuedRun next)
{
    const Focus& focus = m_workspace.focus();
    m_experiment = next.experiment;
    m_datasetPath = next.dataset.path;
    m_log = std::make_shared<RecordLog>();
    m_gate = std::make_shared<PauseGate>();
    m_drawn = 0;
    m_run.reset();
    m_figure = {};
    m_figureJob.cancel();
    const QString checkpointPath = next.checkpoint.path;
    const bool isLoaded = focus.engine() && focus.checkpoint() && focus.checkpoint()->path == checkpointPath;
    RunRequest request;
    request.experiment = m_experiment;
    request.dataset = std::move(next.dataset);
    request.checkpoint = std::move(next.checkpoint);
    request.engine = isLoaded ? focus.engine() : nullptr;
    request.loader = m_workspace.engine();
    request.storePath = m_workspace.storePath();
    request.programVersion = QCoreApplication::applicationVersion().toStdString();
    request.goesOn = next.goesOn;
    request.gate = m_gate;
    request.log = m_log;
    request.engineLoaded = [this, checkpointPath](std::shared_ptr<const LoadedEngine> engine) {
        QMetaObject::invokeMethod(
            this,
            [this, checkpointPath, engine] {
                Focus& shown = m_workspace.focus();
                if (shown.checkpoint() && shown.checkpoint()->path == checkpointPath)
                    shown.setEngine(engine);
            },
            Qt::QueuedConnection);
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
        [experiment = m_experiment, log = m_log, choice = fittingChoice(m_choice, m_experiment), isLive = isRunning()](
            const JobContext& context) { return drawRecords(experiment, log, choice, isLive, context); },
        [this](Result<LiveFigure> drawn) {
            if (!drawn)
                return;
            m_drawn = drawn->records;
            m_figure = std::move(drawn->figure);
            emit figureChanged();
        });
}

void RunSession::setChoice(const FigureChoice& choice)
{
    if (choice == m_choice)
        return;
    m_choice = choice;
    if (m_log->size() > 0)
        drawFigure();
}

void RunSession::findMoment(const PlotPoint& point)
{
    const auto& dataset = m_workspace.focus().dataset();
    const auto arm = std::ranges::find(m_experiment.arms, point.arm.toStdString(), &simulate::Arm::name);
    if (arm == m_experiment.arms.end())
        return;
    if (!dataset || dataset->path != m_datasetPath) {
        emit momentMissing(tr("The run was made with %1; open it to see its moments.").arg(m_datasetPath));
        return;
    }
    m_askedArm = point.arm;
    m_moments.find([log = m_log] { return log->snapshot(); }, m_choice.view.applied(m_experiment),
                   static_cast<std::uint32_t>(arm - m_experiment.arms.begin()), point,
                   dataset->history->sharedDataset());
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
    if (result || result.error().code != ErrorCode::Cancelled)
        QTimer::singleShot(0, this, &RunSession::startQueued);
    const bool isCancelled = !result && result.error().code == ErrorCode::Cancelled;
    const auto kept = static_cast<qulonglong>(m_log->size());
    QString message = tr("The run is finished: %L1 predictions are on record.").arg(kept);
    if (isCancelled)
        message = tr("Stopped; %L1 predictions are kept. Start goes on from there.").arg(kept);
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
