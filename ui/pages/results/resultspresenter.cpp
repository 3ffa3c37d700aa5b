// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultspresenter.h"

#include "core/metrics/metricregistry.h"
#include "ui/models/tables.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace driftscope::ui {

namespace {

using store::RunStore;

Result<std::vector<store::Run>> readRuns(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return std::vector<store::Run>();
    DRIFTSCOPE_TRY(const auto runStore, RunStore::open(path, RunStore::Access::ReadOnly));
    return runStore->runs();
}

Result<RunResult> readRun(const std::filesystem::path& path, store::RunId id, const JobContext& context)
{
    context.report({0, 0, "read records"});
    DRIFTSCOPE_TRY(const auto runStore, RunStore::open(path, RunStore::Access::ReadOnly));
    RunResult result;
    DRIFTSCOPE_TRY(result.run, runStore->run(id));
    const std::string origin = "run " + std::to_string(id);
    if (!result.run.manifest.contains("experiment"))
        return fail(ErrorCode::MissingField, origin + ": its manifest holds no experiment; it cannot be shown.");
    DRIFTSCOPE_TRY(result.experiment,
                   simulate::Experiment::parse(result.run.manifest["experiment"].dump(), "/" + origin));
    DRIFTSCOPE_TRY(const auto records, runStore->records(id));
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Reading the run was stopped.");
    context.report({0, 0, "work out the table"});
    DRIFTSCOPE_TRY(auto shifts, simulate::ShiftTable::ofManifest(result.run.manifest));
    DRIFTSCOPE_TRY(result.summary, simulate::summarize(result.experiment, records, context, shifts));
    const RunRecords made {result.experiment, records, result.summary, std::move(shifts)};
    DRIFTSCOPE_TRY(result.figure, runFigure(made, {}, context));
    DRIFTSCOPE_TRY(result.lagFigure, runFigure(made, {.axis = FigureAxis::Lag}, context));
    DRIFTSCOPE_TRY(result.measures, shiftMeasures(made, {}, context));
    result.shiftFigure = shiftFigure(made, result.measures);
    return result;
}

bool isHigherBetter(const std::string& spelling)
{
    const auto metric = metrics::makeMetric(spelling);
    return !metric || (*metric)->isHigherBetter();
}

/// "12 [8, 17]", "more than 25" where it is not reached in the time looked at.
QString eventsText(const metrics::Estimate& events, const metrics::RecoveryOptions& options)
{
    const auto text = [&options](double value) {
        return std::isinf(value) ? ResultsPresenter::tr("more than %1").arg(options.after - options.width)
                                 : QString::number(value);
    };
    return text(*events.value)
        + (events.interval ? QStringLiteral(" [%1, %2]").arg(text(events.interval->low), text(events.interval->high))
                           : QString());
}

QString recoveryText(const simulate::DriftMeasures& measures, std::size_t position)
{
    const auto& arm = measures.recovery.arms[position];
    const QString name = QString::fromStdString(measures.arms[position]);
    const QString metric = QString::fromStdString(metrics::metricTitle(measures.metric));
    if (!arm.area.value)
        return ResultsPresenter::tr("%1, %2: %3.").arg(name, metric, QString::fromStdString(arm.undefined));
    QString text = ResultsPresenter::tr("%1 loses %2 %3 events").arg(name).arg(*arm.area.value, 0, 'f', 2).arg(metric);
    if (arm.area.interval)
        text +=
            QStringLiteral(" [%1, %2]").arg(arm.area.interval->low, 0, 'f', 2).arg(arm.area.interval->high, 0, 'f', 2);
    if (!arm.events.value)
        return text + ResultsPresenter::tr("; %1.").arg(QString::fromStdString(arm.undefined));
    return text
        + ResultsPresenter::tr("; %1 % are back after %2 events; of the shifts one by one, %3 are, %4 are not in time.")
              .arg(100 * measures.question.recovery.share)
              .arg(eventsText(arm.events, measures.question.recovery))
              .arg(arm.recovered)
              .arg(arm.censored);
}

/// NDCG and HR first: they are what the curves show.
int importance(const std::string& metric)
{
    if (metric.starts_with("ndcg@10"))
        return 0;
    return metric.starts_with("hr@10") ? 1 : 2;
}

} // namespace

