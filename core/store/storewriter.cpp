// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/storewriter.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>

namespace driftscope::store {

namespace {

/// Batches that may wait; scoring a batch takes far longer than writing one.
constexpr std::size_t queueLength = 8;

Result<RunId> resumeRun(RunStore& store, RunId id, const std::string& experimentHash)
{
    DRIFTSCOPE_TRY(const Run run, store.run(id));
    if (run.experimentHash != experimentHash)
        return fail(ErrorCode::Inconsistent,
                    "Run " + std::to_string(id) + " is of another experiment and cannot go on with this one.");
    if (run.state == RunState::Finished)
        return fail(ErrorCode::BadArgument, "Run " + std::to_string(id) + " is finished; start a new run.");
    DRIFTSCOPE_CHECK(store.setState(id, RunState::Running));
    return id;
}

} // namespace

/// The thread that alone uses the write connection.
struct StoreWriter::Worker {
    struct Task {
        std::function<Result<>(RunStore&)> work;
        std::promise<Result<>> outcome;
    };

    std::unique_ptr<RunStore> store;
    RunId run = 0;
    bool isFinished = false;
    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<Task> queue;
    std::jthread thread; ///< last: stopped and joined first

    void start()
    {
        thread = std::jthread([this](const std::stop_token& stop) { writeAll(stop); });
    }

    /// Queues the work, waits while the queue is full, and then until the work is done.
    Result<> perform(std::function<Result<>(RunStore&)> work)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return queue.size() < queueLength; });
        queue.push_back({std::move(work), {}});
        std::future<Result<>> outcome = queue.back().outcome.get_future();
        lock.unlock();
        changed.notify_all();
        return outcome.get();
    }

    void writeAll(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex);
        while (changed.wait(lock, stop, [this] { return !queue.empty(); })) {
            Task task = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            changed.notify_all();
            task.outcome.set_value(task.work(*store));
            lock.lock();
        }
    }
};

StoreWriter::StoreWriter(std::unique_ptr<Worker> worker)
    : m_worker(std::move(worker))
{
}

StoreWriter::~StoreWriter()
{
    if (m_worker->isFinished)
        return;
    // What was left unsaid is a stop: every batch is on disk and the run can go on.
    [[maybe_unused]] const Result<> written = finish(RunState::Stopped);
}

Result<std::unique_ptr<StoreWriter>> StoreWriter::start(const std::filesystem::path& path, const std::string& name,
                                                        const std::string& experimentHash,
                                                        const nlohmann::json& manifest, std::int64_t expectedRecords,
                                                        std::optional<RunId> resume)
{
    auto worker = std::make_unique<Worker>();
    DRIFTSCOPE_TRY(worker->store, RunStore::open(path, RunStore::Access::ReadWrite));
    if (resume) {
        DRIFTSCOPE_TRY(worker->run, resumeRun(*worker->store, *resume, experimentHash));
    } else {
        DRIFTSCOPE_TRY(worker->run, worker->store->createRun(name, experimentHash, manifest, expectedRecords));
    }
    worker->start();
    return std::unique_ptr<StoreWriter>(new StoreWriter(std::move(worker)));
}

RunId StoreWriter::run() const
{
    return m_worker->run;
}

Result<> StoreWriter::accept(std::span<const simulate::QueryRecord> records)
{
    const RunId id = m_worker->run;
    return m_worker->perform([id, records](RunStore& store) { return store.append(id, records); });
}

Result<> StoreWriter::finish(RunState state, const std::string& message)
{
    const RunId id = m_worker->run;
    m_worker->isFinished = true;
    return m_worker->perform([id, state, message](RunStore& store) { return store.setState(id, state, message); });
}

} // namespace driftscope::store
