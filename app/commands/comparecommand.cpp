// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/comparecommand.h"

#include "app/commands/storedrun.h"
#include "core/metrics/bootstrap.h"
#include "core/metrics/metricregistry.h"
#include "core/simulate/runsummary.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace driftscope::app {

namespace {

using metrics::ScoredQuery;
using nlohmann::json;
using simulate::QueryRecord;

struct CompareOptions {
    std::string runA;
    std::string runB;
    StoreChoice store;
    bool isJson = false;
};

/// The moment that a record is about, whatever the experiment: user, time, number of events before, item.
using Moment = std::tuple<std::uint32_t, std::int64_t, std::int64_t, data::ItemIndex>;

Moment momentOf(const QueryRecord& record)
{
    return {record.user, record.time, record.eventIndex, record.candidates[record.target]};
}

/// The moments that one arm has answered.
std::set<Moment> momentsOf(const StoredRun& run, std::uint32_t arm)
{
    std::set<Moment> moments;
    for (const QueryRecord& record : run.records)
        if (record.arm == arm)
            moments.insert(momentOf(record));
    return moments;
}

/// User and item numbers mean the same only in the same data.
Result<> checkSameDataset(const StoredRun& a, const StoredRun& b)
{
    const auto hashes = [](const StoredRun& run) {
        std::vector<json> found;
        for (const json& file : run.run.manifest.value("dataset", json::object()).value("files", json::array()))
            found.push_back(file.value("hash", json()));
        return found;
    };
    if (hashes(a).empty() || hashes(a) != hashes(b))
        return fail(ErrorCode::Inconsistent,
                    "Runs " + std::to_string(a.run.id) + " and " + std::to_string(b.run.id)
                        + " are of different datasets and cannot be compared.");
    return {};
}

std::vector<QueryRecord> recordsOf(const StoredRun& run, std::uint32_t arm, const std::set<Moment>& common)
{
    std::vector<QueryRecord> kept;
    for (const QueryRecord& record : run.records)
        if (record.arm == arm && common.contains(momentOf(record)))
            kept.push_back(record);
    return kept;
}

/// Moments whose lists of candidates differ between two arms over the same moments.
std::size_t differentLists(const std::vector<QueryRecord>& a, const std::vector<QueryRecord>& b)
{
    const auto sorted = [](const QueryRecord& record) {
        auto items = record.candidates;
        std::ranges::sort(items);
        return items;
    };
    std::map<Moment, std::vector<data::ItemIndex>> lists;
    for (const QueryRecord& record : a)
        lists.emplace(momentOf(record), sorted(record));
    return static_cast<std::size_t>(std::ranges::count_if(
        b, [&](const QueryRecord& record) { return lists.at(momentOf(record)) != sorted(record); }));
}

/// Metrics of the first run, then those that only the second has.
std::vector<std::string> metricsOf(const StoredRun& a, const StoredRun& b)
{
    std::vector<std::string> ids = a.experiment.metrics.ids;
    for (const std::string& id : b.experiment.metrics.ids)
        if (std::ranges::find(ids, id) == ids.end())
            ids.push_back(id);
    return ids;
}

/// An arm of each run, with their rows over the moments that both have answered.
struct ArmPair {
    std::string nameA;
    std::string nameB;
    std::vector<ScoredQuery> rowsA;
    std::vector<ScoredQuery> rowsB;
    std::size_t differentLists = 0;
};

ArmPair pairOf(const StoredRun& a, std::uint32_t armA, const StoredRun& b, std::uint32_t armB)
{
    const auto momentsA = momentsOf(a, armA);
    const auto momentsB = momentsOf(b, armB);
    std::set<Moment> common;
    std::ranges::set_intersection(momentsA, momentsB, std::inserter(common, common.end()));
    const auto recordsA = recordsOf(a, armA, common);
    const auto recordsB = recordsOf(b, armB, common);
    return {a.experiment.arms[armA].name, b.experiment.arms[armB].name, simulate::scoredQueries(recordsA, armA),
            simulate::scoredQueries(recordsB, armB), differentLists(recordsA, recordsB)};
}

std::vector<ArmPair> pairsOf(const StoredRun& a, const StoredRun& b)
{
    std::vector<ArmPair> pairs;
    for (std::uint32_t armA = 0; armA < a.experiment.arms.size(); ++armA)
        for (std::uint32_t armB = 0; armB < b.experiment.arms.size(); ++armB)
            pairs.push_back(pairOf(a, armA, b, armB));
    return pairs;
}

json boundOf(const metrics::DifferenceEstimate& estimate, double metrics::Interval::*bound)
{
    return estimate.interval ? json((*estimate.interval).*bound) : json();
}

json differenceOf(const metrics::Metric& metric, const std::string& id, const ArmPair& pair,
                  const metrics::BootstrapOptions& bootstrap)
{
    const auto estimate =
        metrics::pairedDifference(metric, metrics::pointersTo(pair.rowsA), metrics::pointersTo(pair.rowsB), bootstrap);
    json entry {{"a", pair.nameA},
                {"b", pair.nameB},
                {"metric", id},
                {"difference", estimate.difference ? json(*estimate.difference) : json()},
                {"low", boundOf(estimate, &metrics::Interval::low)},
                {"high", boundOf(estimate, &metrics::Interval::high)},
                {"users", estimate.users},
                {"queries", pair.rowsA.size()}};
    if (!estimate.difference)
        entry["undefined"] = estimate.undefined;
    return entry;
}

Result<json> differences(const StoredRun& a, const StoredRun& b, const std::vector<ArmPair>& pairs,
                         const JobContext& context)
{
    json paired = json::array();
    for (const std::string& id : metricsOf(a, b)) {
        DRIFTSCOPE_TRY(const auto metric, metrics::makeMetric(id));
        for (const ArmPair& pair : pairs) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Stopped before all arms were compared.");
            paired.push_back(differenceOf(*metric, id, pair,
                                          {.seed = a.experiment.seed, .resamples = a.experiment.metrics.resamples}));
        }
    }
    return paired;
}

