// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultspresenter.h"

#include "core/simulate/armcomparison.h"
#include "core/simulate/runmanifest.h"
#include "ui/pages/results/resultsentences.h"

#include <algorithm>
#include <iterator>
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

Result<std::vector<store::Run>> annotateRun(const std::filesystem::path& path, store::RunId run,
                                            const QStringList& tags, const QString& notes)
{
    DRIFTSCOPE_TRY(const auto runStore, RunStore::open(path, RunStore::Access::ReadWrite));
    std::vector<std::string> texts;
    for (const QString& tag : tags)
        texts.push_back(tag.toStdString());
    DRIFTSCOPE_CHECK(runStore->annotate(run, texts, notes.toStdString()));
    return runStore->runs();
}

Result<RunResult> readRun(const std::filesystem::path& path, store::RunId id, const JobContext& context)
{
    context.report({0, 0, "read records"});
    DRIFTSCOPE_TRY(auto stored, store::openRun(path, std::to_string(id)));
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Reading the run was stopped.");
    context.report({0, 0, "work out the table"});
    RunResult result;
    DRIFTSCOPE_TRY(result.summary, simulate::summarize(stored.experiment, stored.records, context, stored.shifts));
    result.sources = simulate::sourceText(stored.run.manifest);
    result.stored = std::make_shared<const store::StoredRun>(std::move(stored));
    return result;
}

Result<std::vector<RunResult>> readRuns(const std::filesystem::path& path, const std::vector<store::RunId>& ids,
                                        const JobContext& context)
{
    std::vector<RunResult> results;
    for (const store::RunId id : ids) {
        DRIFTSCOPE_TRY(auto result, readRun(path, id, context));
        if (!results.empty())
            DRIFTSCOPE_CHECK(simulate::checkSameDataset(results.front().run().manifest, result.run().manifest));
        results.push_back(std::move(result));
    }
    return results;
}

