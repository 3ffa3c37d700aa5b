// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"
#include "ui/pages/tune/tunepage.h"
#include "ui/plots/trainingplot.h"
#include "ui/widgets/messagebar.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <fstream>
#include <semaphore>

#include "tests/core/tuning/tinyplan.h"
#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

/// The fake engine, but after some steps it waits until the test lets it go on.
class HeldEngine : public FakeEngine
{
public:
    explicit HeldEngine(std::int64_t heldAfter)
        : m_heldAfter(heldAfter)
    {
    }

    Result<tuning::TuningOutcome> tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options,
                                       const JobContext& context) override
    {
        tuning::TuningOptions held = options;
        held.onStep = [this, &options](const tuning::StepReport& report) {
            options.onStep(report);
            if (report.step == m_heldAfter)
                gate.acquire();
        };
        return FakeEngine::tune(plan, held, context);
    }

    std::binary_semaphore gate {0};

private:
    std::int64_t m_heldAfter;
};

QString writePlan(const TestWorld& world, const nlohmann::json& plan = tinyPlan(40))
{
    const QString path = world.file("plan.json");
    std::ofstream(path.toStdString()) << plan.dump();
    return path;
}

/// Opens a plan in a session and waits for it.
bool open(TuneSession& session, const QString& path)
{
    QSignalSpy changed(&session, &TuneSession::planChanged);
    session.openPlan(path);
    return changed.wait(10'000);
}

} // namespace

class TestTune : public QObject
{
    Q_OBJECT

private slots:
    void aPlanIsShownBeforeItIsStarted()
    {
        TestWorld world;
        TuneSession session(*world.workspace);
        QCOMPARE(session.stage(), std::size_t {0});
        auto plan = tinyPlan(40);
        plan["stages"].push_back(plan["stages"][0]);
        QVERIFY(open(session, writePlan(world, plan)));
        QCOMPARE(session.plan()->totalSteps(), std::int64_t {80});
        const auto rows = planRows(*session.plan());
        QVERIFY(std::ranges::any_of(rows, [](const CardRow& row) { return row.value.contains("80 of 6 prompts"); }));
        QVERIFY(std::ranges::any_of(rows, [](const CardRow& row) { return row.value.contains("2 layers of 16"); }));
        const auto stages = stageRows(*session.plan());
        QCOMPARE(stages.size(), std::size_t {2});
        QVERIFY(stages[0].value.contains("40 steps"));
        QVERIFY(stages[0].value.contains("planted, 4 genres"));
        QVERIFY(stages[0].help.contains("demos"));
        QVERIFY(session.result().isEmpty());
    }

