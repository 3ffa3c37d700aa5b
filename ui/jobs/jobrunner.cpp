// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobrunner.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

namespace driftscope::ui {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto reportInterval = std::chrono::milliseconds(33);

/// Core does not throw; should it do so nevertheless, the window must not go down with it.
Result<> guarded(const JobRunner::Work& work, const JobContext& context)
{
    try {
        return work(context);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "There is not enough memory for this; close something or ask for less.");
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, std::string("Internal error: ") + error.what());
    }
}

} // namespace

/// A worker and the last report it made; reports between two visits of the event loop overwrite one another.
struct JobRunner::Job {
    struct Report {
        qint64 done = 0;
        qint64 total = 0;
        QString stage;
    };

    quint64 generation = 0;
    Then then;
    std::mutex mutex;
    std::optional<Report> latest;
    bool isPosted = false;
    Clock::time_point postedAt;
    std::jthread thread; // last, so that it is joined before what it uses goes away

    /// True if an event must be posted to fetch the report.
    bool take(const Progress& progress)
    {
        const std::lock_guard lock(mutex);
        const auto stage = QString::fromUtf8(progress.stage.data(), static_cast<qsizetype>(progress.stage.size()));
        const bool isNewStage = !latest || latest->stage != stage;
        latest = Report {progress.done, progress.total, stage};
        const auto now = Clock::now();
        if (isPosted || (!isNewStage && now - postedAt < reportInterval))
            return false;
        isPosted = true;
        postedAt = now;
        return true;
    }

    std::optional<Report> fetch()
    {
        const std::lock_guard lock(mutex);
        isPosted = false;
        return latest;
    }
};

JobRunner::JobRunner(QObject* parent)
    : QObject(parent)
{
}

JobRunner::~JobRunner()
{
    for (const auto& job : m_jobs)
        job->thread.request_stop();
    m_jobs.clear();
}

void JobRunner::start(const QString& title, Work work, Then then)
{
    cancel();
    auto& job = *m_jobs.emplace_back(std::make_unique<Job>());
    job.generation = ++m_generation;
    job.then = std::move(then);
    m_title = title;
    m_isRunning = true;
    m_isStopping = false;
    job.thread = std::jthread([this, &job, call = std::move(work)](const std::stop_token& stop) {
        JobContext context;
        context.stop = stop;
        context.report = [this, &job](const Progress& progress) {
            if (job.take(progress))
                QMetaObject::invokeMethod(
                    this, [this, generation = job.generation] { showProgress(generation); }, Qt::QueuedConnection);
        };
        const Result<> result = guarded(call, context);
        QMetaObject::invokeMethod(
            this, [this, generation = job.generation, result] { finish(generation, result); }, Qt::QueuedConnection);
    });
    emit started(title);
}

void JobRunner::cancel()
{
    if (!m_isRunning)
        return;
    m_isStopping = true;
    m_jobs.back()->thread.request_stop();
}

void JobRunner::whenEnded(const QObject* context, std::function<void(Outcome)> call)
{
    if (m_isRunning)
        connect(this, &JobRunner::ended, context, std::move(call), Qt::SingleShotConnection);
    else
        call(Outcome::Finished);
}

JobRunner::Job* JobRunner::find(quint64 generation)
{
    const auto found = std::ranges::find_if(m_jobs, [&](const auto& job) { return job->generation == generation; });
    return found == m_jobs.end() ? nullptr : found->get();
}

void JobRunner::showProgress(quint64 generation)
{
    Job* job = find(generation);
    if (!job)
        return;
    const auto report = job->fetch();
    if (generation == m_generation && report)
        emit progressed(report->done, report->total, report->stage);
}

void JobRunner::finish(quint64 generation, const Result<>& result)
{
    showProgress(generation);
    Job* job = find(generation);
    const Then then = job ? std::move(job->then) : Then();
    // The worker has posted its last event, so joining it here does not wait for its work.
    m_jobs.remove_if([generation](const auto& other) { return other->generation == generation; });
    if (generation != m_generation)
        return;
    m_isRunning = false;
    m_isStopping = false;
    if (then)
        then(result);
    const bool isCancelled = !result && result.error().code == ErrorCode::Cancelled;
    emit ended(result ? Outcome::Finished : (isCancelled ? Outcome::Cancelled : Outcome::Failed),
               result ? QString() : QString::fromStdString(result.error().message));
}

} // namespace driftscope::ui
