// SPDX-License-Identifier: GPL-3.0-or-later
// How the window feels, in figures: how long until it can be used, for how long it does not listen while work goes on,
// how often plots are painted, whether memory stays. Prints JSON. Without a display, set QT_QPA_PLATFORM=offscreen.
//
//   driftscope_windowbench [--rows 1000000]        every phase once
//   driftscope_windowbench --memory MINUTES        runs in a loop; slope of memory in use
#include "app/application.h"
#include "app/engine/lazyengine.h"
#include "ui/engine/fakeengine.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/plots/curveplot.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QHeaderView>
#include <QProcess>
#include <QScrollBar>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

#include "tests/ui/support/guiwatchdog.h"
#include "tests/ui/support/windowscene.h"

using namespace driftscope;
using namespace driftscope::ui;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* startVariable = "DRIFTSCOPE_BENCH_STARTED_NS";
constexpr int starts = 5;

qint64 nowNs()
{
    timespec time {};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

double rounded(double value)
{
    return std::round(value * 10) / 10;
}

Json toJson(const QString& phase, const WatchReport& report)
{
    Json slowest = Json::array();
    for (const SlowDelivery& slow : report.slowest) {
        Json functions = Json::array();
        for (const QString& function : slow.functions)
            functions.push_back(function.toStdString());
        slowest.push_back({{"event", slow.event.toStdString()},
                           {"receiver", slow.receiver.toStdString()},
                           {"ms", rounded(slow.ms)},
                           {"cpuMs", rounded(slow.cpuMs)},
                           {"count", slow.count},
                           {"functions", functions}});
    }
    return {{"phase", phase.toStdString()},
            {"seconds", rounded(report.seconds)},
            {"turns", report.turns},
            {"longestTurnMs", rounded(report.longestTurnMs)},
            {"longestTurnCpuMs", rounded(report.longestTurnCpuMs)},
            {"turnsOver16ms", report.slowTurns},
            {"turnsOver16msCpu", report.slowTurnsCpu},
            {"plotPaintsPerSecond", report.plotPaintsPerSecond},
            {"slowest", slowest}};
}

/// The child of the measurement of the start: the program as main() makes it; prints the ms from its start until it has
/// painted and listens.
int startOnce(int argc, char** argv)
{
    const qint64 startedNs = qEnvironmentVariable(startVariable).toLongLong();
    const PrivateFolders folders;
    const QApplication application(argc, argv);
    app::Application program({});
    program.window().show();
    QTimer::singleShot(0, &program.window(), [&] {
        if (!QTest::qWaitForWindowExposed(&program.window()))
            std::exit(1);
        QTimer::singleShot(0, &program.window(), [startedNs] { // behind all that showing it has brought about
            std::printf("%.1f\n", double(nowNs() - startedNs) / 1e6);
            QApplication::quit();
        });
    });
    return QApplication::exec();
}

Json measureStart()
{
    std::vector<double> all;
    for (int i = 0; i < starts; ++i) {
        QProcess child;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QString::fromLatin1(startVariable), QString::number(nowNs()));
        child.setProcessEnvironment(environment);
        child.start(QCoreApplication::applicationFilePath(), {});
        child.waitForFinished(60'000);
        all.push_back(child.readAllStandardOutput().trimmed().toDouble());
    }
    Json each = all;
    std::ranges::sort(all);
    return {{"medianMs", all[starts / 2]}, {"longestMs", all.back()}, {"eachMs", each}};
}

/// The phases that a person goes through, each watched on its own.
class WindowBench
{
public:
    WindowBench(GuiWatchdog& watchdog, int rows)
        : m_watchdog(watchdog)
        , m_rows(rows)
    {
        m_driver.setObjectName(QStringLiteral("driver"));
    }

    Json run()
    {
        showWindow();
        switchPages(QStringLiteral("pages, empty"));
        importRows();
        useTables(QStringLiteral("tables of a large dataset"));
        loadModel();
        stepThroughTime();
        runExperiment();
        switchPages(QStringLiteral("pages, loaded"));
        useTables(QStringLiteral("tables after a run"));
        floodPlot();
        return m_phases;
    }

private:
    /// Calls something from the event loop, where it is measured, and waits until it is done.
    void drive(const std::function<void()>& call)
    {
        bool isDone = false;
        QTimer::singleShot(0, &m_driver, [&] {
            call();
            isDone = true;
        });
        waitUntil([&] { return isDone; });
    }

    void phase(const QString& name, const std::function<void()>& body)
    {
        std::fprintf(stderr, "%s...\n", qPrintable(name));
        m_watchdog.start();
        body();
        settle(400);
        m_phases.push_back(toJson(name, m_watchdog.report()));
    }

    MainWindow& window() { return m_scene->window(); }

    void showWindow()
    {
        phase(QStringLiteral("first show"), [this] {
            drive([this] { m_scene = std::make_unique<WindowScene>(std::make_shared<FakeEngine>()); });
            drive([this] { window().show(); });
        });
    }

    void switchPages(const QString& name)
    {
        phase(name, [this] {
            for (int round = 0; round < 3; ++round)
                for (const auto page : allPages()) {
                    drive([&] { window().showPage(page); });
                    settle(60);
                }
        });
    }

    void importRows()
    {
        const QString file = m_scene->file(QStringLiteral("large.csv"));
        writeInteractions(file, m_rows, std::max(10, m_rows / 160));
        window().showPage(MainWindow::Data);
        phase(QStringLiteral("import of %1 rows").arg(m_rows), [&] { m_scene->openDataset(file); });
    }

    /// Scrolls every table on every page, and sorts those that can be sorted.
    void useTables(const QString& name)
    {
        for (const auto page : allPages()) {
            window().showPage(page);
            settle(100);
            phase(name + QStringLiteral(": ") + pageName(page), [this] {
                for (auto* view : window().findChildren<QAbstractItemView*>())
                    if (view->isVisible())
                        useTable(*view);
            });
        }
    }

    void useTable(QAbstractItemView& view)
    {
        for (int i = 0; i < 60; ++i) {
            drive([&] { view.verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd); });
            settle(2);
        }
        auto* table = qobject_cast<QTableView*>(&view);
        if (!table || !table->isSortingEnabled())
            return;
        for (int column = 0; column < table->horizontalHeader()->count(); ++column) {
            drive([&] { table->sortByColumn(column, Qt::DescendingOrder); });
            settle(200);
        }
    }

    /// The bundled model by the real engine in a window of its own, where the engine is built.
    void loadModel()
    {
        const bool isBuilt =
            std::ranges::any_of(app::engineLibraryPaths(), [](const QString& path) { return QFileInfo::exists(path); });
        if (!isBuilt)
            return;
        auto scene = std::make_unique<WindowScene>(std::make_shared<app::LazyEngine>());
        scene->window().show();
        scene->openDataset(plantedDataset());
        scene->window().showPage(MainWindow::Model);
        bool isLoaded = false;
        phase(QStringLiteral("load of drift-tiny"), [&] { isLoaded = scene->loadModel(tinyModel()); });
        m_phases.back()["loaded"] = isLoaded;
        scene->useExperiment(20, 5, QStringLiteral("titles"));
        scene->window().showPage(MainWindow::Probe);
        phase(QStringLiteral("probe with drift-tiny"), [&] { step(*scene); });
    }

    void stepThroughTime()
    {
        m_scene->openDataset(plantedDataset());
        m_scene->loadModel();
        window().showPage(MainWindow::Probe);
        phase(QStringLiteral("probe with the fake scorer"), [this] { step(*m_scene); });
    }

    void step(WindowScene& scene)
    {
        drive([&] { scene.chooseMoment(); });
        settle(300);
        const auto at = scene.workspace().focus().moment().value_or(0);
        for (unsigned i = 1; i <= 40; ++i) {
            drive([&] { scene.workspace().focus().setMoment(at + i); });
            settle(30);
        }
    }

    void runExperiment()
    {
        m_scene->useExperiment(400, 40);
        window().showPage(MainWindow::Simulate);
        settle(800);
        phase(QStringLiteral("run with the fake scorer"), [this] {
            drive([this] { m_scene->startRun(); });
            waitUntil([this] { return !m_scene->isRunning(); }, 600'000);
        });
    }

    /// A new figure of 100,000 points every millisecond: how often it is drawn, and how long one drawing takes.
    void floodPlot()
    {
        Figure figure;
        FigurePanel panel;
        panel.metric = QStringLiteral("ndcg@10");
        for (int arm = 0; arm < 10; ++arm) {
            simulate::Curve curve {"arm " + std::to_string(arm), "ndcg@10", {}};
            for (int i = 0; i < 10'000; ++i) {
                const double value = 0.4 + 0.03 * arm + 0.05 * std::sin(i * 0.002 + arm) + 0.01 * std::sin(i * 1.7);
                curve.points.push_back({double(i), value, true, value - 0.02, value + 0.02, 100});
            }
            figure.arms.push_back(QString::fromStdString(curve.arm));
            panel.curves.push_back(std::move(curve));
        }
        figure.panels = {panel};
        CurvePlot plot;
        plot.resize(1200, 800);
        plot.show();
        settle(200);
        phase(QStringLiteral("100,000 points set a thousand times a second"), [&] {
            QTimer flood;
            QObject::connect(&flood, &QTimer::timeout, &plot, [&] { plot.setFigure(figure); });
            flood.start(1);
            settle(4000);
        });
    }

    GuiWatchdog& m_watchdog;
    int m_rows;
    QObject m_driver;
    std::unique_ptr<WindowScene> m_scene;
    Json m_phases = Json::array();
};

double residentKb()
{
    long pages = 0;
    long resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return double(resident) * double(sysconf(_SC_PAGESIZE)) / 1024;
}

/// Slope of a straight line through the samples' second half, in KB a minute.
double slope(const std::vector<std::pair<double, double>>& samples)
{
    const std::size_t from = samples.size() / 2;
    double n = 0;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double sxy = 0;
    for (std::size_t i = from; i < samples.size(); ++i) {
        const auto [x, y] = samples[i];
        n += 1;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    const double spread = n * sxx - sx * sx;
    return spread > 0 ? (n * sxy - sx * sy) / spread : 0;
}

/// Runs one experiment after the other and looks at what the process keeps.
Json measureMemory(double minutes)
{
    WindowScene scene(std::make_shared<FakeEngine>());
    scene.window().show();
    scene.openDataset(plantedDataset());
    scene.loadModel();
    scene.useExperiment(60, 20);
    scene.window().showPage(MainWindow::Simulate);
    std::vector<std::pair<double, double>> resident;
    std::vector<std::pair<double, double>> live;
    const qint64 started = nowNs();
    const auto elapsed = [started] { return double(nowNs() - started) / 60e9; };
    int runs = 0;
    while (elapsed() < minutes) {
        scene.startRun();
        if (!waitUntil([&] { return !scene.isRunning(); }, 120'000))
            break;
        settle(500); // the last figure and the estimate of the next run
        malloc_trim(0);
        resident.emplace_back(elapsed(), residentKb());
        live.emplace_back(elapsed(), double(mallinfo2().uordblks) / 1024);
        ++runs;
    }
    if (runs == 0)
        return {{"minutes", rounded(minutes)}, {"runs", runs}};
    return {{"minutes", rounded(elapsed())},
            {"runs", runs},
            {"predictionsPerRun", 60 * 20 * 2},
            {"residentKbFirst", rounded(resident.front().second)},
            {"residentKbLast", rounded(resident.back().second)},
            {"residentKbPerMinute", rounded(slope(resident))},
            {"heapKbFirst", rounded(live.front().second)},
            {"heapKbLast", rounded(live.back().second)},
            {"heapKbPerMinute", rounded(slope(live))}};
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsSet(startVariable))
        return startOnce(argc, argv);
    qputenv("QT_NO_GLIB", "1"); // the watchdog counts turns of Qt's own event loop
    const PrivateFolders folders;
    WatchedApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("driftscope"));
    QApplication::setOrganizationName(QStringLiteral("driftscope-test"));
    QCommandLineParser parser;
    const QCommandLineOption rows(QStringLiteral("rows"), QStringLiteral("Rows of the imported dataset."),
                                  QStringLiteral("N"), QStringLiteral("1000000"));
    const QCommandLineOption memory(QStringLiteral("memory"), QStringLiteral("Run experiments for so many minutes."),
                                    QStringLiteral("N"));
    parser.addOptions({rows, memory});
    parser.addHelpOption();
    parser.process(application);
    Json report;
    if (parser.isSet(memory)) {
        report["memory"] = measureMemory(parser.value(memory).toDouble());
    } else {
        report["start"] = measureStart();
        report["phases"] = WindowBench(application.watchdog(), parser.value(rows).toInt()).run();
    }
    std::printf("%s\n", report.dump(2).c_str());
    return 0;
}
