// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;

namespace driftscope::ui {

class JobRunner;

/// Progress of jobs with a Stop button: stage, how much is done, how long it may still take. Shows the job that was
/// started last among those at work that it watches; hidden while none runs.
class JobStrip : public QWidget
{
    Q_OBJECT

public:
    explicit JobStrip(QWidget* parent = nullptr);
    /// @param isBytes  the job counts bytes.
    void watch(JobRunner& job, bool isBytes = false);
    [[nodiscard]] JobRunner* current() const { return m_current; }
    void stopCurrent();

signals:
    /// A job began while none was shown, or the last one ended.
    void activityChanged(bool isActive);

private:
    /// A job at work and when it began.
    struct Running {
        JobRunner* job = nullptr;
        QElapsedTimer clock;
    };

    void begin(JobRunner& job);
    void showNewest();
    void show(qint64 done, qint64 total, const QString& stage, bool isBytes);
    void finish(const JobRunner& job);

    JobRunner* m_current = nullptr;
    std::vector<Running> m_running; ///< the newest last
    QLabel* m_label;
    QProgressBar* m_bar;
    QPushButton* m_stop;
};

/// "1,234 of 5,000" or "120 of 540 MB".
[[nodiscard]] QString amountText(qint64 done, qint64 total, bool isBytes);

/// "40 s", "3 min", "2 h 10 min".
[[nodiscard]] QString durationText(double seconds);

} // namespace driftscope::ui
