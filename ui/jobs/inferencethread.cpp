// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/inferencethread.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace driftscope::ui {

struct InferenceThread::Worker {
    struct Item {
        quint64 generation = 0;
        Request request;
    };

    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Item> waiting;
    std::optional<std::unique_ptr<inference::Scorer>> nextScorer;
    std::stop_source stopRequest;
    std::unique_ptr<inference::Scorer> scorer; // of the thread alone
    std::jthread thread;

    /// Waits for a request; nothing once the thread is to end.
    std::optional<Item> next(const std::stop_token& quit, JobContext& context)
    {
        std::unique_lock lock(mutex);
        wake.wait(lock, quit, [this] { return waiting.has_value() || nextScorer.has_value(); });
        if (nextScorer)
            scorer = *std::exchange(nextScorer, std::nullopt);
        if (quit.stop_requested() || !waiting)
            return std::nullopt;
        stopRequest = std::stop_source();
        context.stop = stopRequest.get_token();
        return std::exchange(waiting, std::nullopt);
    }
};

InferenceThread::InferenceThread(QObject* parent)
    : QObject(parent)
    , m_worker(std::make_unique<Worker>())
{
    m_worker->thread = std::jthread([this](const std::stop_token& quit) {
        while (!quit.stop_requested()) {
            JobContext context;
            const auto item = m_worker->next(quit, context);
            if (!item)
                continue;
            const auto post = [this, generation = item->generation](std::function<void()> call) {
                QMetaObject::invokeMethod(
                    this,
                    [this, generation, answer = std::move(call)] {
                        if (generation == m_generation)
                            answer();
                    },
                    Qt::QueuedConnection);
            };
            try {
                item->request(m_worker->scorer.get(), context, post);
            } catch (const std::exception& error) {
                qWarning("inference: %s", error.what());
            }
            post([this] { setBusy(false); });
        }
    });
}

InferenceThread::~InferenceThread()
{
    stop();
    m_worker->thread.request_stop();
    m_worker->thread.join();
}

void InferenceThread::setScorer(std::unique_ptr<inference::Scorer> scorer)
{
    {
        const std::lock_guard lock(m_worker->mutex);
        m_worker->nextScorer = std::move(scorer);
        m_worker->stopRequest.request_stop();
    }
    m_worker->wake.notify_one();
}

void InferenceThread::submit(Request request)
{
    {
        const std::lock_guard lock(m_worker->mutex);
        m_worker->waiting = Worker::Item {++m_generation, std::move(request)};
        m_worker->stopRequest.request_stop();
    }
    m_worker->wake.notify_one();
    setBusy(true);
}

void InferenceThread::stop()
{
    {
        const std::lock_guard lock(m_worker->mutex);
        m_worker->waiting.reset();
        m_worker->stopRequest.request_stop();
        ++m_generation;
    }
    setBusy(false);
}

void InferenceThread::setBusy(bool isBusy)
{
    if (m_isBusy == isBusy)
        return;
    m_isBusy = isBusy;
    emit busyChanged(isBusy);
}

} // namespace driftscope::ui
