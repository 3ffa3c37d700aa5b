// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"
#include "core/store/runstore.h"
#include "ui/focus/workspace.h"
#include "ui/pages/simulate/pausegate.h"
#include "ui/pages/simulate/pointmoments.h"
#include "ui/pages/simulate/recordlog.h"
#include "ui/plots/figure.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace driftscope::ui {

/// What a run will cost, as far as can be told before it.
struct RunEstimate {
    std::size_t queries = 0;
    std::size_t arms = 0;
    std::size_t prompts = 0;
    double tokensPerPrompt = 0; ///< mean of a sample
    double seconds = 0; ///< 0 = this model's speed on this device was never measured
};

/// A run that waits for its turn, with all that it needs as it was when it was queued.
struct QueuedRun {
    simulate::Experiment experiment;
    OpenDataset dataset;
    OpenCheckpoint checkpoint;
    bool goesOn = false;
};

/// Runs the experiment draft into the store: the same calls as driftscope-cli run, with live curves on the side, and
/// further drafts one after another. No widgets. GUI thread; the work is done on worker threads.
class RunSession : public QObject
{
    Q_OBJECT

public:
    explicit RunSession(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] JobRunner& job() { return m_job; }
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    [[nodiscard]] bool isPaused() const { return m_gate->isPaused(); }
    /// The run at work or the last one.
    [[nodiscard]] std::optional<store::RunId> run() const { return m_run; }
    [[nodiscard]] const Figure& figure() const { return m_figure; }
    [[nodiscard]] const std::optional<RunEstimate>& estimate() const { return m_estimate; }
    /// Why there is no estimate, where something is wrong with the experiment; else empty.
    [[nodiscard]] const QString& estimateProblem() const { return m_estimateProblem; }
    /// What is missing before a run can start; empty = nothing.
    [[nodiscard]] QString missing() const;

    /// Loads the model if that has not been done, and runs; while a run is at work, the draft waits in the queue.
    /// @param goesOn  with an unfinished run of the same experiment, if there is one.
    void start(bool goesOn);
    /// What waits, the next one first. It is started when the run at work finishes or fails; a run that was stopped
    /// leaves it waiting.
    [[nodiscard]] const std::vector<QueuedRun>& queue() const { return m_queue; }
    void removeQueued(std::size_t position);
    void startQueued();
    /// The experiment of the run at work or the last one.
    [[nodiscard]] const simulate::Experiment& experiment() const { return m_experiment; }
    /// What the figure shows of it.
    void setChoice(const FigureChoice& choice);
    /// Looks for the moments behind a point of the figure: momentFound() or momentMissing().
    void findMoment(const PlotPoint& point);
    void setPaused(bool isPaused);
    void stop() { m_job.cancel(); }
    /// Works out the estimate in the background.
    void refreshEstimate();

signals:
    void queueChanged();
    /// The interaction of the open dataset that is one of the `count` moments behind a point; `arm` in the experiment.
    void momentFound(quint32 interaction, const QString& arm, int position, int count);
    void momentMissing(const QString& why);
    void stateChanged();
    void runStarted(qint64 run);
    void figureChanged();
    void estimateChanged();
    /// @param message  for people, in every case.
    void runEnded(driftscope::ui::Outcome outcome, const QString& message);

private:
    void run(QueuedRun next);
    void refreshFigure();
    void drawFigure();
    void finish(const Result<>& result);
    [[nodiscard]] QString engineKey() const;

    Workspace& m_workspace;
    JobRunner m_job;
    JobRunner m_figureJob;
    JobRunner m_estimateJob;
    PointMoments m_moments;
    QString m_askedArm; ///< of the point whose moments are looked for
    std::vector<QueuedRun> m_queue;
    FigureChoice m_choice;
    QTimer m_figureTimer;
    std::shared_ptr<PauseGate> m_gate;
    std::shared_ptr<RecordLog> m_log;
    simulate::Experiment m_experiment; // of the run at work
    QString m_datasetPath; // of the run at work
    std::size_t m_drawn = 0; // records that the figure stands on
    std::optional<store::RunId> m_run;
    std::optional<RunEstimate> m_estimate;
    QString m_estimateProblem;
    Figure m_figure;
};

} // namespace driftscope::ui
