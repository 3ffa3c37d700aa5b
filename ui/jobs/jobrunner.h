// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <QObject>
#include <QString>

#include <functional>
#include <list>
#include <memory>
#include <optional>

/// The jobs folder is the only place that starts threads: long calls of core run here and report to the GUI thread.
namespace driftscope::ui {

/// How a job ended. Cancelled is an outcome, not a failure.
enum class Outcome { Finished, Cancelled, Failed };

/// Runs calls of core on worker threads and brings their reports to the GUI thread.
///
/// All signals come in the thread that this object lives in. Only the newest job is heard: starting another asks the
/// older one to stop and drops what it still says, so that nobody is shown the answer to an older question. start() and
/// cancel() return at once; only the destructor waits for workers.
class JobRunner : public QObject
{
    Q_OBJECT

public:
    using Work = std::function<Result<>(const JobContext&)>;
    using Then = std::function<void(const Result<>&)>;

    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    /// Starts `work` on a thread of its own.
    ///
    /// @param title  what people read beside the progress.
    /// @param then   called in the GUI thread with the result before ended(), unless a newer job was started meanwhile.
    void start(const QString& title, Work work, Then then = {});

    /// start() for work that gives a value.
    template<typename T>
    void run(const QString& title, std::function<Result<T>(const JobContext&)> work,
             std::function<void(Result<T>)> then)
    {
        auto value = std::make_shared<std::optional<T>>();
        start(
            title,
            [value, body = std::move(work)](const JobContext& context) -> Result<> {
                DRIFTSCOPE_TRY(*value, body(context));
                return {};
            },
            [value, next = std::move(then)](const Result<>& result) {
                next(result ? Result<T>(std::move(**value)) : Result<T>(failFrom(result)));
            });
    }

    /// Asks the newest job to stop; it ends as Cancelled if it does.
    void cancel();
    /// Calls once: after ended() of the newest job, or at once, as after a finished one, while none is at work.
    ///
    /// @param context  nothing is called after it is gone.
    void whenEnded(const QObject* context, std::function<void(Outcome)> call);

    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    [[nodiscard]] bool isStopping() const { return m_isStopping; }
    [[nodiscard]] const QString& title() const { return m_title; }

signals:
    void started(const QString& title);
    /// At most some 30 a second; total is 0 where the amount of work is unknown.
    void progressed(qint64 done, qint64 total, const QString& stage);
    void ended(driftscope::ui::Outcome outcome, const QString& message);

private:
    struct Job;

    void showProgress(quint64 generation);
    void finish(quint64 generation, const Result<>& result);
    Job* find(quint64 generation);

    quint64 m_generation = 0;
    bool m_isRunning = false;
    bool m_isStopping = false;
    QString m_title;
    std::list<std::unique_ptr<Job>> m_jobs;
};

} // namespace driftscope::ui
