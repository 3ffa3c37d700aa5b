// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/comparecommand.h"

#include "app/commands/storedrun.h"
#include "core/metrics/metricregistry.h"
#include "core/simulate/armcomparison.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace driftscope::app {

namespace {

using nlohmann::json;

struct CompareOptions {
    std::string runA;
    std::string runB;
    StoreChoice store;
    bool isJson = false;
};

/// Metrics of the first run, then those that only the second has.
std::vector<std::string> metricsOf(const StoredRun& a, const StoredRun& b)
{
    std::vector<std::string> ids = a.experiment.metrics.ids;
    for (const std::string& id : b.experiment.metrics.ids)
        if (std::ranges::find(ids, id) == ids.end())
            ids.push_back(id);
    return ids;
}

/// An arm of each run.
struct NamedPair {
    std::string nameA;
    std::string nameB;
    simulate::ArmPair rows;
};

std::vector<NamedPair> pairsOf(const StoredRun& a, const StoredRun& b)
{
    std::vector<NamedPair> pairs;
    for (std::uint32_t armA = 0; armA < a.experiment.arms.size(); ++armA)
        for (std::uint32_t armB = 0; armB < b.experiment.arms.size(); ++armB)
            pairs.push_back({a.experiment.arms[armA].name, b.experiment.arms[armB].name,
                             simulate::pairArms(a.records, armA, b.records, armB)});
    return pairs;
}

json boundOf(const metrics::DifferenceEstimate& estimate, double metrics::Interval::*bound)
{
    return estimate.interval ? json((*estimate.interval).*bound) : json();
}

json entryOf(const std::string& id, const NamedPair& pair, const metrics::DifferenceEstimate& estimate)
{
    json entry {{"a", pair.nameA},
                {"b", pair.nameB},
                {"metric", id},
                {"difference", estimate.difference ? json(*estimate.difference) : json()},
                {"low", boundOf(estimate, &metrics::Interval::low)},
                {"high", boundOf(estimate, &metrics::Interval::high)},
                {"users", estimate.users},
                {"queries", pair.rows.a.size()}};
    if (!estimate.difference)
        entry["undefined"] = estimate.undefined;
    return entry;
}

Result<json> differences(const StoredRun& a, const StoredRun& b, const std::vector<NamedPair>& pairs,
                         const JobContext& context)
{
    json paired = json::array();
    for (const std::string& id : metricsOf(a, b)) {
        for (const NamedPair& pair : pairs) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Stopped before all arms were compared.");
            DRIFTSCOPE_TRY(
                const auto estimate,
                simulate::difference(pair.rows, id,
                                     {.seed = a.experiment.seed, .resamples = a.experiment.metrics.resamples}));
            paired.push_back(entryOf(id, pair, estimate));
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
    DRIFTSCOPE_CHECK(simulate::checkSameDataset(a.run.manifest, b.run.manifest));
    const auto pairs = pairsOf(a, b);
    std::size_t queries = 0;
    std::size_t different = 0;
    for (const NamedPair& pair : pairs) {
        queries = std::max(queries, pair.rows.a.size());
        different = std::max(different, pair.rows.differentLists);
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
