// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"
#include "core/store/runstore.h"
#include "ui/jobs/jobrunner.h"
#include "ui/plots/figure.h"

#include <QObject>

#include <filesystem>
#include <optional>

namespace driftscope::ui {

/// A run as the Results page shows it.
struct RunResult {
    store::Run run;
    simulate::Experiment experiment;
    simulate::RunSummary summary;
    Figure figure;
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
};

} // namespace driftscope::ui