bool holdsAll(const store::Run& run, const QStringList& words)
{
    QString text = QStringLiteral("%1 %2 %3 %4")
                       .arg(run.id)
                       .arg(QString::fromStdString(run.name), QString::fromStdString(run.notes))
                       .arg(QString::fromUtf8(store::runStateName(run.state).data()));
    for (const std::string& tag : run.tags)
        text += QLatin1Char(' ') + QString::fromStdString(tag);
    for (const char* part : {"/dataset/path", "/checkpoint/path"}) {
        const nlohmann::json::json_pointer place(part);
        if (run.manifest.is_object() && run.manifest.contains(place) && run.manifest[place].is_string())
            text += QLatin1Char(' ') + QString::fromStdString(run.manifest[place].get<std::string>());
    }
    return std::ranges::all_of(words,
                               [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

ResultsPresenter::ResultsPresenter(std::filesystem::path storePath, QObject* parent)
    : QObject(parent)
    , m_storePath(std::move(storePath))
{
    for (JobRunner* job : {&m_listJob, &m_runJob, &m_figureJob})
        connect(job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
            if (outcome == Outcome::Failed)
                emit failed(message);
        });
    connect(&m_runJob, &JobRunner::ended, this, &ResultsPresenter::resultChanged);
    connect(&m_figureJob, &JobRunner::ended, this, &ResultsPresenter::resultChanged);
    connect(&m_moments, &PointMoments::found, this, &ResultsPresenter::momentFound);
    connect(&m_moments, &PointMoments::failed, this, &ResultsPresenter::failed);
}

void ResultsPresenter::takeRuns(Result<std::vector<store::Run>> runs)
{
    if (!runs)
        return;
    m_runs = std::move(*runs);
    std::ranges::sort(m_runs, std::greater(), &store::Run::id);
    emit runsChanged();
}

void ResultsPresenter::refreshRuns()
{
    m_listJob.run<std::vector<store::Run>>(
        tr("Reading runs"), [path = m_storePath](const JobContext&) { return readRuns(path); },
        [this](Result<std::vector<store::Run>> runs) { takeRuns(std::move(runs)); });
}

std::vector<store::Run> ResultsPresenter::shownRuns() const
{
    const QStringList words = m_filter.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<store::Run> shown;
    std::ranges::copy_if(m_runs, std::back_inserter(shown),
                         [&words](const store::Run& run) { return holdsAll(run, words); });
    return shown;
}

void ResultsPresenter::setFilter(const QString& words)
{
    if (words == m_filter)
        return;
    m_filter = words;
    emit runsChanged();
}

void ResultsPresenter::choose(store::RunId run, std::vector<store::RunId> others)
{
    m_chosen = run;
    std::vector<store::RunId> ids {run};
    std::ranges::copy_if(others, std::back_inserter(ids), [run](store::RunId other) { return other != run; });
    m_figureJob.cancel();
    m_runJob.run<std::vector<RunResult>>(
        tr("Reading run %1").arg(run),
        [path = m_storePath, ids](const JobContext& context) { return readRuns(path, ids, context); },
        [this](Result<std::vector<RunResult>> results) {
            m_result.reset();
            m_others.clear();
            m_shown = {};
            if (!results)
                return;
            m_result = std::move(results->front());
            m_others.assign(std::make_move_iterator(results->begin() + 1), std::make_move_iterator(results->end()));
            const auto& known = m_result->experiment().arms;
            if (std::ranges::find(known, m_choice.reference, &simulate::Arm::name) == known.end())
                m_choice.reference.clear();
            const auto all = arms();
            m_a = all.size() > 1 ? all[m_others.empty() ? all.size() - 1 : 0] : ArmOfRun {};
            m_b = m_others.empty() ? ArmOfRun {} : ArmOfRun {1, 0};
            refreshFigure();
        });
    emit resultChanged();
}

void ResultsPresenter::refreshFigure()
{
    if (!m_result)
        return;
    FigureRequest request {{*m_result}, m_view, m_choice, m_areShiftsDetected, m_a, m_b};
    request.runs.insert(request.runs.end(), m_others.begin(), m_others.end());
    const auto& ids = m_result->experiment().metrics.ids;
    std::erase_if(request.choice.metrics,
                  [&ids](const std::string& id) { return std::ranges::find(ids, id) == ids.end(); });
    m_figureJob.run<ShownFigure>(
        tr("Drawing run %1").arg(m_result->run().id),
        [request](const JobContext& context) { return drawFigure(request, context); },
        [this](Result<ShownFigure> shown) {
            m_shown = {};
            if (shown)
                m_shown = std::move(*shown);
        });
    emit resultChanged();
}

void ResultsPresenter::setView(ResultView view)
{
    if (view == m_view)
        return;
    m_view = view;
    refreshFigure();
}

void ResultsPresenter::setChoice(const FigureChoice& choice)
{
    FigureChoice wanted = choice;
    wanted.reference = m_choice.reference;
    if (wanted == m_choice)
        return;
    m_choice = std::move(wanted);
    refreshFigure();
}

void ResultsPresenter::setReference(const QString& arm)
{
    if (arm.toStdString() == m_choice.reference)
        return;
    m_choice.reference = arm.toStdString();
    refreshFigure();
}

void ResultsPresenter::setShiftsDetected(bool areDetected)
{
    if (areDetected == m_areShiftsDetected)
        return;
    m_areShiftsDetected = areDetected;
    refreshFigure();
}

void ResultsPresenter::setPair(ArmOfRun a, ArmOfRun b)
{
    if (a == m_a && b == m_b)
        return;
    m_a = a;
    m_b = b;
    refreshFigure();
}

std::vector<RunRecords> ResultsPresenter::allRecords() const
{
    std::vector<RunRecords> all {m_result->records()};
    for (const RunResult& other : m_others)
        all.push_back(other.records());
    return all;
}

std::vector<ArmOfRun> ResultsPresenter::arms() const
{
    std::vector<ArmOfRun> all;
    if (!m_result)
        return all;
    const auto add = [&all](std::size_t run, const simulate::Experiment& experiment) {
        for (std::uint32_t arm = 0; arm < experiment.arms.size(); ++arm)
            all.push_back({run, arm});
    };
    add(0, m_result->experiment());
    for (std::size_t i = 0; i < m_others.size(); ++i)
        add(i + 1, m_others[i].experiment());
    return all;
}

QString ResultsPresenter::armName(ArmOfRun arm) const
{
    return m_result ? QString::fromStdString(armNameOf(allRecords(), arm)) : QString();
}

void ResultsPresenter::annotate(store::RunId run, const QStringList& tags, const QString& notes)
{
    m_listJob.run<std::vector<store::Run>>(
        tr("Writing notes"),
        [path = m_storePath, run, tags, notes](const JobContext&) { return annotateRun(path, run, tags, notes); },
        [this](Result<std::vector<store::Run>> runs) { takeRuns(std::move(runs)); });
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
            if (runs && m_chosen == run) {
                m_chosen = 0;
                m_result.reset();
                m_others.clear();
                m_shown = {};
                emit resultChanged();
            }
            takeRuns(std::move(runs));
        });
}

