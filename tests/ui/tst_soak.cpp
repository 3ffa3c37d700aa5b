// SPDX-License-Identifier: GPL-3.0-or-later
// A person without a plan uses every page: clicks, types, presses keys, scrolls, drags and resizes at random.
//
// Ten seconds of it run with the other tests. For the full one, with the sanitizers:
//   QT_QPA_PLATFORM=offscreen build/dev-asan/tests/bin/tst_ui_soak --minutes 10 --seed 7
// The seed is printed; what was done stands in soak-SEED.log in the folder where the program was started.
#include "ui/engine/fakeengine.h"
#include "ui/widgets/messagebar.h"

#include <QCommandLineParser>
#include <QDialog>
#include <QDir>
#include <QLabel>
#include <QMessageBox>
#include <QRegularExpression>
#include <QTest>
#include <QTimer>

#include <cstdio>
#include <random>

#include "tests/core/tuning/tinyplan.h"
#include "tests/ui/support/guiwatchdog.h"
#include "tests/ui/support/randomuser.h"
#include "tests/ui/support/windowscene.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

QStringList warnings; // of Qt and of this program, that mean a defect

/// What Qt says on screens that are none, and what a person cannot see.
bool isHarmless(const QString& text)
{
    static const QRegularExpression harmless(QStringLiteral(
        "This plugin does not support|QStandardPaths: |propagateSizeHints|Session management|^QFont::|no mouse grab|"
        "Could not resolve property|qt.accessibility|setGrabPopup|Populating font family aliases"));
    return harmless.match(text).hasMatch();
}

void keepWarning(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text)
{
    if (isHarmless(text))
        return;
    std::fprintf(stderr, "%s\n", qPrintable(text));
    if (type != QtDebugMsg && type != QtInfoMsg)
        warnings << text;
}

} // namespace

class TestSoak : public QObject
{
    Q_OBJECT

public:
    TestSoak(int seconds, std::uint32_t seed, const QString& logFolder, GuiWatchdog& watchdog,
             const PrivateFolders& folders)
        : m_seconds(seconds)
        , m_seed(seed)
        , m_log(logFolder + QStringLiteral("/soak-%1.log").arg(seed))
        , m_watchdog(watchdog)
        , m_folders(folders)
    {
    }

private slots:
    void nothingThatAPersonDoesBreaksTheWindow()
    {
        std::fprintf(stderr, "soak: seed %u, %d s, actions in %s\n", m_seed, m_seconds, qPrintable(m_log.fileName()));
        QVERIFY(m_log.open(QIODevice::WriteOnly | QIODevice::Truncate));
        WindowScene scene(std::make_shared<FakeEngine>());
        scene.window().show();
        RandomUser user(scene.window(), m_seed, m_log);
        prepare(scene, user);
        m_watchdog.start();
        const auto before = qInstallMessageHandler(keepWarning); // here: Qt Test has one of its own
        QTimer check; // what a person would see as a defect
        connect(&check, &QTimer::timeout, this, [&] { lookAround(scene); });
        check.start(50);
        user.start();
        waitUntil([&] { return !warnings.isEmpty() || !m_defects.isEmpty(); }, m_seconds * 1000);
        user.stop();
        closeDialogs();
        scene.window().close();
        settle(50);
        qInstallMessageHandler(before);
        report(user);
        QVERIFY2(warnings.isEmpty() && m_defects.isEmpty(),
                 qPrintable((warnings + m_defects).join(QLatin1Char('\n')) + QStringLiteral("\nafter:\n")
                            + user.recent().join(QLatin1Char('\n'))));
        QVERIFY(user.actions() > 0);
    }

private:
    void prepare(WindowScene& scene, RandomUser& user)
    {
        const QString small = m_folders.file(QStringLiteral("small.csv"));
        const QString plan = m_folders.file(QStringLiteral("plan.json"));
        const QString broken = m_folders.file(QStringLiteral("broken.csv"));
        writeInteractions(small, 900, 15);
        QFile planFile(plan);
        if (planFile.open(QIODevice::WriteOnly))
            planFile.write(QByteArray::fromStdString(tinyPlan(40).dump()));
        QFile brokenFile(broken);
        if (brokenFile.open(QIODevice::WriteOnly))
            brokenFile.write("user_id,item_id\nu1\n,,,\n\xff\xfe\n");
        const QString experiment =
            QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/experiments/planted-after-shift.json");
        user.setFiles({small, plan, broken, experiment, plantedDataset(), tinyModel(), m_folders.file(QString())},
                      m_folders.file(QStringLiteral("home")));
        Workspace& workspace = scene.workspace();
        user.setSurprises({
            {QStringLiteral("a small dataset"), [&workspace, small] { workspace.openDataset(small); }},
            {QStringLiteral("the planted dataset"), [&workspace] { workspace.openDataset(plantedDataset()); }},
            {QStringLiteral("a broken dataset"), [&workspace, broken] { workspace.openDataset(broken); }},
            {QStringLiteral("a model"),
             [&workspace] {
                 workspace.openFakeModel();
                 workspace.loadModel({});
             }},
            {QStringLiteral("no model"), [&workspace] { workspace.unloadModel(); }},
            {QStringLiteral("a small experiment"), [&scene] { scene.useExperiment(8, 8); }},
            {QStringLiteral("a run"), [&scene] { scene.startRun(); }},
            {QStringLiteral("a moment"), [&scene] { scene.chooseMoment(); }},
            {QStringLiteral("dark"), [] { setDark(true); }},
            {QStringLiteral("light"), [] { setDark(false); }},
        });
        if (m_seed % 2 == 0) { // every other person begins with all that a page can show
            scene.openDataset(small);
            scene.loadModel();
            scene.useExperiment(8, 8);
        }
    }

