// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/simulate/driftmeasures.h"
#include "core/simulate/runsummary.h"
#include "core/store/storedrun.h"
#include "ui/plots/runfigures.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::ui {

/// What the figure of a run is of.
enum class ResultView : std::uint8_t {
    Time, ///< curves over simulated time, of all chosen runs
    SinceShift, ///< around shifts of taste
    Lag, ///< over the lag of the context
    Difference, ///< of two arms over simulated time
    Users ///< one arm against another, a point a user
};

/// A run as the Results page shows it.
struct RunResult {
    std::shared_ptr<const store::StoredRun> stored;
    simulate::RunSummary summary;
    std::string sources; ///< hashes, for captions

    [[nodiscard]] const store::Run& run() const { return stored->run; }
    [[nodiscard]] const simulate::Experiment& experiment() const { return stored->experiment; }
    /// As figures are made from it. Not longer than this lives.
    [[nodiscard]] RunRecords records() const;
};

/// The figure that is shown, and what is said beside it.
struct ShownFigure {
    Figure figure;
    std::vector<simulate::DriftMeasures> measures {}; ///< around shifts, one a metric
    std::optional<simulate::PairedDifference> paired {}; ///< of two arms over all their common moments
    std::size_t differentLists = 0; ///< moments at which the two arms had other candidates
};

/// What a figure is made from, copied from the presenter.
struct FigureRequest {
    std::vector<RunResult> runs;
    ResultView view = ResultView::Time;
    FigureChoice choice;
    bool areShiftsDetected = false;
    ArmOfRun a;
    ArmOfRun b;
};

/// Makes what is shown of the runs. On a worker thread.
///
/// @retval  as runFigure() and store::shiftsOf().
[[nodiscard]] Result<ShownFigure> drawFigure(const FigureRequest& request, const JobContext& context);

/// The figures of all views that have points. On a worker thread.
[[nodiscard]] Result<std::vector<Figure>> allFigures(const RunResult& run, const FigureChoice& choice,
                                                     const JobContext& context);

} // namespace driftscope::ui
