// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/jobrunner.h"

#include <deque>

namespace driftscope::ui {

/// Writes files on a worker thread, one after the other in the order given. Nothing that was given is lost: the
/// destructor writes what still waits. GUI thread.
class FileQueue : public QObject
{
    Q_OBJECT

public:
    using Work = std::function<Result<>()>;
    using Then = std::function<void(const Result<>&)>;

    explicit FileQueue(QObject* parent = nullptr);
    ~FileQueue() override;

    /// Adds work to the end.
    ///
    /// @param key   work that waits at the end under the same key is replaced: only the newest text is written. Empty =
    ///              never.
    /// @param then  called in the GUI thread with the result.
    void add(const QString& key, Work work, Then then);
    [[nodiscard]] bool isIdle() const { return m_waiting.empty() && !m_isBusy; }

signals:
    void idle();

private:
    struct Entry {
        QString key;
        Work work;
        Then then;
    };

    void startNext();

    std::deque<Entry> m_waiting;
    bool m_isBusy = false;
    std::unique_ptr<JobRunner> m_runner;
};

} // namespace driftscope::ui
