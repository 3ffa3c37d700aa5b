// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/metrics/recovery.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/shifttable.h"

#include <nlohmann/json.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// What to measure around the shifts of a run.
struct DriftQuestion {
    std::string metric {}; ///< "ndcg@10"; empty = that, or else the experiment's first of which more is better
    /// None = those that the experiment's table or replay keeps to, or else all.
    Experiment::ShiftFilter kind = Experiment::ShiftFilter::None;
    std::string reference {}; ///< arm whose value after the shift is the level of all; empty = each arm's own before it
    std::vector<std::string> arms {}; ///< names; empty = all
    metrics::RecoveryOptions recovery {}; ///< its reference, minimum and bootstrap come from here and the experiment
};

/// How a run's arms get over shifts.
struct DriftMeasures {
    std::string metric;
    DriftQuestion question; ///< with the defaults filled in
    std::vector<std::string> arms; ///< in the order of the experiment
    std::vector<ShiftTable::Shift> shifts; ///< that ArmRecovery::shifts point to
    metrics::Recovery recovery;
};

/// Measures a run's records around shifts; complete or not.
///
/// @retval ErrorCode::UnknownName      a metric or arm is not known; the message lists the known ones.
/// @retval ErrorCode::NoEligibleQuery  no shift, or no record near one.
/// @retval ErrorCode::BadArgument, ErrorCode::Cancelled  as metrics::recovery().
[[nodiscard]] Result<DriftMeasures> driftMeasures(const Experiment& experiment, std::span<const QueryRecord> records,
                                                  const ShiftTable& shifts, DriftQuestion question,
                                                  const JobContext& context = {});

/// The metrics over events since the shift, a curve an arm: each point stands in the middle of its events.
[[nodiscard]] std::vector<Curve> alignedCurves(const DriftMeasures& measures);
/// The random ranker's value, for the figure's line; empty if the metric has none.
[[nodiscard]] std::map<std::string, double> alignedRandom(const DriftMeasures& measures);

/// What `recovery --json` prints, less "run".
[[nodiscard]] nlohmann::json toJson(const DriftMeasures& measures);
/// A table for a terminal.
[[nodiscard]] std::string toText(const DriftMeasures& measures);
/// A row a (arm, point of the curve): arm,metric,from,to,value,low,high,n; undefined values are empty fields.
[[nodiscard]] std::string curveCsv(const DriftMeasures& measures);
/// A row a (arm, shift): arm,metric,user,event,kind,swap,queries,before,after,outcome,events.
[[nodiscard]] std::string shiftCsv(const DriftMeasures& measures);

} // namespace driftscope::simulate
