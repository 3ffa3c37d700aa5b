// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

namespace driftscope::ui {

/// One event whose delivery kept the window from doing anything else.
struct SlowDelivery {
    QString receiver; ///< class of the receiver, then those of its parents up to the window: "QTableView < DataPage"
    QString event; ///< "Paint", "MetaCall"
    double ms = 0; ///< by the clock; other programs' share of the processor counts too
    double cpuMs = 0; ///< of this thread
    int count = 1; ///< how often the same receiver was slow with the same event; the times are the longest one's
    QStringList functions; ///< of this program, most often seen on the stack first: "DataPage::showDataset() 3/4"
};

/// What the GUI thread did between two calls of start() and report().
struct WatchReport {
    double seconds = 0;
    qint64 turns = 0; ///< of the event loop, in which anything was delivered
    double longestTurnMs = 0; ///< of all deliveries in one turn together: for so long no key was heard
    double longestTurnCpuMs = 0;
    qint64 slowTurns = 0; ///< longer than the limit
    qint64 slowTurnsCpu = 0; ///< longer than the limit by the thread's own time
    int plotPaintsPerSecond = 0; ///< the most that one plot was painted in any second
    std::vector<SlowDelivery> slowest; ///< over the limit, longest first
};

/// Watches the thread of the window: how long each turn of its event loop takes, and which deliveries take longest. A
/// second thread looks at the stack while a delivery is late, so that the report names functions.
class GuiWatchdog
{
public:
    static constexpr double limitMs = 16; ///< one frame at 60 Hz

    /// @param sampler  false = without looking at stacks.
    explicit GuiWatchdog(bool sampler);
    ~GuiWatchdog();

    /// Forgets what was seen so far.
    void start();
    [[nodiscard]] WatchReport report() const;

    /// The event loop went around.
    void turnEnded();
    /// Calls `delivery` and keeps how long it took, unless an event loop ran within it (a menu, a dialog's exec()).
    void deliver(QObject* receiver, QEvent* event, const std::function<void()>& delivery);
    /// A widget was painted, at whatever depth.
    void painted(QObject* receiver);

private:
    struct Sampler;

    void take(SlowDelivery delivery);

    QElapsedTimer m_clock;
    double m_turnMs = 0;
    double m_turnCpuMs = 0;
    qint64 m_deliveries = 0; // begun; those within others are of nested event loops
    WatchReport m_report;
    std::vector<std::pair<QObject*, qint64>> m_paints; // of plots, the last second's
    std::unique_ptr<Sampler> m_sampler;
};

/// The application with a watchdog. Make it where a program would make its QApplication.
class WatchedApplication : public QApplication
{
public:
    WatchedApplication(int& argc, char** argv, bool samplesStacks = true);

    [[nodiscard]] GuiWatchdog& watchdog() { return m_watchdog; }
    bool notify(QObject* receiver, QEvent* event) override;

private:
    GuiWatchdog m_watchdog;
    int m_depth = 0; // of deliveries at work
    int m_loopLevel = 0; // of the innermost one's event loop
};

} // namespace driftscope::ui
