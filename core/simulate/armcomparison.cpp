// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/armcomparison.h"

#include "core/metrics/metricregistry.h"
#include "core/metrics/metricseries.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace driftscope::simulate {

namespace {

using metrics::ScoredQuery;
using nlohmann::json;

/// The moment that a record is about, whatever the experiment: user, time, number of events before, item.
using MomentKey = std::tuple<std::uint32_t, std::int64_t, std::int64_t, data::ItemIndex>;

MomentKey momentOf(const QueryRecord& record)
{
    return {record.user, record.time, record.eventIndex, record.candidates[record.target]};
}

std::set<MomentKey> momentsOf(std::span<const QueryRecord> records, std::uint32_t arm)
{
    std::set<MomentKey> moments;
    for (const QueryRecord& record : records)
        if (record.arm == arm)
            moments.insert(momentOf(record));
    return moments;
}

std::vector<QueryRecord> recordsAt(std::span<const QueryRecord> records, std::uint32_t arm,
                                   const std::set<MomentKey>& moments)
{
    std::vector<QueryRecord> kept;
    for (const QueryRecord& record : records)
        if (record.arm == arm && moments.contains(momentOf(record)))
            kept.push_back(record);
    return kept;
}

/// Moments whose lists of candidates differ between two arms over the same moments.
std::size_t countDifferentLists(const std::vector<QueryRecord>& a, const std::vector<QueryRecord>& b)
{
    const auto sorted = [](const QueryRecord& record) {
        auto items = record.candidates;
        std::ranges::sort(items);
        return items;
    };
    std::map<MomentKey, std::vector<data::ItemIndex>> lists;
    for (const QueryRecord& record : a)
        lists.emplace(momentOf(record), sorted(record));
    return static_cast<std::size_t>(std::ranges::count_if(
        b, [&](const QueryRecord& record) { return lists.at(momentOf(record)) != sorted(record); }));
}

std::vector<json> hashesOf(const json& manifest)
{
    std::vector<json> found;
    if (manifest.is_object())
        for (const json& file : manifest.value("dataset", json::object()).value("files", json::array()))
            found.push_back(file.value("hash", json()));
    return found;
}

/// The queries of one window of a series.
std::vector<const ScoredQuery*> inside(const std::vector<ScoredQuery>& rows, const metrics::SeriesPoint& window,
                                       const metrics::SeriesOptions& options)
{
    std::vector<const ScoredQuery*> found;
    for (const ScoredQuery& row : rows) {
        const std::int64_t place = options.by == metrics::WindowBy::Calendar ? row.time : row.eventIndex;
        const bool isAfterBegin = options.shape == metrics::WindowShape::Cumulative || place >= window.from;
        if (isAfterBegin && place < window.to)
            found.push_back(&row);
    }
    return found;
}

CurvePoint differenceAt(const metrics::SeriesPoint& window, const metrics::DifferenceEstimate& estimate,
                        std::size_t minimum)
{
    CurvePoint point {.at = window.at, .n = window.value.n, .from = window.from, .to = window.to};
    if (point.n < minimum || !estimate.difference)
        return point;
    point.value = estimate.difference;
    if (estimate.interval) {
        point.hasBand = true;
        point.low = estimate.interval->low;
        point.high = estimate.interval->high;
    }
    return point;
}

std::map<std::uint32_t, std::vector<const ScoredQuery*>> byUser(const std::vector<ScoredQuery>& rows)
{
    std::map<std::uint32_t, std::vector<const ScoredQuery*>> users;
    for (const ScoredQuery& row : rows)
        users[row.user].push_back(&row);
    return users;
}

} // namespace

ArmPair pairArms(std::span<const QueryRecord> a, std::uint32_t armA, std::span<const QueryRecord> b, std::uint32_t armB)
{
    const auto momentsA = momentsOf(a, armA);
    const auto momentsB = momentsOf(b, armB);
    std::set<MomentKey> common;
    std::ranges::set_intersection(momentsA, momentsB, std::inserter(common, common.end()));
    const auto recordsA = recordsAt(a, armA, common);
    const auto recordsB = recordsAt(b, armB, common);
    return {scoredQueries(recordsA, armA), scoredQueries(recordsB, armB), countDifferentLists(recordsA, recordsB)};
}

Result<> checkSameDataset(const json& manifestA, const json& manifestB)
{
    const auto hashes = hashesOf(manifestA);
    if (hashes.empty() || hashes != hashesOf(manifestB))
        return fail(ErrorCode::Inconsistent, "The runs are of different datasets and cannot be compared.");
    return {};
}

Result<metrics::DifferenceEstimate> difference(const ArmPair& pair, const std::string& metric,
                                               const metrics::BootstrapOptions& bootstrap)
{
    DRIFTSCOPE_TRY(const auto made, metrics::makeMetric(metric));
    return metrics::pairedDifference(*made, metrics::pointersTo(pair.a), metrics::pointersTo(pair.b), bootstrap);
}

Result<Curve> differenceCurve(const ArmPair& pair, const std::string& metric, const Experiment& experiment,
                              const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto made, metrics::makeMetric(metric));
    metrics::SeriesOptions options;
    DRIFTSCOPE_TRY(options.by, metrics::windowByOf(experiment.metrics.windowBy));
    DRIFTSCOPE_TRY(options.shape, metrics::windowShapeOf(experiment.metrics.windowShape));
    options.size = experiment.metrics.windowSize;
    options.minimumPerPoint = 0;
    options.bootstrap.resamples = 0; // the windows alone are wanted of the series
    const metrics::BootstrapOptions bootstrap {.seed = experiment.seed, .resamples = experiment.metrics.resamples};
    DRIFTSCOPE_TRY(const auto windows,
                   metrics::metricSeries(*made, metrics::pointersTo(pair.a), options, {.stop = context.stop}));
    Curve curve {.arm = {}, .metric = metric, .points = {}};
    for (const auto& window : windows) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped before all windows were compared.");
        const auto estimate = metrics::pairedDifference(*made, inside(pair.a, window, options),
                                                        inside(pair.b, window, options), bootstrap);
        curve.points.push_back(
            differenceAt(window, estimate, static_cast<std::size_t>(experiment.metrics.minimumPerPoint)));
    }
    return curve;
}

Result<std::vector<UserValues>> valuesOfUsers(const ArmPair& pair, const std::string& metric)
{
    DRIFTSCOPE_TRY(const auto made, metrics::makeMetric(metric));
    const auto usersB = byUser(pair.b);
    std::vector<UserValues> values;
    for (const auto& [user, rows] : byUser(pair.a)) {
        const auto other = usersB.find(user);
        if (other == usersB.end())
            continue;
        const auto a = made->compute(rows);
        const auto b = made->compute(other->second);
        if (a.value && b.value)
            values.push_back({user, *a.value, *b.value, a.n});
    }
    return values;
}

} // namespace driftscope::simulate
