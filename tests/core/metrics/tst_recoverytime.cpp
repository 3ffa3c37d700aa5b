// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metricregistry.h"
#include "core/metrics/recoverytime.h"
#include "core/metrics/resampling.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace driftscope;
using namespace driftscope::metrics;

namespace {

/// Queries of one user at the given events since a shift at 0, hit or missed.
std::vector<ScoredQuery> queriesAt(const std::vector<std::pair<std::int64_t, bool>>& answers)
{
    std::vector<ScoredQuery> queries;
    for (const auto& [event, isHit] : answers) {
        ScoredQuery query;
        query.eventIndex = event + 100;
        query.scores = {isHit ? 2.0 : 0.0, 1.0};
        query.relevant = {0};
        query.totalRelevant = 1;
        queries.push_back(query);
    }
    return queries;
}

std::vector<ShiftRecovery> recoveries(const std::vector<ScoredQuery>& queries, const char* metric = "hr@1")
{
    const std::vector<UserShift> shifts {{0, 100}};
    return shiftRecoveries(**makeMetric(metric), alignToShifts(pointersTo(queries), shifts, -10, 29), 0.9, 5, 30);
}

constexpr double never = std::numeric_limits<double>::infinity();

} // namespace

class TestRecoveryTime : public QObject
{
    Q_OBJECT

private slots:
    void firstWindowOfTwoHitsRecovers()
    {
        // [1, 6) has a miss, [3, 8) holds two hits
        const auto found =
            recoveries(queriesAt({{-4, true}, {-2, false}, {0, false}, {2, false}, {4, true}, {7, true}, {20, false}}));
        QCOMPARE(found.size(), std::size_t {1});
        QVERIFY(found[0].isCounted && found[0].isRecovered);
        QCOMPARE(found[0].events, std::int64_t {3});
        QCOMPARE(*found[0].before, 0.5);
        QCOMPARE(*found[0].after, 0.4);
        QCOMPARE(found[0].queries, std::size_t {5});
    }

    void watchedInVainIsCensored()
    {
        const auto found = recoveries(queriesAt({{0, false}, {2, false}, {4, true}, {6, false}}));
        QVERIFY(found[0].isCounted && !found[0].isRecovered);
        QCOMPARE(found[0].events, std::int64_t {4}); // [4, 9) is the last window with two queries
    }

    void queriesFarApartSayNothing()
    {
        const auto found = recoveries(queriesAt({{-1, true}, {0, true}, {10, true}, {20, true}}));
        QCOMPARE(found.size(), std::size_t {1});
        QVERIFY(!found[0].isCounted);
        QVERIFY(recoveries({}).empty());
        QVERIFY(recoveries(queriesAt({{0, true}, {1, true}}), "auc").empty());
    }

    /// Five times, 2 and 5 censored: .8 after 1, .8 * 2/3 after 3, half of that after 4.
    void medianCountsTheCensoredWhileTheyAreWatched()
    {
        const std::vector<WatchedTime> times {{1, true}, {2, false}, {3, true}, {4, true}, {5, false}};
        QCOMPARE(*medianTime(times), 4.0);
    }

    void weightsCountAsRepetitions()
    {
        const std::vector<WatchedTime> weighted {
            {1, true, 2}, {2, false, 3}, {3, true, 1}, {6, true, 2}, {7, false, 0}};
        const std::vector<WatchedTime> repeated {{1, true},  {1, true}, {2, false}, {2, false},
                                                 {2, false}, {3, true}, {6, true},  {6, true}};
        QCOMPARE(*medianTime(weighted), *medianTime(repeated));
    }

    void medianOfWhatDoesNotHappenIsInfinite()
    {
        const std::vector<WatchedTime> censored {{1, false}, {9, false}};
        QVERIFY(std::isinf(*medianTime(censored)));
        const std::vector<WatchedTime> rare {{1, true}, {2, false}, {3, false}, {4, false}};
        QVERIFY(std::isinf(*medianTime(rare)));
        QVERIFY(!medianTime({}));
        const std::vector<WatchedTime> weightless {{1, true, 0}};
        QVERIFY(!medianTime(weightless));
    }

    void quantilesOfCensoredValuesAreNotInterpolated()
    {
        const auto interval = censoredInterval({5, never, 3, 4, never}, 0.5);
        QCOMPARE(interval->low, 4.0);
        QVERIFY(std::isinf(interval->high));
        const auto finite = censoredInterval({1, 2, 3, 4}, 0.5); // places .75 and 2.25
        QCOMPARE(finite->low, 1.0);
        QCOMPARE(finite->high, 4.0);
        QVERIFY(!censoredInterval({}, 0.95));
    }
};

QTEST_APPLESS_MAIN(TestRecoveryTime)
#include "tst_recoverytime.moc"
