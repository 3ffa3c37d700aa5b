// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/armsheet.h"
#include "ui/pages/simulate/planpanel.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/plots/curveplot.h"
#include "ui/plots/figurebar.h"
#include "ui/widgets/armform.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

#include <algorithm>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

/// The page with data, the fake model and a small experiment.
struct Opened {
    TestWorld world;
    SimulatePage page {*world.workspace};

    Opened()
    {
        if (!world.openDataset() || !world.loadFakeModel())
            qFatal("nothing is open");
        world.useSmallExperiment();
        page.resize(1016, 640);
        page.show();
        page.activateWindow(); // shortcuts belong to the window in front
        if (!QTest::qWaitForWindowActive(&page))
            qFatal("the window does not come to the front");
    }
    Focus& focus() { return world.workspace->focus(); }
    const std::vector<simulate::Arm>& arms() { return focus().experiment().arms; }
    QTableView& table() { return *page.findChild<QTableView*>(); }
    ArmSheet& sheet() { return *page.findChild<ArmSheet*>(); }
    void click(const char* text) { QTest::mouseClick(button(page, QString::fromUtf8(text)), Qt::LeftButton); }
    bool runs(QSignalSpy& ended, int count)
    {
        return QTest::qWaitFor([&] { return ended.count() >= count; }, 30'000);
    }
};

} // namespace

class TestSimulate : public QObject
{
    Q_OBJECT

private slots:
    void armsAreAddedDuplicatedEditedAndRemoved()
    {
        Opened opened;
        QCOMPARE(opened.arms().size(), std::size_t(2));
        const std::string copied = opened.arms()[opened.focus().arm()].name;
        opened.click("Duplicate");
        QCOMPARE(opened.arms().size(), std::size_t(3));
        QCOMPARE(opened.arms()[2].name, copied + " 2");
        QVERIFY(opened.sheet().isVisible()); // the new arm is open at once
        auto* name = opened.sheet().findChild<QLineEdit*>();
        name->selectAll();
        QTest::keyClicks(name, QStringLiteral("mine"));
        QCOMPARE(opened.arms()[2].name, std::string("mine"));
        auto* selector = opened.sheet().findChild<QComboBox*>(QStringLiteral("selector"));
        selector->setCurrentIndex(selector->findData(QStringLiteral("recent")));
        auto* k = opened.sheet().findChild<QSpinBox*>(QStringLiteral("k"));
        QVERIFY(k);
        k->setValue(7);
        QCOMPARE(std::get<std::int64_t>(opened.arms()[2].selectorParameters.at("k")), std::int64_t(7));
        name->setFocus();
        QTest::keyClick(name, Qt::Key_Escape);
        QTRY_VERIFY(!opened.sheet().isVisible());
        opened.click("Remove");
        QCOMPARE(opened.arms().size(), std::size_t(2));
        opened.world.workspace->edits().undo();
        QCOMPARE(opened.arms().size(), std::size_t(3));
        QCOMPARE(opened.arms()[2].name, std::string("mine"));
    }

    void aBaselineHasTheParametersOfItsRegistry()
    {
        Opened opened;
        opened.click("Edit…");
        auto* scorer = opened.sheet().findChild<QComboBox*>(QStringLiteral("scorer"));
        std::size_t parameters = 0;
        for (int i = 1; i < scorer->count(); ++i) {
            scorer->setCurrentIndex(i);
            const auto& arm = opened.arms()[opened.focus().arm()];
            QCOMPARE(QString::fromStdString(arm.scorer), scorer->itemData(i).toString());
            parameters += arm.scorerParameters.size();
            for (const auto& [id, value] : arm.scorerParameters)
                QVERIFY2(opened.sheet().findChild<QWidget*>(QString::fromStdString(id)), id.c_str());
        }
        QVERIFY(parameters > 0);
    }

    void aTemplateOfAFileIsNotLost()
    {
        ArmForm form;
        simulate::Arm arm = draftExperiment().arms.front();
        arm.wording = "/home/me/mine.json";
        form.setArm(arm);
        QTest::keyClicks(form.findChild<QLineEdit*>(), QStringLiteral("x"));
        QCOMPARE(form.arm().wording, std::string("/home/me/mine.json"));
    }

    void runsWaitInAQueueAndComeOneAfterAnother()
    {
        Opened opened;
        RunSession& session = opened.page.session();
        QSignalSpy ended(&session, &RunSession::runEnded);
        session.start(false);
        session.setPaused(true);
        auto* start = button(opened.page, QStringLiteral("▶ Queue"));
        QVERIFY(start);
        QTest::mouseClick(start, Qt::LeftButton);
        auto other = opened.focus().experiment();
        other.seed = 5;
        opened.focus().setExperiment(std::move(other));
        QTest::mouseClick(start, Qt::LeftButton);
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(session.queue().size(), std::size_t(3));
        auto* list = opened.page.findChild<QListWidget*>();
        QCOMPARE(list->count(), 3);
        QVERIFY(list->item(1)->text().contains(QStringLiteral("seed 5")));
        list->setCurrentRow(2);
        opened.click("Remove from queue");
        QCOMPARE(list->count(), 2);
        session.setPaused(false);
        QVERIFY(opened.runs(ended, 3));
        for (const auto& signal : ended)
            QCOMPARE(signal.first().value<Outcome>(), Outcome::Finished);
        QVERIFY(session.queue().empty());
        QCOMPARE(session.experiment().seed, std::uint64_t(5));
    }