    void lookAround(WindowScene& scene)
    {
        if (scene.window().messages().text().contains(QLatin1String("Internal error")))
            m_defects << scene.window().messages().text();
        for (const QWidget* widget : QApplication::topLevelWidgets())
            if (const auto* box = qobject_cast<const QMessageBox*>(widget);
                box && box->isVisible() && box->icon() == QMessageBox::Critical)
                m_defects << QStringLiteral("a message box says: ") + box->text();
    }

    static void closeDialogs()
    {
        for (int i = 0; i < 20; ++i) {
            if (QWidget* popup = QApplication::activePopupWidget())
                popup->close();
            else if (QWidget* modal = QApplication::activeModalWidget())
                modal->close();
        }
    }

    void report(const RandomUser& user) const
    {
        const WatchReport watched = m_watchdog.report();
        std::fprintf(stderr,
                     "soak: %lld actions in %.0f s; longest turn of the event loop %.0f ms (%.0f ms of the thread), "
                     "%lld over %.0f ms\n",
                     static_cast<long long>(user.actions()), watched.seconds, watched.longestTurnMs,
                     watched.longestTurnCpuMs, static_cast<long long>(watched.slowTurns), GuiWatchdog::limitMs);
        for (const SlowDelivery& slow : watched.slowest)
            std::fprintf(stderr, "  %6.0f ms (%.0f) x%d %s to %s: %s\n", slow.ms, slow.cpuMs, slow.count,
                         qPrintable(slow.event), qPrintable(slow.receiver),
                         qPrintable(slow.functions.join(QStringLiteral("; "))));
    }

    int m_seconds;
    std::uint32_t m_seed;
    QFile m_log;
    GuiWatchdog& m_watchdog;
    const PrivateFolders& m_folders;
    QStringList m_defects;
};

int main(int argc, char** argv)
{
    const QString startedIn = QDir::currentPath();
    qputenv("QT_NO_GLIB", "1"); // the watchdog counts turns of Qt's own event loop
    const PrivateFolders folders;
    WatchedApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false); // whoever presses Ctrl+Q gets the window again
    QApplication::setApplicationName(QStringLiteral("driftscope"));
    QApplication::setOrganizationName(QStringLiteral("driftscope-test"));
    QCommandLineParser parser;
    const QCommandLineOption seconds(QStringLiteral("seconds"), QStringLiteral("For how long."), QStringLiteral("N"),
                                     QStringLiteral("10"));
    const QCommandLineOption minutes(QStringLiteral("minutes"), QStringLiteral("For how long."), QStringLiteral("N"));
    const QCommandLineOption seed(QStringLiteral("seed"),
                                  QStringLiteral("Which person; default: another one each time."), QStringLiteral("N"));
    parser.addOptions({seconds, minutes, seed});
    parser.addHelpOption();
    parser.process(application);
    const int length = parser.isSet(minutes) ? parser.value(minutes).toInt() * 60 : parser.value(seconds).toInt();
    const std::uint32_t person = parser.isSet(seed) ? parser.value(seed).toUInt() : std::random_device()() % 100'000;
    TestSoak test(length, person, startedIn, application.watchdog(), folders);
    return QTest::qExec(&test,
                        QStringList {QStringLiteral("tst_soak"), QStringLiteral("-maxwarnings"), QStringLiteral("0")});
}

#include "tst_soak.moc"
