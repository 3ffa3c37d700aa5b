// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/guiwatchdog.h"

#include <QAbstractEventDispatcher>
#include <QMetaEnum>
#include <QThread>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <ctime>
#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <map>
#include <pthread.h>
#include <thread>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::size_t keptDeliveries = 12;
constexpr int sampleSignal = SIGUSR2;
constexpr int maxFrames = 96;
constexpr int maxSamples = 40;
constexpr qint64 samplePeriodNs = 4'000'000;
constexpr qint64 nsPerMs = 1'000'000;
constexpr qint64 msPerSecond = 1000;

qint64 nowNs(clockid_t clock)
{
    timespec time {};
    clock_gettime(clock, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// Written by the signal handler of the watched thread, read by that thread after the delivery.
struct Samples {
    std::array<std::array<void*, maxFrames>, maxSamples> frames {};
    std::array<int, maxSamples> depth {};
    std::atomic<int> count {0};
} samples;

void takeSample(int /*signal*/)
{
    const int at = samples.count.load(std::memory_order_relaxed);
    if (at >= maxSamples)
        return;
    const auto place = static_cast<std::size_t>(at);
    samples.depth[place] = backtrace(samples.frames[place].data(), maxFrames);
    samples.count.store(at + 1, std::memory_order_release);
}

/// "driftscope::ui::DataPage::showDataset()" of an address; empty if it has no name.
QString functionAt(void* address)
{
    Dl_info info {};
    if (dladdr(address, &info) == 0 || info.dli_sname == nullptr)
        return {};
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), &std::free);
    return status == 0 ? QString::fromUtf8(name.get()) : QString::fromUtf8(info.dli_sname);
}

bool isOurs(const QString& function)
{
    static const QStringList own {QStringLiteral("GuiWatchdog"), QStringLiteral("WatchedApplication"),
                                  QStringLiteral("RandomUser"),  QStringLiteral("WindowScene"),
                                  QStringLiteral("waitUntil"),   QStringLiteral("settle")};
    return function.startsWith(QLatin1String("driftscope::"))
        && std::ranges::none_of(own, [&](const QString& name) { return function.contains(name); });
}

/// The innermost function of this program on a stack and what it called; where there is none, the two innermost of Qt.
QString culprit(const std::array<void*, maxFrames>& frames, int depth)
{
    QStringList callees; // outermost last
    for (int i = 2; i < depth; ++i) { // the first two are the handler's
        const QString name = functionAt(frames[static_cast<std::size_t>(i)]);
        const QString plain = name.section(QLatin1Char('('), 0, 0);
        if (isOurs(name))
            return callees.isEmpty() ? plain : plain + QStringLiteral(" > ") + callees.last();
        if (plain.startsWith(QLatin1Char('Q')) && !plain.startsWith(QLatin1String("QCoreApplication"))
            && !plain.startsWith(QLatin1String("QApplication")))
            callees << plain;
    }
    callees.resize(std::min<qsizetype>(callees.size(), 2));
    return callees.isEmpty() ? QStringLiteral("unnamed") : callees.join(QStringLiteral(" < "));
}

/// Class names from the receiver to the page it stands on.
QString nameOf(const QObject& receiver)
{
    QStringList names;
    for (const QObject* object = &receiver; object != nullptr; object = object->parent()) {
        const QString name =
            QString::fromLatin1(object->metaObject()->className()).remove(QStringLiteral("driftscope::ui::"));
        const bool isOwn = !name.startsWith(QLatin1Char('Q'));
        if (names.isEmpty() || isOwn)
            names << (object->objectName().isEmpty() ? name : name + QLatin1Char('#') + object->objectName());
    }
    return names.join(QStringLiteral(" < "));
}

} // namespace

/// Interrupts the watched thread for a look at its stack while a delivery is late.
struct GuiWatchdog::Sampler {
    std::atomic<qint64> startedAt {0}; // of the delivery at work; 0 = none
    pthread_t watched = pthread_self();
    std::jthread thread;

    Sampler()
    {
        std::array<void*, maxFrames> warmUp {};
        backtrace(warmUp.data(), maxFrames); // the first call allocates, which a signal handler must not
        struct sigaction action = {};
        action.sa_handler = takeSample;
        action.sa_flags = SA_RESTART;
        sigaction(sampleSignal, &action, nullptr);
        thread = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                std::this_thread::sleep_for(std::chrono::nanoseconds(samplePeriodNs));
                const qint64 since = startedAt.load();
                if (since != 0 && nowNs(CLOCK_MONOTONIC) - since > qint64(limitMs / 2) * nsPerMs)
                    pthread_kill(watched, sampleSignal);
            }
        });
    }

    void begin()
    {
        samples.count.store(0);
        startedAt.store(nowNs(CLOCK_MONOTONIC));
    }

    void end() { startedAt.store(0); }

    /// The functions seen in the last delivery, most often seen first.
    static QStringList functions()
    {
        const int count = samples.count.load(std::memory_order_acquire);
        std::map<QString, int> seen;
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            ++seen[culprit(samples.frames[at], samples.depth[at])];
        }
        std::vector<std::pair<int, QString>> sorted;
        for (const auto& [name, times] : seen)
            sorted.emplace_back(times, name);
        std::ranges::sort(sorted, std::greater());
        QStringList texts;
        for (const auto& [times, name] : sorted)
            texts << QStringLiteral("%1 %2/%3").arg(name).arg(times).arg(count);
        return texts.mid(0, 4);
    }
};

