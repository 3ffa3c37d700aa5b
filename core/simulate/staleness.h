// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"

#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// Arms that differ in nothing but the lag of their context.
struct LagGroup {
    std::string name; ///< what their names begin with, without trailing marks
    data::Lag::Unit unit = data::Lag::Unit::Events;
    std::vector<std::pair<std::int64_t, std::uint32_t>> arms; ///< (lag, position in the experiment), ascending
};

/// The groups of three or more arms that an experiment compares by lag alone (history.lag, the demonstrations with it);
/// an arm without lag belongs to a group of any unit.
[[nodiscard]] std::vector<LagGroup> lagGroups(const Experiment& experiment);

/// "How stale is too stale?": for each metric a curve a group (CurvePoint::at = lag in the group's unit), and a flat
/// one for each baseline arm, its ceiling and floor; with the intervals of summarize(). Empty without a group.
[[nodiscard]] std::vector<Curve> stalenessCurves(const Experiment& experiment, const RunSummary& summary,
                                                 std::span<const std::string> metricIds);

/// "events", "days", "shifts": the unit of the staleness curves' axis.
[[nodiscard]] std::string lagUnitName(data::Lag::Unit unit);

} // namespace driftscope::simulate
