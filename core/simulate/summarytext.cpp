// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metricregistry.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/texttable_p.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace driftscope::simulate {

namespace {

using nlohmann::json;

std::string valueText(const SummaryValue& value)
{
    if (!value.value)
        return "undefined";
    return decimals(*value.value) + (value.hasInterval ? " " + intervalText(value.low, value.high) : "");
}

std::string oneDecimal(double value)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.1f", value);
    return buffer;
}

/// Arms that look at the truth are marked.
std::string shownName(const ArmSummary& arm)
{
    return arm.name + (arm.knowsTruth ? " *" : "");
}

std::vector<Row> metricRows(const RunSummary& summary)
{
    Row head {"metric", "n", "random"};
    for (const auto& arm : summary.arms)
        head.push_back(shownName(arm));
    std::vector<Row> rows {head};
    for (const auto& id : summary.metricIds) {
        Row row {metrics::metricTitle(id)};
        std::size_t n = 0;
        for (const auto& arm : summary.arms)
            n = std::max(n, arm.metrics.at(id).n);
        row.push_back(grouped(static_cast<std::int64_t>(n)));
        const auto random = summary.random.find(id);
        row.push_back(random == summary.random.end() ? "" : decimals(random->second));
        for (const auto& arm : summary.arms)
            row.push_back(valueText(arm.metrics.at(id)));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> costRows(const RunSummary& summary)
{
    std::vector<Row> rows {{"cost", "tokens", "computed", "cached", "seconds", "candidates/s", "peak MB"}};
    for (const auto& arm : summary.arms)
        rows.push_back({shownName(arm), grouped(arm.cost.tokens), grouped(arm.cost.computedTokens),
                        grouped(arm.cost.cachedTokens), oneDecimal(arm.cost.seconds),
                        oneDecimal(arm.cost.candidatesPerSecond),
                        arm.cost.peakBytes > 0 ? grouped(arm.cost.peakBytes / 1'000'000) : "-"});
    return rows;
}

/// "mf was trained 12 times, from 1997-12-04 to 1998-11-01, in 3.2 s", for each arm that was.
std::string trainingNotes(const RunSummary& summary)
{
    std::string notes;
    for (const auto& arm : summary.arms) {
        const auto& updates = arm.cost.updates;
        if (updates.empty())
            continue;
        const auto day = [](const baselines::ModelUpdate& update) { return formatTime(update.time).substr(0, 10); };
        notes += arm.name + " was trained "
            + (updates.size() == 1 ? "once, at " + day(updates.front())
                                   : std::to_string(updates.size()) + " times, from " + day(updates.front()) + " to "
                       + day(updates.back()))
            + ", in " + oneDecimal(arm.cost.trainingSeconds()) + " s.\n";
    }
    return notes;
}

/// Why the undefined values are undefined, each reason once.
std::string undefinedNotes(const RunSummary& summary)
{
    std::string notes;
    for (const auto& id : summary.metricIds)
        for (const auto& arm : summary.arms)
            if (const auto& value = arm.metrics.at(id); !value.value) {
                notes += metrics::metricTitle(id) + " is undefined: " + value.undefined + ".\n";
                break;
            }
    return notes;
}

std::string verdict(const PairedDifference& paired)
{
    const auto metric = metrics::makeMetric(paired.metric);
    const std::string title = metrics::metricTitle(paired.metric);
    const std::string where = (paired.hasInterval ? " " + intervalText(paired.low, paired.high) : "") + ", "
        + std::to_string(paired.users) + (paired.users == 1 ? " user" : " users");
    const bool isClear = paired.hasInterval && (paired.low > 0 || paired.high < 0);
    if (!isClear)
        return paired.a + " and " + paired.b + ": no clear difference in " + title + ": " + decimals(paired.difference)
            + where;
    const bool isBetter = (paired.difference > 0) == (!metric || (*metric)->isHigherBetter());
    const double size = std::abs(paired.difference);
    const double low = std::min(std::abs(paired.low), std::abs(paired.high));
    const double high = std::max(std::abs(paired.low), std::abs(paired.high));
    return (isBetter ? paired.a + " beats " + paired.b : paired.b + " beats " + paired.a) + " by " + decimals(size)
        + " " + title + " " + intervalText(low, high) + ", " + std::to_string(paired.users) + " users";
}

/// The metrics that the words are about: NDCG@10 or else the first that can be compared, and AUC.
std::vector<std::string> headlineMetrics(const RunSummary& summary)
{
    const auto isCompared = [&summary](const std::string& id) {
        return std::any_of(summary.paired.begin(), summary.paired.end(),
                           [&id](const auto& paired) { return paired.metric == id; });
    };
    std::vector<std::string> headlines;
    for (const char* preferred : {"ndcg@10", "auc"})
        if (isCompared(preferred))
            headlines.emplace_back(preferred);
    if (headlines.empty() && !summary.paired.empty())
        headlines.push_back(summary.paired.front().metric);
    return headlines;
}

json intervalBound(bool hasInterval, double bound)
{
    return hasInterval ? json(bound) : json(nullptr);
}

json metricJson(const SummaryValue& value)
{
    json object {{"value", value.value ? json(*value.value) : json(nullptr)},
                 {"low", intervalBound(value.hasInterval, value.low)},
                 {"high", intervalBound(value.hasInterval, value.high)},
                 {"n", value.n},
                 {"users", value.users}};
    if (!value.value)
        object["undefined"] = value.undefined;
    return object;
}

/// Trainings on the time axis of the data, in Unix seconds.
json updatesJson(const ArmCost& cost)
{
    json updates = json::array();
    for (const auto& update : cost.updates)
        updates.push_back(
            {{"time", toUnix(update.time)}, {"seconds", update.seconds}, {"interactions", update.interactions}});
    return updates;
}

json armJson(const ArmSummary& arm)
{
    json values = json::object();
    for (const auto& [id, value] : arm.metrics)
        values[id] = metricJson(value);
    return {{"name", arm.name},
            {"scorer", arm.scorer},
            {"knowsTruth", arm.knowsTruth},
            {"metrics", std::move(values)},
            {"cost",
             {{"tokens", arm.cost.tokens},
              {"computedTokens", arm.cost.computedTokens},
              {"cachedTokens", arm.cost.cachedTokens},
              {"seconds", arm.cost.seconds},
              {"trainingSeconds", arm.cost.trainingSeconds()},
              {"updates", updatesJson(arm.cost)},
              {"candidatesPerSecond", arm.cost.candidatesPerSecond},
              {"peakBytes", arm.cost.peakBytes}}}};
}

} // namespace

json toJson(const RunSummary& summary)
{
    json arms = json::array();
    for (const auto& arm : summary.arms)
        arms.push_back(armJson(arm));
    json paired = json::array();
    for (const auto& difference : summary.paired)
        paired.push_back({{"a", difference.a},
                          {"b", difference.b},
                          {"metric", difference.metric},
                          {"difference", difference.difference},
                          {"low", intervalBound(difference.hasInterval, difference.low)},
                          {"high", intervalBound(difference.hasInterval, difference.high)},
                          {"users", difference.users}});
    return {{"experimentHash", summary.experimentHash},
            {"queries", summary.queries},
            {"tableQueries", summary.tableQueries},
            {"tableWindow", summary.tableWindow},
            {"leaks", summary.leaks},
            {"arms", std::move(arms)},
            {"paired", std::move(paired)},
            {"random", summary.random}};
}

std::string toText(const RunSummary& summary)
{
    std::string text = alignedTable(metricRows(summary)) + undefinedNotes(summary) + "\n"
        + alignedTable(costRows(summary)) + trainingNotes(summary) + "\n";
    for (const auto& headline : headlineMetrics(summary))
        for (const auto& paired : summary.paired)
            if (paired.metric == headline)
                text += verdict(paired) + "\n";
    if (!summary.tableWindow.empty())
        text += "\nThe table is of the " + grouped(static_cast<std::int64_t>(summary.tableQueries)) + " queries "
            + summary.tableWindow + "; cost and curves are of all.";
    text += "\n" + grouped(static_cast<std::int64_t>(summary.queries))
        + " queries, leaks: " + grouped(static_cast<std::int64_t>(summary.leaks))
        + ". Brackets are 95 % bootstrap intervals over users; differences are paired by user.\n";
    if (std::any_of(summary.arms.begin(), summary.arms.end(), [](const ArmSummary& arm) { return arm.knowsTruth; }))
        text += "* knows the planted taste, which no recommender can: a bound, not a competitor.\n";
    return text;
}

} // namespace driftscope::simulate
