// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/curveplot.h"
#include "ui/plots/thincurve.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::ui;

namespace {

simulate::Curve curve(const std::string& arm, double base)
{
    simulate::Curve result {arm, "ndcg@10", {}};
    for (int i = 0; i < 8; ++i)
        result.points.push_back(
            {10.0 + 20 * i, base + 0.02 * i, true, base - 0.05, base + 0.2, 50, 20 * i, 20 * i + 20});
    result.points[3].value.reset();
    return result;
}

Figure figure()
{
    simulate::RunSummary summary;
    summary.arms = {{"none", {}, {}}, {"recent", {}, {}}};
    summary.random = {{"ndcg@10", 0.3}};
    const std::vector<simulate::Curve> curves {curve("none", 0.4), curve("recent", 0.6)};
    return makeFigure(curves, summary, {}, {});
}

/// A plot with the figure, drawn.
struct Shown {
    CurvePlot plot;

    Shown()
    {
        plot.resize(700, 420);
        plot.setFigure(figure());
        plot.show();
        plot.drawNow();
    }
    QWidget& canvas() { return *plot.findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly); }
};

std::vector<simulate::CurvePoint> wave(int count)
{
    std::vector<simulate::CurvePoint> points;
    for (int i = 0; i < count; ++i)
        points.push_back({1.0 * i, std::sin(i / 50.0), true, -2, 2, std::size_t(i % 7)});
    return points;
}

} // namespace

class TestCurvePlot : public QObject
{
    Q_OBJECT

private slots:
    void aThinCurveKeepsPeaksBandsAndCounts()
    {
        auto points = wave(100'000);
        points[54'321].value = 9; // one peak
        points[777].low = -5;
        const auto thin = thinCurve(points, 0, 99'999, 600);
        QVERIFY(thin.size() <= 2 * 600 + 4);
        QVERIFY(std::ranges::is_sorted(thin, {}, &simulate::CurvePoint::at));
        QCOMPARE(*std::ranges::max(thin, {}, [](const auto& point) { return *point.value; }).value, 9.0);
        QCOMPARE(std::ranges::min(thin, {}, &simulate::CurvePoint::low).low, -5.0);
        QCOMPARE(std::ranges::max(thin, {}, &simulate::CurvePoint::n).n, std::size_t(6));
    }

    void fewPointsStayAsTheyAreAndOnlyTheVisibleOnesCount()
    {
        const auto points = wave(1000);
        QCOMPARE(thinCurve(points, 0, 999, 600).size(), std::size_t(1000));
        const auto part = thinCurve(points, 100.5, 110.5, 600);
        QCOMPARE(part.front().at, 100.0); // one on each side, so that the line leaves the picture
        QCOMPARE(part.back().at, 111.0);
        QVERIFY(thinCurve({}, 0, 1, 10).empty());
    }

    void aPixelWithoutValuesIsAGap()
    {
        auto points = wave(10'000);
        for (int i = 4000; i < 5000; ++i)
            points[std::size_t(i)].value.reset();
        const auto thin = thinCurve(points, 0, 9'999, 100);
        QVERIFY(std::ranges::any_of(thin, [](const auto& point) { return !point.value; }));
    }

    void theMouseTellsTheValuesOfAllArms()
    {
        Shown shown;
        const auto place = shown.plot.placeOf(0, 1, 2);
        QVERIFY(place);
        QTest::mouseMove(&shown.canvas(), *place);
        QTRY_VERIFY(!shown.plot.shownValues().isEmpty());
        const QString text = shown.plot.shownValues();
        QVERIFY2(text.contains(QStringLiteral("event 50")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("none: 0.440")));
        QVERIFY(text.contains(QStringLiteral("recent: 0.640 [0.550, 0.800]")));
        QVERIFY(text.contains(QStringLiteral("random ranker: 0.300")));
        QVERIFY(text.contains(QStringLiteral("n 50")));
    }

    void aClickOnAPointNamesItAndOneBesideItDoesNot()
    {
        Shown shown;
        QSignalSpy clicked(&shown.plot, &CurvePlot::pointClicked);
        QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, *shown.plot.placeOf(0, 0, 1));
        QCOMPARE(clicked.count(), 1);
        const auto point = clicked.first().first().value<PlotPoint>();
        QCOMPARE(point.arm, QStringLiteral("none"));
        QCOMPARE(point.metric, QStringLiteral("ndcg@10"));
        QCOMPARE(point.point.at, 30.0);
        QCOMPARE(point.point.from, std::int64_t(20));
        QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, *shown.plot.placeOf(0, 0, 1) + QPoint(0, 40));
        QCOMPARE(clicked.count(), 1);
    }

    void aClickOnTheLegendHidesAnArmAndShowsItAgain()
    {
        Shown shown;
        QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, *shown.plot.legendPlaceOf(QStringLiteral("recent")));
        QVERIFY(shown.plot.hiddenArms().contains(QStringLiteral("recent")));
        shown.plot.drawNow();
        QTest::mouseMove(&shown.canvas(), *shown.plot.placeOf(0, 0, 1));
        QTRY_VERIFY(shown.plot.shownValues().contains(QStringLiteral("none: ")));
        QVERIFY(!shown.plot.shownValues().contains(QStringLiteral("recent: ")));
        QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, *shown.plot.legendPlaceOf(QStringLiteral("recent")));
        QVERIFY(shown.plot.hiddenArms().empty());
    }

    void keysGoFromPointToPointAndOpenOne()
    {
        Shown shown;
        QSignalSpy clicked(&shown.plot, &CurvePlot::pointClicked);
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(&shown.plot, Qt::Key_Right);
        QVERIFY(shown.plot.shownValues().contains(QStringLiteral("event 90"))); // the gap was left out
        QTest::keyClick(&shown.plot, Qt::Key_Left);
        QVERIFY(shown.plot.shownValues().contains(QStringLiteral("event 50")));
        QTest::keyClick(&shown.plot, Qt::Key_Return);
        QCOMPARE(clicked.count(), 1);
        QCOMPARE(clicked.first().first().value<PlotPoint>().point.at, 50.0);
    }

    void zoomStaysWhileNewPointsComeAndEndsOnRequest()
    {
        Shown shown;
        const auto whole = shown.plot.placeOf(0, 0, 0);
        QTest::keyClick(&shown.plot, Qt::Key_Plus);
        QVERIFY(shown.plot.isZoomed());
        shown.plot.setFigure(figure());
        shown.plot.drawNow();
        QVERIFY(shown.plot.isZoomed());
        QVERIFY(shown.plot.placeOf(0, 0, 0)->x() < whole->x());
        QTest::keyClick(&shown.plot, Qt::Key_0);
        shown.plot.drawNow();
        QCOMPARE(*shown.plot.placeOf(0, 0, 0), *whole);
    }
};

QTEST_MAIN(TestCurvePlot)
#include "tst_curveplot.moc"
