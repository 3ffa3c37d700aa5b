// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/simulate/driftmeasures.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/shifttable.h"
#include "ui/plots/figure.h"

#include <span>
#include <string>
#include <vector>

namespace driftscope::ui {

/// A run's records, as its figures are made from them. All but the numbers belongs to the caller.
struct RunRecords {
    const simulate::Experiment& experiment;
    std::span<const simulate::QueryRecord> records;
    const simulate::RunSummary& summary; ///< of these
    simulate::ShiftTable shifts {}; ///< of the run's manifest; empty = none known
};

/// What of a run a figure shows.
struct FigureChoice {
    FigureAxis axis = FigureAxis::Time;
    std::vector<std::string> metrics {}; ///< empty = curveMetrics()
    std::vector<std::string> arms {}; ///< names (of groups, along a lag); empty = all
};

/// How the run's arms get over shifts, for each of the chosen metrics of which more is better; empty if no shift is
/// known or no moment lies near one.
///
/// @retval  as runFigure().
[[nodiscard]] Result<std::vector<simulate::DriftMeasures>>
shiftMeasures(const RunRecords& run, const FigureChoice& choice, const JobContext& context = {});

/// The figure of these measures: curves aligned at the shifts.
[[nodiscard]] Figure shiftFigure(const RunRecords& run, std::span<const simulate::DriftMeasures> measures);

/// The figure of a run with its caption. Without points where a run has none: no shift is known (SinceShift), no three
/// arms differ by their lag alone (Lag).
///
/// @retval ErrorCode::UnknownName  a metric or an arm is not known.
/// @retval ErrorCode::Cancelled    stop was requested.
[[nodiscard]] Result<Figure> runFigure(const RunRecords& run, const FigureChoice& choice,
                                       const JobContext& context = {});

/// The protocol of a run in one or two sentences, for captions.
[[nodiscard]] std::string captionOf(const simulate::Experiment& experiment, const simulate::RunSummary& summary);

/// Metrics to draw by default: HR@10 and NDCG@10 where the experiment has them, else its first two.
[[nodiscard]] std::vector<std::string> curveMetrics(const simulate::Experiment& experiment);

} // namespace driftscope::ui
