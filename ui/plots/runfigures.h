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
    std::string sources {}; ///< simulate::sourceText() of the manifest, for captions; empty = left out
    std::string label {}; ///< "run 3", before the arms' names where several runs are shown together
};

/// How simulated time is cut into points, where the experiment's own way is not wanted.
struct CurveView {
    std::string windowBy {}; ///< "event-index", "calendar"; empty = the experiment's
    std::string windowShape {}; ///< "apart", "rolling", "cumulative"; empty = the experiment's
    std::int64_t windowSize = 0; ///< events or days; 0 = the experiment's

    bool operator==(const CurveView&) const = default;
    /// The experiment with its windows replaced.
    [[nodiscard]] simulate::Experiment applied(simulate::Experiment experiment) const;
};

/// What of a run a figure shows.
struct FigureChoice {
    FigureAxis axis = FigureAxis::Time;
    std::vector<std::string> metrics {}; ///< empty = curveMetrics()
    std::vector<std::string> arms {}; ///< names (of groups, along a lag); empty = all
    CurveView view {}; ///< of simulated time
    std::string reference {}; ///< around shifts: arm whose value after them is the level; empty = each arm's own before

    bool operator==(const FigureChoice&) const = default;
};

/// An arm of one of several runs.
struct ArmOfRun {
    std::size_t run = 0; ///< position among the runs
    std::uint32_t arm = 0; ///< position in its experiment

    bool operator==(const ArmOfRun&) const = default;
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

/// The curves of several runs over simulated time in one figure, their arms named "run 3 · recent 4".
///
/// @retval  as runFigure().
[[nodiscard]] Result<Figure> overlaidFigure(std::span<const RunRecords> runs, const FigureChoice& choice,
                                            const JobContext& context = {});

/// The first metric of the choice of arm a less that of arm b over simulated time, over the moments that both answered.
///
/// @retval  as runFigure().
[[nodiscard]] Result<Figure> differenceFigure(std::span<const RunRecords> runs, ArmOfRun a, ArmOfRun b,
                                              const FigureChoice& choice, const JobContext& context = {});

/// A point a user: the first metric of the choice under arm a (along x) and under arm b.
///
/// @retval  as runFigure().
[[nodiscard]] Result<Figure> usersFigure(std::span<const RunRecords> runs, ArmOfRun a, ArmOfRun b,
                                         const FigureChoice& choice);

/// "recent 4", or "run 3 · recent 4" where there are several runs.
[[nodiscard]] std::string armNameOf(std::span<const RunRecords> runs, ArmOfRun arm);

/// The protocol of a run in one or two sentences, for captions.
///
/// @param sources  simulate::sourceText(); empty = left out.
[[nodiscard]] std::string captionOf(const simulate::Experiment& experiment, const simulate::RunSummary& summary,
                                    const std::string& sources = {});

/// Metrics to draw by default: HR@10 and NDCG@10 where the experiment has them, else its first two.
[[nodiscard]] std::vector<std::string> curveMetrics(const simulate::Experiment& experiment);

} // namespace driftscope::ui
