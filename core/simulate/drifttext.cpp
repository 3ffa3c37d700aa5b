// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/metrics/metricregistry.h"
#include "core/simulate/driftmeasures.h"
#include "core/simulate/texttable_p.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace driftscope::simulate {

namespace {

using metrics::ArmRecovery;
using metrics::Estimate;
using nlohmann::json;

/// A number; null if it is undefined or infinite (not within the time looked at).
json numberOrNull(std::optional<double> value)
{
    return value && std::isfinite(*value) ? json(*value) : json();
}

json estimateJson(const Estimate& estimate)
{
    const bool hasInterval = estimate.interval.has_value();
    return {{"value", numberOrNull(estimate.value)},
            {"low", hasInterval ? numberOrNull(estimate.interval->low) : json()},
            {"high", hasInterval ? numberOrNull(estimate.interval->high) : json()}};
}

/// Events with what an infinite one means: "isCensored" tells it from an undefined one.
json eventsJson(const Estimate& estimate)
{
    json object = estimateJson(estimate);
    object["isCensored"] = estimate.value && std::isinf(*estimate.value);
    object["highIsCensored"] = estimate.interval && std::isinf(estimate.interval->high);
    return object;
}

json pointJson(const metrics::AlignedPoint& point, std::int64_t width)
{
    return {{"from", point.from},
            {"to", point.from + width - 1},
            {"value", numberOrNull(point.value.value)},
            {"low", point.interval ? json(point.interval->low) : json()},
            {"high", point.interval ? json(point.interval->high) : json()},
            {"n", point.value.n}};
}

json armJson(const DriftMeasures& measures, std::size_t position)
{
    const ArmRecovery& arm = measures.recovery.arms[position];
    json curve = json::array();
    for (const auto& point : arm.curve)
        curve.push_back(pointJson(point, measures.question.recovery.width));
    json object {
        {"name", measures.arms[position]},
        {"level", estimateJson(arm.level)},
        {"target", numberOrNull(arm.target)},
        {"eventsToRecover", eventsJson(arm.events)},
        {"areaLost", estimateJson(arm.area)},
        {"shifts",
         {{"recovered", arm.recovered}, {"censored", arm.censored}, {"medianEvents", eventsJson(arm.medianEvents)}}},
        {"curve", std::move(curve)}};
    if (!arm.undefined.empty())
        object["undefined"] = arm.undefined;
    return object;
}

/// "12", "-3.5"
std::string eventText(double events)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, std::floor(events) == events ? "%.0f" : "%.1f", events);
    return buffer;
}

/// "12 [8, 17]", ">25 [20, >25]" where it is not reached in the time looked at.
std::string eventsText(const Estimate& estimate, const metrics::RecoveryOptions& options)
{
    const auto text = [&options](double value) {
        return std::isinf(value) ? ">" + std::to_string(options.after - options.width) : eventText(value);
    };
    if (!estimate.value)
        return "-";
    return text(*estimate.value)
        + (estimate.interval ? " [" + text(estimate.interval->low) + ", " + text(estimate.interval->high) + "]" : "");
}

std::string estimateText(const Estimate& estimate)
{
    if (!estimate.value)
        return "-";
    return decimals(*estimate.value)
        + (estimate.interval ? " " + intervalText(estimate.interval->low, estimate.interval->high) : "");
}

std::string tableText(const DriftMeasures& measures)
{
    const auto& options = measures.question.recovery;
    std::vector<Row> rows {
        {"arm", "level", "events to recover", "area lost", "shifts recovered", "censored", "median events"}};
    std::string notes;
    for (std::size_t i = 0; i < measures.arms.size(); ++i) {
        const ArmRecovery& arm = measures.recovery.arms[i];
        rows.push_back({measures.arms[i], estimateText(arm.level), eventsText(arm.events, options),
                        estimateText(arm.area), std::to_string(arm.recovered), std::to_string(arm.censored),
                        eventsText(arm.medianEvents, options)});
        if (!arm.undefined.empty())
            notes += measures.arms[i] + ": " + arm.undefined + ".\n";
    }
    return alignedTable(rows) + notes;
}

/// The pairs whose area differs clearly, in words.
std::string differenceText(const DriftMeasures& measures)
{
    std::string text;
    const std::string title = metrics::metricTitle(measures.metric);
    for (const auto& one : measures.recovery.differences) {
        if (!one.area.value || !one.area.interval || (one.area.interval->low <= 0 && one.area.interval->high >= 0))
            continue;
        const bool aLosesMore = *one.area.value > 0;
        const auto& interval = *one.area.interval;
        const auto [low, high] = std::minmax({std::abs(interval.low), std::abs(interval.high)});
        text += measures.arms[aLosesMore ? one.a : one.b] + " loses " + decimals(std::abs(*one.area.value)) + " "
            + title + " events more than " + measures.arms[aLosesMore ? one.b : one.a] + " " + intervalText(low, high)
            + "\n";
    }
    return text.empty() ? "No two arms clearly differ in the area lost.\n" : text;
}