const Figure& RunResult::along(FigureAxis axis) const
{
    if (axis == FigureAxis::SinceShift)
        return shiftFigure;
    return axis == FigureAxis::Lag ? lagFigure : figure;
}

ResultsPresenter::ResultsPresenter(std::filesystem::path storePath, QObject* parent)
    : QObject(parent)
    , m_storePath(std::move(storePath))
{
    for (JobRunner* job : {&m_listJob, &m_runJob})
        connect(job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
            if (outcome == Outcome::Failed)
                emit failed(message);
        });
    connect(&m_runJob, &JobRunner::ended, this, &ResultsPresenter::resultChanged);
}

void ResultsPresenter::refreshRuns()
{
    m_listJob.run<std::vector<store::Run>>(
        tr("Reading runs"), [path = m_storePath](const JobContext&) { return readRuns(path); },
        [this](Result<std::vector<store::Run>> runs) {
            if (!runs)
                return;
            m_runs = std::move(*runs);
            std::ranges::sort(m_runs, std::greater(), &store::Run::id);
            emit runsChanged();
        });
}

void ResultsPresenter::choose(store::RunId run)
{
    m_chosen = run;
    m_runJob.run<RunResult>(
        tr("Reading run %1").arg(run),
        [path = m_storePath, run](const JobContext& context) { return readRun(path, run, context); },
        [this](Result<RunResult> result) {
            m_result.reset();
            if (result)
                m_result = std::move(*result);
        });
    emit resultChanged();
}

void ResultsPresenter::remove(store::RunId run)
{
    m_listJob.run<std::vector<store::Run>>(
        tr("Deleting run %1").arg(run),
        [path = m_storePath, run](const JobContext&) -> Result<std::vector<store::Run>> {
            DRIFTSCOPE_TRY(const auto runStore, RunStore::open(path, RunStore::Access::ReadWrite));
            DRIFTSCOPE_CHECK(runStore->removeRun(run));
            return runStore->runs();
        },
        [this, run](Result<std::vector<store::Run>> runs) {
            if (!runs)
                return;
            m_runs = std::move(*runs);
            std::ranges::sort(m_runs, std::greater(), &store::Run::id);
            if (m_chosen == run) {
                m_chosen = 0;
                m_result.reset();
                emit resultChanged();
            }
            emit runsChanged();
        });
}

QStringList ResultsPresenter::recoveries() const
{
    QStringList sentences;
    if (!m_result)
        return sentences;
    for (const auto& measures : m_result->measures)
        for (std::size_t arm = 0; arm < measures.arms.size(); ++arm)
            sentences << recoveryText(measures, arm);
    return sentences;
}

void ResultsPresenter::setAxis(FigureAxis axis)
{
    if (axis == m_axis)
        return;
    m_axis = axis;
    emit resultChanged();
}

QString ResultsPresenter::emptyText() const
{
    if (!m_result)
        return isStale() ? tr("Reading…") : tr("No run is chosen.");
    if (m_axis == FigureAxis::SinceShift && m_result->measures.empty())
        return tr("No shift of taste is known near the moments of this run. Planted data have them; for other data, "
                  "driftscope-cli recovery --shifts detected looks for shifts.");
    if (m_axis == FigureAxis::Lag && m_result->lagFigure.panels.empty())
        return tr("A curve over the lag needs three arms that differ by the lag of their history alone.");
    return tr("No point has %1 moments yet: it needs as many.").arg(m_result->experiment.metrics.minimumPerPoint);
}

QStringList ResultsPresenter::verdicts() const
{
    QStringList sentences;
    if (!m_result)
        return sentences;
    auto paired = m_result->summary.paired;
    std::ranges::stable_sort(paired, {}, [](const auto& difference) { return importance(difference.metric); });
    for (const auto& difference : paired)
        sentences << verdict(difference, isHigherBetter(difference.metric));
    return sentences;
}

} // namespace driftscope::ui
