// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace driftscope::ui {

/// Holds a worker while a run is paused. Any thread.
class PauseGate
{
public:
    void setPaused(bool isPaused)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isPaused = isPaused;
        }
        m_wake.notify_all();
    }
    [[nodiscard]] bool isPaused() const
    {
        const std::lock_guard lock(m_mutex);
        return m_isPaused;
    }
    /// Returns once the run goes on, or stop is requested.
    void wait(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, stop, [this] { return !m_isPaused; });
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_isPaused = false;
};

} // namespace driftscope::ui
