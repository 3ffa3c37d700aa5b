// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"
#include "core/store/runstore.h"
#include "ui/jobs/jobrunner.h"
#include "ui/plots/runfigures.h"

#include <QObject>

#include <filesystem>
#include <optional>

namespace driftscope::ui {

/// A run as the Results page shows it.
struct RunResult {
    store::Run run;
    simulate::Experiment experiment;
    simulate::RunSummary summary;
    Figure figure; ///< over simulated time
    Figure shiftFigure; ///< over events since a shift; without points if no shift is known
    Figure lagFigure; ///< over the lag of the context; without points if no arms differ by it
    std::vector<simulate::DriftMeasures> measures; ///< around shifts, one a metric

    [[nodiscard]] const Figure& along(FigureAxis axis) const;
};

/// Reads runs and their records from the store on worker threads. No widgets.
class ResultsPresenter : public QObject
{
    Q_OBJECT

public:
    explicit ResultsPresenter(std::filesystem::path storePath, QObject* parent = nullptr);

    [[nodiscard]] JobRunner& listJob() { return m_listJob; }
    [[nodiscard]] JobRunner& runJob() { return m_runJob; }
    /// Newest first.
    [[nodiscard]] const std::vector<store::Run>& runs() const { return m_runs; }
    /// The chosen run; nothing until it is read.
    [[nodiscard]] const std::optional<RunResult>& result() const { return m_result; }
    /// The run that was asked for; 0 = none.
    [[nodiscard]] store::RunId chosen() const { return m_chosen; }
    /// True while result() is of another run than the chosen one.
    [[nodiscard]] bool isStale() const { return m_runJob.isRunning(); }

    void refreshRuns();
    /// Reads a run and works out its table and curves.
    void choose(store::RunId run);
    /// Deletes a run and its records.
    void remove(store::RunId run);
    /// Differences of the pairs of arms in words, the main ranking metrics first.
    [[nodiscard]] QStringList verdicts() const;
    /// What shifts did to each arm, in words; empty if no shift is known.
    [[nodiscard]] QStringList recoveries() const;
    /// What the figure is over.
    [[nodiscard]] FigureAxis axis() const { return m_axis; }
    void setAxis(FigureAxis axis);
    /// What to say in place of a figure that has no point.
    [[nodiscard]] QString emptyText() const;

signals:
    void runsChanged();
    void resultChanged();
    void failed(const QString& message);

private:
    std::filesystem::path m_storePath;
    JobRunner m_listJob;
    JobRunner m_runJob;
    std::vector<store::Run> m_runs;
    std::optional<RunResult> m_result;
    store::RunId m_chosen = 0;
    FigureAxis m_axis = FigureAxis::Time;
};

} // namespace driftscope::ui