GuiWatchdog::GuiWatchdog(bool sampler)
    : m_sampler(sampler ? std::make_unique<Sampler>() : nullptr)
{
    start();
}

GuiWatchdog::~GuiWatchdog() = default;

void GuiWatchdog::start()
{
    m_report = {};
    m_turnMs = 0;
    m_turnCpuMs = 0;
    m_paints.clear();
    m_clock.start();
}

WatchReport GuiWatchdog::report() const
{
    WatchReport report = m_report;
    report.seconds = static_cast<double>(m_clock.elapsed()) / msPerSecond;
    return report;
}

void GuiWatchdog::turnEnded()
{
    if (m_turnMs <= 0)
        return;
    ++m_report.turns;
    m_report.longestTurnMs = std::max(m_report.longestTurnMs, m_turnMs);
    m_report.longestTurnCpuMs = std::max(m_report.longestTurnCpuMs, m_turnCpuMs);
    m_report.slowTurns += m_turnMs > limitMs ? 1 : 0;
    m_report.slowTurnsCpu += m_turnCpuMs > limitMs ? 1 : 0;
    m_turnMs = 0;
    m_turnCpuMs = 0;
}

void GuiWatchdog::deliver(QObject* receiver, QEvent* event, const std::function<void()>& delivery)
{
    const QEvent::Type type = event->type();
    const QPointer<QObject> guarded = receiver;
    const char* className = receiver->metaObject()->className();
    const qint64 number = ++m_deliveries;
    if (m_sampler)
        m_sampler->begin();
    const qint64 started = nowNs(CLOCK_MONOTONIC);
    const qint64 startedCpu = nowNs(CLOCK_THREAD_CPUTIME_ID);
    delivery();
    const double ms = static_cast<double>(nowNs(CLOCK_MONOTONIC) - started) / nsPerMs;
    const double cpuMs = static_cast<double>(nowNs(CLOCK_THREAD_CPUTIME_ID) - startedCpu) / nsPerMs;
    if (m_sampler)
        m_sampler->end();
    if (number != m_deliveries)
        return;
    m_turnMs += ms;
    m_turnCpuMs += cpuMs;
    if (ms <= limitMs)
        return;
    const char* key = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
    take({guarded ? nameOf(*guarded) : QString::fromLatin1(className),
          key != nullptr ? QString::fromLatin1(key) : QString::number(type), ms, cpuMs, 1,
          m_sampler ? Sampler::functions() : QStringList()});
}

void GuiWatchdog::painted(QObject* receiver)
{
    if (!receiver->inherits("QCustomPlot"))
        return;
    const qint64 now = m_clock.elapsed();
    std::erase_if(m_paints, [now](const auto& paint) { return now - paint.second >= msPerSecond; });
    m_paints.emplace_back(receiver, now);
    const auto own = std::ranges::count(m_paints, receiver, &std::pair<QObject*, qint64>::first);
    m_report.plotPaintsPerSecond = std::max(m_report.plotPaintsPerSecond, static_cast<int>(own));
}

void GuiWatchdog::take(SlowDelivery delivery)
{
    auto& slowest = m_report.slowest;
    const auto same = std::ranges::find_if(slowest, [&](const SlowDelivery& other) {
        return other.receiver == delivery.receiver && other.event == delivery.event;
    });
    if (same != slowest.end()) {
        delivery.count += same->count;
        if (delivery.ms > same->ms)
            *same = delivery;
        same->count = delivery.count;
    } else {
        slowest.push_back(std::move(delivery));
    }
    std::ranges::sort(slowest, std::greater(), &SlowDelivery::ms);
    if (slowest.size() > keptDeliveries)
        slowest.pop_back();
}

WatchedApplication::WatchedApplication(int& argc, char** argv, bool samplesStacks)
    : QApplication(argc, argv)
    , m_watchdog(samplesStacks)
{
    auto* dispatcher = QAbstractEventDispatcher::instance();
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, [this] { m_watchdog.turnEnded(); });
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, [this] { m_watchdog.turnEnded(); });
}

bool WatchedApplication::notify(QObject* receiver, QEvent* event)
{
    if (QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    if (event->type() == QEvent::Paint)
        m_watchdog.painted(receiver);
    const int level = thread()->loopLevel();
    if (m_depth > 0 && level <= m_loopLevel) // part of the delivery that is measured
        return QApplication::notify(receiver, event);
    const int outerLevel = std::exchange(m_loopLevel, level);
    ++m_depth;
    bool isTaken = false;
    m_watchdog.deliver(receiver, event, [&] { isTaken = QApplication::notify(receiver, event); });
    --m_depth;
    m_loopLevel = outerLevel;
    return isTaken;
}

} // namespace driftscope::ui
