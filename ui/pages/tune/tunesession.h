// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/tuner.h"
#include "ui/focus/workspace.h"
#include "ui/widgets/cardview.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace driftscope::ui {

/// Carries out a tuning plan: the same call as driftscope-cli tune, with its steps on the side. No widgets. GUI thread;
/// the work is done on worker threads.
class TuneSession : public QObject
{
    Q_OBJECT

public:
    explicit TuneSession(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] JobRunner& job() { return m_job; }
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    [[nodiscard]] bool isStopping() const { return m_job.isStopping(); }
    [[nodiscard]] const std::optional<tuning::TuningPlan>& plan() const { return m_plan; }
    [[nodiscard]] const QString& planPath() const { return m_planPath; }
    /// Steps so far, those of earlier sessions too.
    [[nodiscard]] const std::vector<tuning::StepReport>& steps() const { return m_steps; }
    /// The best validation so far.
    [[nodiscard]] std::optional<tuning::StepReport> best() const;
    /// Number of the stage that the next step belongs to, from 1; 0 without a plan.
    [[nodiscard]] std::size_t stage() const;
    /// Of the last steps; 0 = not known yet.
    [[nodiscard]] double stepsPerSecond() const;
    /// What is left at this speed; 0 = not known yet.
    [[nodiscard]] double secondsLeft() const;
    /// The folder that holds the best weights, once there are any; else empty.
    [[nodiscard]] QString result() const;

    /// Reads a plan, and what an earlier session has left of it.
    void openPlan(const QString& path);
    /// @param goesOn  from the last saved step, if there is one; else from the beginning.
    void start(bool goesOn);
    /// Stops after the pass at work; the best weights so far stay.
    void stop() { m_job.cancel(); }

signals:
    void planChanged();
    void stateChanged();
    /// At most ten times a second.
    void stepsChanged();
    /// @param message  for people, in every case.
    void ended(driftscope::ui::Outcome outcome, const QString& message);
    void problem(const QString& message);

private:
    class Inbox;

    void takeSteps();
    void finish(const Result<tuning::TuningOutcome>& outcome);

    std::shared_ptr<Tuner> m_tuner; ///< null where the engine cannot tune
    JobRunner m_job;
    JobRunner m_planJob;
    QTimer m_timer;
    std::optional<tuning::TuningPlan> m_plan;
    QString m_planPath;
    std::shared_ptr<Inbox> m_inbox;
    std::vector<tuning::StepReport> m_steps;
};

/// What a plan will do, for people.
[[nodiscard]] std::vector<CardRow> planRows(const tuning::TuningPlan& plan);
/// A line a stage: steps, data, how prompts are made, what carries loss.
[[nodiscard]] std::vector<CardRow> stageRows(const tuning::TuningPlan& plan);

} // namespace driftscope::ui