    void stopLeavesTheQueueWaiting()
    {
        Opened opened;
        RunSession& session = opened.page.session();
        QSignalSpy ended(&session, &RunSession::runEnded);
        session.start(false);
        session.setPaused(true);
        session.start(false);
        session.stop();
        QVERIFY(opened.runs(ended, 1));
        QTRY_VERIFY(!session.isRunning());
        if (ended.first().first().value<Outcome>() != Outcome::Cancelled)
            QSKIP("The run was over before it could be stopped.");
        QCOMPARE(session.queue().size(), std::size_t(1));
        auto* next = button(opened.page, QStringLiteral("Start next"));
        QTRY_VERIFY(next->isEnabled());
        QTest::mouseClick(next, Qt::LeftButton);
        QVERIFY(opened.runs(ended, 2));
        QCOMPARE(ended.last().first().value<Outcome>(), Outcome::Finished);
    }

    void aClickOnAPointOpensOneOfItsMomentsAndThenTheNext()
    {
        Opened opened;
        RunSession& session = opened.page.session();
        QSignalSpy ended(&session, &RunSession::runEnded);
        session.start(false);
        QVERIFY(opened.runs(ended, 1));
        auto* plot = opened.page.findChild<CurvePlot*>();
        QTRY_VERIFY_WITH_TIMEOUT(plot->figure().hasPoints() && !session.isRunning(), 20'000);
        QTest::qWait(100); // the last figure, with all resamples, takes the place of the live one
        plot->drawNow();
        const auto& curve = plot->figure().panels.front().curves[1];
        const auto known =
            std::ranges::find_if(curve.points, [](const auto& point) { return point.n > 1 && point.value; });
        QVERIFY(known != curve.points.end());
        const simulate::CurvePoint point = *known;
        const auto place = plot->placeOf(0, 1, std::size_t(known - curve.points.begin()));
        QVERIFY(place);
        auto* canvas = plot->findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
        QSignalSpy wanted(&opened.page, &SimulatePage::momentWanted);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, *place);
        QVERIFY(wanted.wait(20'000));
        const auto moment = opened.focus().moment();
        QVERIFY(moment.has_value());
        const auto& dataset = opened.focus().dataset()->dataset();
        const auto events = dataset.ofUser(dataset.user(*moment));
        const auto index = std::ranges::find(events, *moment) - events.begin();
        QVERIFY(index >= point.from && index < point.to);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, *place);
        QVERIFY(wanted.wait(20'000));
        QVERIFY(opened.focus().moment() != moment);
    }

    void theFigureShowsTheChosenMetricAndWindows()
    {
        Opened opened;
        RunSession& session = opened.page.session();
        QSignalSpy ended(&session, &RunSession::runEnded);
        session.start(false);
        QVERIFY(opened.runs(ended, 1));
        auto* bar = opened.page.findChild<FigureBar*>();
        const auto boxes = bar->findChildren<QComboBox*>();
        auto* shape = *std::ranges::find(boxes, QStringLiteral("Shape of the windows"), &QWidget::accessibleName);
        auto* by = *std::ranges::find(boxes, QStringLiteral("What simulated time counts"), &QWidget::accessibleName);
        QTest::keyClick(shape, Qt::Key_End);
        QCOMPARE(bar->choice().view.windowShape, std::string("cumulative"));
        const auto grows = [&] {
            if (session.figure().panels.empty())
                return false;
            const auto& points = session.figure().panels.front().curves.front().points;
            return points.size() > 1 && std::ranges::is_sorted(points, {}, &simulate::CurvePoint::n);
        };
        QTRY_VERIFY_WITH_TIMEOUT(grows(), 20'000);
        QTest::keyClick(by, Qt::Key_End);
        QTRY_VERIFY_WITH_TIMEOUT(session.figure().isCalendar, 20'000);
        auto* metrics = bar->findChild<QPushButton*>();
        for (QAction* action : metrics->menu()->actions())
            if (action->text() == QStringLiteral("AUC"))
                action->setChecked(true);
        for (QAction* action : metrics->menu()->actions())
            action->setChecked(action->text() == QStringLiteral("AUC"));
        QTRY_VERIFY_WITH_TIMEOUT(session.figure().panels.size() == 1
                                     && session.figure().panels.front().metric == QStringLiteral("auc"),
                                 20'000);
    }

    void pictures()
    {
        const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
        if (folder.isEmpty())
            QSKIP("DRIFTSCOPE_PICTURES names no folder.");
        Opened opened;
        QSignalSpy ended(&opened.page.session(), &RunSession::runEnded);
        opened.page.session().start(false);
        QVERIFY(opened.runs(ended, 1));
        QTest::qWait(1500);
        opened.page.grab().save(folder + QStringLiteral("/simulate.png"));
        opened.click("Edit…");
        QTest::qWait(200);
        opened.page.grab().save(folder + QStringLiteral("/simulate-sheet.png"));
    }
};

QTEST_MAIN(TestSimulate)
#include "tst_simulate.moc"