void ResultsPresenter::findMoment(const PlotPoint& point, std::shared_ptr<const data::Dataset> dataset)
{
    if (!m_result)
        return;
    const auto all = arms();
    const auto named = std::ranges::find_if(
        all, [&](const ArmOfRun& arm) { return armName(arm) == point.arm || m_view == ResultView::Difference; });
    if (named == all.end() || m_view == ResultView::SinceShift || m_view == ResultView::Lag)
        return; // those points are over many times at once
    const ArmOfRun arm = m_view == ResultView::Difference ? m_a : *named;
    const auto stored = arm.run == 0 ? m_result->stored : m_others[arm.run - 1].stored;
    m_moments.find([stored] { return stored->records; }, m_choice.view.applied(stored->experiment), arm.arm, point,
                   std::move(dataset));
}

void ResultsPresenter::findMomentOfUser(std::uint32_t user, const std::shared_ptr<const data::Dataset>& dataset)
{
    if (!m_result)
        return;
    const auto& records = m_result->stored->records;
    const auto ofUser = [user](const simulate::QueryRecord& record) { return record.user == user && record.isLiked; };
    const auto record = std::ranges::find_if(records, ofUser);
    const auto interaction = record == records.end() ? std::nullopt : simulate::interactionOf(*dataset, *record);
    if (interaction)
        emit momentFound(*interaction, 1, static_cast<int>(std::ranges::count_if(records, [&](const auto& other) {
            return other.arm == record->arm && ofUser(other);
        })));
    else
        emit failed(tr("The user is not in the dataset that is open; open the one of the run."));
}

std::vector<simulate::ManifestDifference> ResultsPresenter::manifestRows() const
{
    if (!m_result)
        return {};
    const auto& manifest = m_result->run().manifest;
    return simulate::manifestDifferences(manifest,
                                         m_others.empty() ? nlohmann::json() : m_others.front().run().manifest);
}

QStringList ResultsPresenter::sentences() const
{
    if (m_view == ResultView::SinceShift)
        return recoveries();
    const QStringList ofPair = pairSentences(m_shown, m_view);
    return ofPair.isEmpty() ? verdicts() : ofPair;
}

QStringList ResultsPresenter::verdicts() const
{
    return m_result ? verdictSentences(m_result->summary) : QStringList();
}

QStringList ResultsPresenter::recoveries() const
{
    return m_result ? recoverySentences(m_shown.measures) : QStringList();
}

QString ResultsPresenter::emptyText() const
{
    if (!m_result)
        return isStale() ? tr("Reading…") : tr("No run is chosen.");
    if (isStale())
        return tr("Drawing…");
    if (m_view == ResultView::SinceShift && m_shown.measures.empty())
        return tr("No shift of taste is known near the moments of this run. Planted data have them; for other data, "
                  "tick \"look for shifts\".");
    if (m_view == ResultView::Lag && m_shown.figure.panels.empty())
        return tr("A curve over the lag needs three arms that differ by the lag of their history alone.");
    return tr("No point has %1 moments yet: it needs as many.").arg(m_result->experiment().metrics.minimumPerPoint);
}

} // namespace driftscope::ui
