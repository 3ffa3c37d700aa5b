// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/staleness.h"

#include "core/simulate/experimentfields_p.h"

#include <algorithm>
#include <map>

namespace driftscope::simulate {

namespace {

constexpr std::size_t fewestLags = 3; // two are a difference, not a curve

/// An arm as JSON without its name and lag: equal for arms that differ in these alone.
std::string withoutLag(const Arm& arm)
{
    Arm plain = arm;
    plain.name.clear();
    plain.history.lag = {};
    return writeFields<Arm>(armFieldTable(), plain).dump();
}

/// What all names begin with, less trailing spaces, commas and brackets.
std::string commonName(const Experiment& experiment, const LagGroup& group)
{
    std::string common = experiment.arms[group.arms.front().second].name;
    for (const auto& [lag, arm] : group.arms) {
        const std::string& name = experiment.arms[arm].name;
        const auto differs = std::ranges::mismatch(common, name).in1;
        common.erase(differs, common.end());
    }
    const auto last = common.find_last_not_of(" ,;:=([-");
    common.erase(last == std::string::npos ? 0 : last + 1);
    return common.empty() ? "lagged context" : common;
}

CurvePoint pointOf(const SummaryValue& value, double at)
{
    return {.at = at,
            .value = value.value,
            .hasBand = value.hasInterval,
            .low = value.low,
            .high = value.high,
            .n = value.n};
}

/// A group's values, one a lag.
Curve curveOf(const LagGroup& group, const RunSummary& summary, const std::string& metric)
{
    Curve curve {.arm = group.name, .metric = metric, .points = {}};
    for (const auto& [lag, arm] : group.arms)
        curve.points.push_back(pointOf(summary.arms[arm].metrics.at(metric), static_cast<double>(lag)));
    return curve;
}

/// A baseline's value at each lag: its context has none.
Curve flatCurve(const LagGroup& lags, const ArmSummary& arm, const std::string& metric)
{
    Curve curve {.arm = arm.name, .metric = metric, .points = {}};
    for (const auto& [lag, unused] : lags.arms)
        curve.points.push_back(pointOf(arm.metrics.at(metric), static_cast<double>(lag)));
    return curve;
}

} // namespace

std::vector<LagGroup> lagGroups(const Experiment& experiment)
{
    std::map<std::string, std::vector<std::uint32_t>> alike;
    for (std::uint32_t arm = 0; arm < experiment.arms.size(); ++arm)
        if (experiment.arms[arm].isModel())
            alike[withoutLag(experiment.arms[arm])].push_back(arm);
    std::vector<LagGroup> groups;
    using Unit = data::Lag::Unit;
    for (const auto& [key, arms] : alike)
        for (const Unit unit : {Unit::Events, Unit::Days, Unit::Shifts}) {
            LagGroup group {.name = {}, .unit = unit, .arms = {}};
            std::map<std::int64_t, std::uint32_t> byLag;
            for (const std::uint32_t arm : arms) {
                const auto& lag = experiment.arms[arm].history.lag;
                if (lag.unit == unit || lag.amount <= 0)
                    byLag.emplace(std::max<std::int64_t>(0, lag.amount), arm);
            }
            group.arms.assign(byLag.begin(), byLag.end());
            if (group.arms.size() < fewestLags)
                continue;
            group.name = commonName(experiment, group);
            groups.push_back(std::move(group));
        }
    std::ranges::stable_sort(groups, {}, [](const LagGroup& group) { return group.arms.front().second; });
    return groups;
}

std::vector<Curve> stalenessCurves(const Experiment& experiment, const RunSummary& summary,
                                   std::span<const std::string> metricIds)
{
    std::vector<Curve> curves;
    const auto groups = lagGroups(experiment);
    if (groups.empty())
        return curves;
    for (const auto& metric : metricIds) {
        for (const LagGroup& group : groups)
            if (group.unit == groups.front().unit) // one axis has one unit
                curves.push_back(curveOf(group, summary, metric));
        for (std::size_t arm = 0; arm < summary.arms.size(); ++arm)
            if (!experiment.arms[arm].isModel())
                curves.push_back(flatCurve(groups.front(), summary.arms[arm], metric));
    }
    return curves;
}

std::string lagUnitName(data::Lag::Unit unit)
{
    switch (unit) {
    case data::Lag::Unit::Days:
        return "days";
    case data::Lag::Unit::Shifts:
        return "shifts";
    case data::Lag::Unit::Events:
        break;
    }
    return "events";
}

} // namespace driftscope::simulate