    void plansThatComeWithTheProgramWriteToTheUsersFolder()
    {
        TestWorld world;
        TuneSession session(*world.workspace);
        QVERIFY(open(session, QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/tuning/drift-tiny.json")));
        QCOMPARE(session.plan()->outputFolder(), dataFolder() / "models/drift-tiny");
        // The plan that goes on with it finds it there.
        QVERIFY(open(session, QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/tuning/drift-tiny-further.json")));
        QCOMPARE(simulate::resolvePath(session.plan()->checkpoint, session.plan()->baseFolder),
                 dataFolder() / "models/drift-tiny");
        const auto stages = stageRows(*session.plan());
        QVERIFY(stages[0].value.contains(QStringLiteral("6 × planted, 20 genres")));
    }

    void stepsArriveWithSpeedBestAndTimeLeft()
    {
        TestWorld world;
        TuneSession session(*world.workspace);
        QVERIFY(open(session, writePlan(world)));
        QSignalSpy ended(&session, &TuneSession::ended);
        session.start(true);
        QVERIFY(session.isRunning());
        QVERIFY(ended.wait(20'000));
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Finished);
        QVERIFY(!session.isRunning());
        QCOMPARE(session.steps().size(), std::size_t {40});
        QCOMPARE(session.best()->step, std::int64_t {40});
        QVERIFY(std::abs(session.stepsPerSecond() - 100) < 1e-6); // the fake's steps say that they took 10 ms
        QCOMPARE(session.secondsLeft(), 0.0);
        QCOMPARE(session.result(), world.file("out"));
    }

    void stopIsNoFailureAndKeepsTheBest()
    {
        TestWorld world;
        auto engine = std::make_shared<HeldEngine>(10);
        Workspace workspace(engine, world.file("other.sqlite").toStdString());
        TuneSession session(workspace);
        QVERIFY(open(session, writePlan(world)));
        QSignalSpy ended(&session, &TuneSession::ended);
        session.start(true);
        QTRY_COMPARE(session.steps().size(), std::size_t {10});
        session.stop();
        QVERIFY(session.isStopping());
        engine->gate.release();
        QVERIFY(ended.wait(20'000));
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Cancelled);
        QVERIFY(ended.first().last().toString().contains(QStringLiteral("step 10")));
        QVERIFY(!session.result().isEmpty());
    }

    void whatAnEarlierSessionDidIsShown()
    {
        TestWorld world;
        QDir(world.folder.path()).mkdir("out");
        const nlohmann::json first {{"step", 1}, {"answerLoss", 0.7}, {"seconds", 2}};
        const nlohmann::json second {{"step", 2}, {"answerLoss", 0.6}, {"seconds", 2}, {"auc", 0.61}, {"best", true}};
        std::ofstream(world.file("out/log.jsonl").toStdString()) << first << "\n"
                                                                 << second << "\n"
                                                                 << first.dump().substr(0, 12); // broken off
        TuneSession session(*world.workspace);
        QVERIFY(open(session, writePlan(world)));
        QCOMPARE(session.steps().size(), std::size_t {2});
        QCOMPARE(session.best()->step, std::int64_t {2});
        QCOMPARE(session.secondsLeft(), 76.0);
        QSignalSpy ended(&session, &TuneSession::ended);
        session.start(true); // the fake begins again: steps are replaced, not doubled
        QVERIFY(ended.wait(20'000));
        QCOMPARE(session.steps().size(), std::size_t {40});
    }

    void aFlawIsSaidInTheWindow()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        auto plan = tinyPlan();
        plan["extra"] = 1;
        window.tunePage().session().openPlan(writePlan(world, plan));
        QTRY_VERIFY(window.messages().text().contains(QStringLiteral("extra")));
        QVERIFY(!window.tunePage().session().plan());
    }

    /// As a person does it: Ctrl+7, type the path, Start, look, Stop, open the result.
    void aPersonTunesAndOpensTheResult()
    {
        TestWorld world;
        auto engine = std::make_shared<HeldEngine>(10);
        Workspace workspace(engine, world.file("other.sqlite").toStdString());
        MainWindow window(workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTest::keyClick(&window, Qt::Key_7, Qt::ControlModifier);
        QCOMPARE(window.page(), MainWindow::Tune);
        TunePage& page = window.tunePage();
        auto* start = button(page, QStringLiteral("▶ Start"));
        auto* stop = button(page, QStringLiteral("Stop, keep the best"));
        auto* result = button(page, QStringLiteral("Open the result"));
        QVERIFY(!start->isEnabled() && !stop->isEnabled() && !result->isEnabled());

        auto* path = page.findChild<QLineEdit*>();
        path->setText(writePlan(world));
        QTest::keyClick(path, Qt::Key_Return);
        QTRY_VERIFY(start->isEnabled());
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(!start->isEnabled() && stop->isEnabled());
        const auto* plot = page.findChild<TrainingPlot*>();
        QTRY_COMPARE(plot->curves().answerLoss.size(), std::size_t {10});
        QCOMPARE(plot->curves().textLoss.size(), std::size_t {10});
        QCOMPARE(plot->curves().auc.size(), std::size_t {5});
        QCOMPARE(plot->curves().totalSteps, 40.0);
        const auto says = [&page](const QString& text) {
            return std::ranges::any_of(page.findChildren<QLabel*>(),
                                       [&](const QLabel* label) { return label->text().contains(text); });
        };
        QVERIFY(says(QStringLiteral("Step 10 of 40, stage 1 of 1")));
        QVERIFY(says(QStringLiteral("Best so far: step 10, validation AUC 0.6000")));

        QTest::mouseClick(stop, Qt::LeftButton);
        engine->gate.release();
        QTRY_VERIFY(result->isEnabled());
        QVERIFY(window.messages().text().contains(QStringLiteral("kept")));
        QTest::mouseClick(result, Qt::LeftButton);
        QCOMPARE(window.page(), MainWindow::Model);
    }
};

QTEST_MAIN(TestTune)
#include "tst_tune.moc"
