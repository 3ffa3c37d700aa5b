// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/filequeue.h"

#include <utility>

namespace driftscope::ui {

FileQueue::FileQueue(QObject* parent)
    : QObject(parent)
    , m_runner(std::make_unique<JobRunner>())
{
}

FileQueue::~FileQueue()
{
    m_runner.reset(); // waits for the write at work
    for (const Entry& entry : m_waiting)
        static_cast<void>(entry.work()); // nobody is left to hear of a failure
}

void FileQueue::add(const QString& key, Work work, Then then)
{
    if (!key.isEmpty() && !m_waiting.empty() && m_waiting.back().key == key)
        m_waiting.pop_back();
    m_waiting.push_back({key, std::move(work), std::move(then)});
    if (!m_isBusy)
        startNext();
}

void FileQueue::startNext()
{
    if (m_waiting.empty()) {
        emit idle();
        return;
    }
    m_isBusy = true;
    Entry entry = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_runner->start(
        tr("Saving"), [work = std::move(entry.work)](const JobContext&) { return work(); },
        [this, then = std::move(entry.then)](const Result<>& result) {
            m_isBusy = false;
            if (then)
                then(result);
            if (!m_isBusy) // `then` may have added the next
                startNext();
        });
}

} // namespace driftscope::ui
