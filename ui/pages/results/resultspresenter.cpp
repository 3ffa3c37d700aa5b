// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultspresenter.h"

#include "core/metrics/metricregistry.h"
#include "ui/models/tables.h"
#include "ui/plots/headlessfigures.h"

#include <algorithm>
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
    DRIFTSCOPE_TRY(result.summary, simulate::summarize(result.experiment, records, context));
    const auto metrics = curveMetrics(result.experiment);
    DRIFTSCOPE_TRY(const auto curves, simulate::curves(result.experiment, records, metrics, context));
    result.figure = makeFigure(curves, result.summary, metrics,
                               QString::fromStdString(captionOf(result.experiment, result.summary)));
    return result;
}

bool isHigherBetter(const std::string& spelling)
{
    const auto metric = metrics::makeMetric(spelling);
    return !metric || (*metric)->isHigherBetter();
}

/// NDCG and HR first: they are what the curves show.
int importance(const std::string& metric)
{
    if (metric.starts_with("ndcg@10"))
        return 0;
    return metric.starts_with("hr@10") ? 1 : 2;
}

} // namespace

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