std::string explanation(const DriftMeasures& measures)
{
    const auto& question = measures.question;
    const auto& options = question.recovery;
    const std::string level = question.reference.empty()
        ? "the arm's own over the " + std::to_string(options.before) + " events before the shift"
        : "that of '" + question.reference + "' over the " + std::to_string(options.after) + " events after it";
    char share[32];
    std::snprintf(share, sizeof share, "%g %%", 100 * options.share);
    return metrics::metricTitle(measures.metric) + " around " + std::to_string(measures.recovery.shifts)
        + (question.kind == Experiment::ShiftFilter::Any ? "" : " " + std::string(filterName(question.kind)))
        + " shifts of " + std::to_string(measures.recovery.users) + " users. Level: " + level
        + ". Recovered: the first event from which on " + std::to_string(options.width) + " events keep " + share
        + " of the level's distance from a random ranker. Area lost: level less metric, summed over "
        + std::to_string(options.after)
        + " events. Shifts one by one: median with censored ones counted (Kaplan-Meier). Brackets are 95 % bootstrap "
          "intervals over users; differences are paired by user.\n";
}

std::string csvNumber(std::optional<double> value)
{
    if (!value || !std::isfinite(*value))
        return {};
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.17g", *value);
    return buffer;
}

std::string shiftRow(const DriftMeasures& measures, const metrics::ShiftRecovery& one)
{
    const ShiftTable::Shift& shift = measures.shifts[one.shift];
    const char* const outcome = !one.isCounted ? "not counted" : one.isRecovered ? "recovered" : "censored";
    return std::to_string(shift.user) + "," + std::to_string(shift.event) + "," + shift.kind + ","
        + (shift.isSwap ? "1" : "0") + "," + std::to_string(one.queries) + "," + csvNumber(one.before) + ","
        + csvNumber(one.after) + "," + outcome + "," + (one.isCounted ? std::to_string(one.events) : "") + "\n";
}

} // namespace

json toJson(const DriftMeasures& measures)
{
    const auto& question = measures.question;
    json arms = json::array();
    for (std::size_t arm = 0; arm < measures.arms.size(); ++arm)
        arms.push_back(armJson(measures, arm));
    json paired = json::array();
    for (const auto& one : measures.recovery.differences)
        paired.push_back({{"a", measures.arms[one.a]},
                          {"b", measures.arms[one.b]},
                          {"areaLost", estimateJson(one.area)},
                          {"eventsToRecover", estimateJson(one.events)}});
    const auto random = alignedRandom(measures);
    return {{"metric", measures.metric},
            {"shifts", measures.recovery.shifts},
            {"users", measures.recovery.users},
            {"kind", filterName(question.kind)},
            {"before", question.recovery.before},
            {"after", question.recovery.after},
            {"width", question.recovery.width},
            {"share", question.recovery.share},
            {"reference", question.reference.empty() ? json() : json(question.reference)},
            {"random", random.empty() ? json() : json(random.begin()->second)},
            {"arms", std::move(arms)},
            {"paired", std::move(paired)}};
}

std::string toText(const DriftMeasures& measures)
{
    return tableText(measures) + "\n" + differenceText(measures) + "\n" + explanation(measures);
}

std::string curveCsv(const DriftMeasures& measures)
{
    std::string csv = "arm,metric,from,to,value,low,high,n\n";
    for (std::size_t arm = 0; arm < measures.arms.size(); ++arm)
        for (const auto& point : measures.recovery.arms[arm].curve) {
            const auto interval = point.interval;
            csv += csvField(measures.arms[arm]) + "," + measures.metric + "," + std::to_string(point.from) + ","
                + std::to_string(point.from + measures.question.recovery.width - 1) + "," + csvNumber(point.value.value)
                + "," + (interval ? csvNumber(interval->low) : "") + "," + (interval ? csvNumber(interval->high) : "")
                + "," + std::to_string(point.value.n) + "\n";
        }
    return csv;
}

std::string shiftCsv(const DriftMeasures& measures)
{
    std::string csv = "arm,metric,user,event,kind,swap,queries,before,after,outcome,events\n";
    for (std::size_t arm = 0; arm < measures.arms.size(); ++arm)
        for (const auto& one : measures.recovery.arms[arm].shifts)
            csv += csvField(measures.arms[arm]) + "," + measures.metric + "," + shiftRow(measures, one);
    return csv;
}

} // namespace driftscope::simulate