void printText(const json& result)
{
    std::cout << "Run " << result["runs"][0] << " less run " << result["runs"][1] << ", over " << result["queries"]
              << " common queries; 95 % intervals, paired by user\n\n"
              << padded("metric", 14) << padded("a", 26) << padded("b", 26) << "difference\n";
    for (const json& entry : result["paired"]) {
        std::cout << padded(metrics::metricTitle(entry["metric"].get<std::string>()), 14)
                  << padded(entry["a"].get<std::string>(), 26) << padded(entry["b"].get<std::string>(), 26);
        char text[96] = "";
        if (entry["difference"].is_null())
            std::cout << "undefined: " << entry["undefined"].get<std::string>();
        else if (entry["low"].is_null())
            std::snprintf(text, sizeof text, "%+.4f", entry["difference"].get<double>());
        else
            std::snprintf(text, sizeof text, "%+.4f [%+.4f, %+.4f]", entry["difference"].get<double>(),
                          entry["low"].get<double>(), entry["high"].get<double>());
        std::cout << text << ", " << entry["users"] << " users\n";
    }
}

Result<> compareRuns(const CompareOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto a, openRun(options.store.path(), options.runA));
    DRIFTSCOPE_TRY(const auto b, openRun(options.store.path(), options.runB));
    DRIFTSCOPE_CHECK(checkSameDataset(a, b));
    const auto pairs = pairsOf(a, b);
    std::size_t queries = 0;
    std::size_t different = 0;
    for (const ArmPair& pair : pairs) {
        queries = std::max(queries, pair.rowsA.size());
        different = std::max(different, pair.differentLists);
    }
    if (queries == 0)
        return fail(ErrorCode::NoEligibleQuery,
                    "Runs " + std::to_string(a.run.id) + " and " + std::to_string(b.run.id)
                        + " have no query in common; run both with the same replay part.");
    if (different > 0)
        note(std::to_string(different) + " of " + std::to_string(queries)
             + " common queries have other candidates in the other run, so ranking metrics differ by chance as well.");
    DRIFTSCOPE_TRY(json paired, differences(a, b, pairs, context));
    const json result {{"runs", {a.run.id, b.run.id}}, {"queries", queries}, {"paired", std::move(paired)}};
    if (options.isJson)
        printJson(result);
    else
        printText(result);
    return {};
}

} // namespace

void addCompareCommand(CommandLine& line)
{
    const auto options = std::make_shared<CompareOptions>();
    CLI::App* const command =
        line.add("compare", "Differences between the arms of two runs, paired by user", "driftscope-cli compare 1 2",
                 [options](const JobContext& context) { return compareRuns(*options, context); });
    command->add_option("a", options->runA, "Number of the first run, or 'last'")->required();
    command->add_option("b", options->runB, "Number of the second run, or 'last'")->required();
    options->store.addTo(*command);
    command->add_flag("--json", options->isJson, "Print JSON");
}

} // namespace driftscope::app
