// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runsummary.h"

#include "core/baselines/baselineregistry.h"
#include "core/metrics/bootstrap.h"
#include "core/metrics/metricregistry.h"
#include "core/metrics/metricseries.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <set>

namespace driftscope::simulate {

namespace {

using metrics::Metric;
using metrics::ScoredQuery;
using NamedMetrics = std::vector<std::pair<std::string, std::unique_ptr<Metric>>>;

Result<NamedMetrics> makeMetrics(std::span<const std::string> ids)
{
    NamedMetrics made;
    for (const auto& id : ids) {
        DRIFTSCOPE_TRY(auto metric, metrics::makeMetric(id));
        made.emplace_back(id, std::move(metric));
    }
    return made;
}

/// Rows of each arm, with the pointers that metrics take.
struct ArmRows {
    std::vector<ScoredQuery> rows;
    std::vector<const ScoredQuery*> pointers;
};

std::vector<ArmRows> rowsOfArms(const Experiment& experiment, std::span<const QueryRecord> records)
{
    std::vector<ArmRows> arms(experiment.arms.size());
    for (std::uint32_t arm = 0; arm < arms.size(); ++arm) {
        arms[arm].rows = scoredQueries(records, arm);
        arms[arm].pointers = metrics::pointersTo(arms[arm].rows);
    }
    return arms;
}

metrics::BootstrapOptions bootstrapOf(const Experiment& experiment)
{
    return {.seed = experiment.seed, .resamples = experiment.metrics.resamples};
}

SummaryValue summaryValue(const Metric& metric, const ArmRows& arm, const metrics::BootstrapOptions& bootstrap)
{
    const auto computed = metric.compute(arm.pointers);
    SummaryValue value;
    value.value = computed.value;
    value.n = computed.n;
    value.users = computed.users;
    value.undefined = computed.undefined;
    if (const auto interval = metrics::bootstrapInterval(metric, arm.pointers, bootstrap)) {
        value.hasInterval = true;
        value.low = interval->low;
        value.high = interval->high;
    }
    return value;
}

ArmCost costOf(std::span<const QueryRecord> records, std::uint32_t arm)
{
    ArmCost cost;
    std::size_t candidates = 0;
    for (const auto& record : records) {
        if (record.arm != arm)
            continue;
        cost.tokens += record.tokens;
        cost.computedTokens += record.computedTokens;
        cost.cachedTokens += record.cachedTokens;
        cost.seconds += record.seconds;
        candidates += record.candidates.size();
        cost.updates.insert(cost.updates.end(), record.updates.begin(), record.updates.end());
    }
    std::sort(cost.updates.begin(), cost.updates.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    if (cost.seconds > 0)
        cost.candidatesPerSecond = static_cast<double>(candidates) / cost.seconds;
    return cost;
}

std::optional<PairedDifference> differenceOf(const Metric& metric, const ArmRows& a, const ArmRows& b,
                                             const metrics::BootstrapOptions& bootstrap)
{
    const auto estimate = metrics::pairedDifference(metric, a.pointers, b.pointers, bootstrap);
    if (!estimate.difference)
        return {};
    PairedDifference paired;
    paired.difference = *estimate.difference;
    paired.users = estimate.users;
    if (estimate.interval) {
        paired.hasInterval = true;
        paired.low = estimate.interval->low;
        paired.high = estimate.interval->high;
    }
    return paired;
}

Result<> checkStop(const JobContext& context)
{
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Stopped while the table was computed; the records are kept.");
    return {};
}

Result<> addPairs(const Experiment& experiment, const std::vector<ArmRows>& arms, const NamedMetrics& measured,
                  const JobContext& context, RunSummary& summary)
{
    for (std::size_t a = 0; a < arms.size(); ++a) {
        for (std::size_t b = a + 1; b < arms.size(); ++b) {
            for (const auto& [id, metric] : measured) {
                DRIFTSCOPE_CHECK(checkStop(context));
                // The later arm minus the earlier one: the first arm of an experiment usually is the plain one.
                auto paired = differenceOf(*metric, arms[b], arms[a], bootstrapOf(experiment));
                if (!paired)
                    continue;
                paired->a = experiment.arms[b].name;
                paired->b = experiment.arms[a].name;
                paired->metric = id;
                summary.paired.push_back(std::move(*paired));
            }
        }
    }
    return {};
}

std::size_t countQueries(std::span<const QueryRecord> records)
{
    std::set<std::uint32_t> queries;
    for (const auto& record : records)
        queries.insert(record.query);
    return queries.size();
}

/// Rows of the records that the table is of; says in the summary which these are.
Result<std::vector<ArmRows>> tableRows(const Experiment& experiment, std::span<const QueryRecord> records,
                                       const ShiftTable& shifts, RunSummary& summary)
{
    const auto& window = experiment.metrics.aroundShift;
    summary.queries = countQueries(records);
    summary.tableQueries = summary.queries;
    if (window.kind == Experiment::ShiftFilter::None)
        return rowsOfArms(experiment, records);
    if (shifts.isEmpty())
        return fail(ErrorCode::Inconsistent,
                    "metrics.aroundShift: the run does not say when tastes shifted; run the experiment again, on "
                    "planted data.");
    const auto near = shifts.recordsNear(window, records);
    summary.tableQueries = countQueries(near);
    summary.tableWindow = windowText(window);
    return rowsOfArms(experiment, near);
}

Result<RunSummary> computeSummary(const Experiment& experiment, std::span<const QueryRecord> records,
                                  const JobContext& context, const ShiftTable& shifts)
{
    DRIFTSCOPE_TRY(const auto measured, makeMetrics(experiment.metrics.ids));
    RunSummary summary;
    DRIFTSCOPE_TRY(const auto arms, tableRows(experiment, records, shifts, summary));
    summary.experimentHash = experiment.hash();
    summary.metricIds = experiment.metrics.ids;
    for (const auto& record : records)
        summary.leaks += static_cast<std::uint64_t>(record.leaks);
    for (std::uint32_t arm = 0; arm < arms.size(); ++arm) {
        ArmSummary row {.name = experiment.arms[arm].name, .metrics = {}, .cost = costOf(records, arm)};
        row.scorer = experiment.arms[arm].scorer;
        row.knowsTruth = baselines::knowsTruth(row.scorer);
        for (const auto& [id, metric] : measured) {
            DRIFTSCOPE_CHECK(checkStop(context));
            row.metrics[id] = summaryValue(*metric, arms[arm], bootstrapOf(experiment));
            if (const auto random = metric->randomBaseline(arms[arm].pointers); random && arm == 0)
                summary.random[id] = *random;
        }
        summary.arms.push_back(std::move(row));
    }
    DRIFTSCOPE_CHECK(addPairs(experiment, arms, measured, context, summary));
    return summary;
}

CurvePoint curvePoint(const metrics::SeriesPoint& point, metrics::WindowShape shape)
{
    CurvePoint shown {.at = point.at, .value = point.value.value, .n = point.value.n};
    const bool isFromBegin = shape == metrics::WindowShape::Cumulative;
    shown.from = isFromBegin ? std::numeric_limits<std::int64_t>::min() : point.from;
    shown.to = point.to;
    if (point.interval) {
        shown.hasBand = true;
        shown.low = point.interval->low;
        shown.high = point.interval->high;
    }
    return shown;
}

Result<std::vector<Curve>> computeCurves(const Experiment& experiment, std::span<const QueryRecord> records,
                                         std::span<const std::string> metricIds, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto measured, makeMetrics(metricIds));
    metrics::SeriesOptions options;
    DRIFTSCOPE_TRY(options.by, metrics::windowByOf(experiment.metrics.windowBy));
    DRIFTSCOPE_TRY(options.shape, metrics::windowShapeOf(experiment.metrics.windowShape));
    options.size = experiment.metrics.windowSize;
    options.minimumPerPoint = static_cast<std::size_t>(experiment.metrics.minimumPerPoint);
    options.bootstrap = bootstrapOf(experiment);
    const auto arms = rowsOfArms(experiment, records);
    std::vector<Curve> curves;
    for (const auto& [id, metric] : measured) {
        for (std::size_t arm = 0; arm < arms.size(); ++arm) {
            DRIFTSCOPE_TRY(const auto series,
                           metrics::metricSeries(*metric, arms[arm].pointers, options, {.stop = context.stop}));
            Curve curve {.arm = experiment.arms[arm].name, .metric = id, .points = {}};
            for (const auto& point : series)
                curve.points.push_back(curvePoint(point, options.shape));
            curves.push_back(std::move(curve));
        }
    }
    return curves;
}

} // namespace

double ArmCost::trainingSeconds() const
{
    double sum = 0;
    for (const auto& update : updates)
        sum += update.seconds;
    return sum;
}

std::vector<ScoredQuery> scoredQueries(std::span<const QueryRecord> records, std::uint32_t arm)
{
    std::vector<const QueryRecord*> ofArm;
    for (const auto& record : records)
        if (record.arm == arm)
            ofArm.push_back(&record);
    std::stable_sort(ofArm.begin(), ofArm.end(), [](const auto* a, const auto* b) { return a->query < b->query; });

    std::vector<ScoredQuery> rows;
    rows.reserve(ofArm.size());
    for (const auto* record : ofArm) {
        ScoredQuery row;
        row.user = record->user;
        row.time = record->time;
        row.eventIndex = record->eventIndex;
        row.isPointwise = true;
        row.label = record->isLiked;
        row.logOdds = record->scores[record->target];
        if (record->isLiked && record->scores.size() > 1) {
            row.scores = record->scores;
            row.relevant = {record->target};
            row.totalRelevant = 1;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<RunSummary> summarize(const Experiment& experiment, std::span<const QueryRecord> records,
                             const JobContext& context, const ShiftTable& shifts)
{
    try {
        return computeSummary(experiment, records, context, shifts);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, std::string("The table could not be computed: ") + error.what() + ".");
    }
}

Result<std::vector<Curve>> curves(const Experiment& experiment, std::span<const QueryRecord> records,
                                  std::span<const std::string> metricIds, const JobContext& context)
{
    try {
        return computeCurves(experiment, records, metricIds, context);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, std::string("The curves could not be computed: ") + error.what() + ".");
    }
}

std::vector<const QueryRecord*> recordsBehind(const Experiment& experiment, std::span<const QueryRecord> records,
                                              std::uint32_t arm, const std::string& metric, const CurvePoint& point)
{
    const bool isCalendar = experiment.metrics.windowBy == "calendar";
    const auto made = metrics::makeMetric(metric);
    const bool isPointwise = !made || (*made)->isPointwise();
    std::vector<const QueryRecord*> found;
    for (const QueryRecord& record : records) {
        const std::int64_t place = isCalendar ? record.time : record.eventIndex;
        const bool isUsed = isPointwise || (record.isLiked && record.scores.size() > 1);
        if (record.arm == arm && isUsed && place >= point.from && place < point.to)
            found.push_back(&record);
    }
    std::ranges::stable_sort(found, {}, &QueryRecord::time);
    return found;
}

std::optional<data::InteractionIndex> interactionOf(const data::Dataset& dataset, const QueryRecord& record)
{
    if (record.user >= dataset.userCount() || record.target >= record.candidates.size())
        return {};
    for (const data::InteractionIndex interaction : dataset.ofUser(record.user))
        if (dataset.item(interaction) == record.candidates[record.target]
            && toUnix(dataset.time(interaction)) == record.time)
            return interaction;
    return {};
}

} // namespace driftscope::simulate
