// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/metrics/metricregistry.h"
#include "core/metrics/recovery.h"

#include <QtTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::metrics;

namespace {

constexpr std::int64_t shiftEvent = 20;
constexpr std::int64_t lastEvent = 60;

/// Two candidates, the true one first or not.
ScoredQuery answer(std::uint32_t user, std::int64_t event, bool isHit)
{
    ScoredQuery query;
    query.user = user;
    query.time = event * 100;
    query.eventIndex = event;
    query.scores = {isHit ? 2.0 : 0.0, 1.0};
    query.relevant = {0};
    query.totalRelevant = 1;
    return query;
}

/// All hits but for the `lost` events from the shift on.
std::vector<ScoredQuery> arm(std::uint32_t users, std::int64_t lost)
{
    std::vector<ScoredQuery> queries;
    for (std::uint32_t user = 0; user < users; ++user)
        for (std::int64_t event = 0; event < lastEvent; ++event)
            queries.push_back(answer(user, event, event < shiftEvent || event >= shiftEvent + lost));
    return queries;
}

/// Hits by chance, oftener later after the shift.
std::vector<ScoredQuery> noisyArm(std::uint32_t users, std::uint64_t seed)
{
    RandomStream random(seed, "arm");
    std::vector<ScoredQuery> queries;
    for (std::uint32_t user = 0; user < users; ++user)
        for (std::int64_t event = 0; event < lastEvent; ++event) {
            const double since = static_cast<double>(event - shiftEvent);
            const double chance = since < 0 ? 0.9 : 0.9 - 0.7 * std::exp(-since / 8);
            queries.push_back(answer(user, event, random.uniform() < chance));
        }
    return queries;
}

std::vector<UserShift> shiftsOf(std::uint32_t users)
{
    std::vector<UserShift> shifts;
    for (std::uint32_t user = 0; user < users; ++user)
        shifts.push_back({user, shiftEvent});
    return shifts;
}

Result<Recovery> measured(const std::vector<std::vector<ScoredQuery>>& arms, const std::vector<UserShift>& shifts,
                          const RecoveryOptions& options, const char* spelling = "hr@1", const JobContext& context = {})
{
    const auto metric = makeMetric(spelling);
    std::vector<std::vector<const ScoredQuery*>> pointers;
    for (const auto& queries : arms)
        pointers.push_back(pointersTo(queries));
    return recovery(**metric, pointers, shifts, options, context);
}

RecoveryOptions quick()
{
    RecoveryOptions options;
    options.minimumPerPoint = 1;
    options.bootstrap.resamples = 100;
    return options;
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private slots:
    void queriesBelongToTheShiftsBesideThem()
    {
        const std::vector<UserShift> shifts {{1, 10}, {1, 20, false}, {2, 5}};
        std::vector<ScoredQuery> queries;
        for (const std::int64_t event : {9, 10, 19, 20, 25})
            queries.push_back(answer(1, event, true));
        queries.push_back(answer(2, 4, true));
        queries.push_back(answer(3, 10, true)); // of a user without shifts
        const auto aligned = alignToShifts(pointersTo(queries), shifts, -5, 100);
        QCOMPARE(aligned.size(), std::size_t {4}); // nothing of the second shift, and nothing past it
        QCOMPARE(aligned[0].since, std::int64_t {-1});
        QCOMPARE(aligned[1].since, std::int64_t {0});
        QCOMPARE(aligned[2].since, std::int64_t {9});
        QCOMPARE(aligned[3].shift, std::size_t {2});
        QCOMPARE(aligned[3].since, std::int64_t {-1});
        QCOMPARE(alignToShifts(pointersTo(queries), shifts, 0, 8).size(), std::size_t {1});
    }

    void aMomentBetweenTwoShiftsCountsForBoth()
    {
        const std::vector<UserShift> shifts {{1, 10}, {1, 20}};
        const std::vector<ScoredQuery> queries {answer(1, 17, true)};
        const auto aligned = alignToShifts(pointersTo(queries), shifts, -10, 10);
        QCOMPARE(aligned.size(), std::size_t {2});
        QCOMPARE(aligned[0].since, std::int64_t {7});
        QCOMPARE(aligned[1].since, std::int64_t {-3});
    }

    /// Level 1, random .5, target .95: [6, 11) is the first window of five without a miss. Six misses cost 6.
    void handWorkedExample()
    {
        const auto result = measured({arm(4, 6)}, shiftsOf(4), quick());
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        const ArmRecovery& one = result->arms[0];
        QCOMPARE(*one.level.value, 1.0);
        QCOMPARE(one.floor, 0.5);
        QCOMPARE(*one.target, 0.95);
        QCOMPARE(*one.events.value, 6.0);
        QCOMPARE(*one.area.value, 6.0);
        QCOMPARE(one.events.interval->low, 6.0);
        QCOMPARE(one.events.interval->high, 6.0);
        QVERIFY(std::abs(one.area.interval->high - 6.0) < 1e-9);
        QCOMPARE(one.recovered, std::size_t {4});
        QCOMPARE(*one.medianEvents.value, 6.0);
        QCOMPARE(result->shifts, std::size_t {4});
        QCOMPARE(result->users, std::size_t {4});
        QCOMPARE(one.curve.size(), std::size_t {6 + 26}); // windows of 5 in 10 events before and 30 after
        QCOMPARE(one.curve.front().from, std::int64_t {-10});
        QCOMPARE(one.curve[5].from, std::int64_t {-5}); // the last one before the shift
        QCOMPARE(one.curve[6].from, std::int64_t {0});
        QCOMPARE(*one.curve[6 + 4].value.value, 0.6); // events 4 to 8: two misses
    }

    void aShareOfTheBareValueWouldBeReachedEarlier()
    {
        auto options = quick();
        options.share = 0.5; // target .75: [5, 10) has four of five
        QCOMPARE(*measured({arm(4, 6)}, shiftsOf(4), options)->arms[0].events.value, 5.0);
    }

    void whatDoesNotComeBackIsCensoredAndLosesTheWhole()
    {
        const auto result = measured({arm(4, 6), arm(4, 1000)}, shiftsOf(4), quick());
        const ArmRecovery& lost = result->arms[1];
        QVERIFY(std::isinf(*lost.events.value));
        QVERIFY(std::isinf(lost.events.interval->high));
        QCOMPARE(*lost.area.value, 30.0);
        QCOMPARE(lost.recovered, std::size_t {0});
        QCOMPARE(lost.censored, std::size_t {4});
        QVERIFY(std::isinf(*lost.medianEvents.value));
        QCOMPARE(result->differences.size(), std::size_t {1});
        QCOMPARE(*result->differences[0].area.value, 24.0);
        QCOMPARE(*result->differences[0].events.value, 24.0); // 30, the time looked at, less 6
    }

    void theLevelCanBeAReferenceArms()
    {
        auto options = quick();
        options.reference = 1;
        const auto result = measured({arm(4, 6), arm(4, 0)}, shiftsOf(4), options);
        QCOMPARE(*result->arms[0].level.value, 1.0);
        QCOMPARE(*result->arms[0].area.value, 6.0);
        QCOMPARE(*result->arms[1].area.value, 0.0);
        QCOMPARE(*result->arms[1].events.value, 0.0);
    }

    void theLastBlockMayBeShorter()
    {
        auto options = quick();
        options.after = 28; // five blocks of 5 and one of 3
        QVERIFY(std::abs(*measured({arm(4, 1000)}, shiftsOf(4), options)->arms[0].area.value - 28.0) < 1e-9);
    }

    void noBetterThanChanceHasNothingToRecover()
    {
        RandomStream random(3, "chance");
        std::vector<ScoredQuery> queries;
        for (std::uint32_t user = 0; user < 10; ++user)
            for (std::int64_t event = 0; event < lastEvent; ++event)
                queries.push_back(answer(user, event, random.index(2) == 0));
        const auto result = measured({queries}, shiftsOf(10), quick());
        QVERIFY(!result->arms[0].events.value);
        QVERIFY(!result->arms[0].undefined.empty());
        QVERIFY(result->arms[0].area.value.has_value());
        QCOMPARE(result->arms[0].recovered + result->arms[0].censored, std::size_t {0});
    }

    void fewQueriesMakeNoPoint()
    {
        auto options = quick();
        options.minimumPerPoint = 1000;
        const auto result = measured({arm(4, 6)}, shiftsOf(4), options);
        QVERIFY(!result->arms[0].level.value);
        QVERIFY(result->arms[0].undefined.find("1000") != std::string::npos);
        QVERIFY(!result->arms[0].curve[0].value.value);
    }

    void metricsOverLabelsHaveNoTimesOfSingleShifts()
    {
        std::vector<ScoredQuery> queries;
        for (std::uint32_t user = 0; user < 6; ++user)
            for (std::int64_t event = 0; event < lastEvent; ++event) {
                ScoredQuery query;
                query.user = user;
                query.eventIndex = event;
                query.isPointwise = true;
                query.label = event % 2 == 0;
                const bool isRight = event < shiftEvent || event >= shiftEvent + 8;
                query.logOdds = query.label == isRight ? 1 : -1;
                queries.push_back(query);
            }
        const auto result = measured({queries}, shiftsOf(6), quick(), "auc");
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(*result->arms[0].level.value, 1.0);
        QCOMPARE(result->arms[0].floor, 0.5);
        QCOMPARE(*result->arms[0].events.value, 8.0);
        QVERIFY(result->arms[0].shifts.empty());
    }

    void anArmDiffersFromItselfByNothing()
    {
        const auto one = noisyArm(20, 7);
        const auto result = measured({one, one}, shiftsOf(20), quick());
        const RecoveryDifference& same = result->differences[0];
        QCOMPARE(*same.area.value, 0.0);
        QCOMPARE(same.area.interval->low, 0.0);
        QCOMPARE(same.area.interval->high, 0.0);
        QCOMPARE(same.events.interval->high, 0.0);
    }

    void moreIsReachedLater_data()
    {
        QTest::addColumn<quint64>("seed");
        for (const quint64 seed : {1, 2, 3, 4, 5})
            QTest::addRow("seed %d", static_cast<int>(seed)) << seed;
    }

    void moreIsReachedLater()
    {
        QFETCH(quint64, seed);
        const auto noisy = noisyArm(30, seed);
        double before = 0;
        for (const double share : {0.2, 0.5, 0.7, 0.9, 1.0}) {
            auto options = quick();
            options.share = share;
            const auto result = measured({noisy}, shiftsOf(30), options);
            const ArmRecovery& one = result->arms[0];
            QVERIFY(*one.events.value >= before);
            QVERIFY(one.events.interval->low <= *one.events.value);
            QVERIFY(one.area.interval->low <= *one.area.value && *one.area.value <= one.area.interval->high);
            before = *one.events.value;
        }
        auto options = quick();
        const auto once = measured({noisy}, shiftsOf(30), options);
        const auto again = measured({noisy}, shiftsOf(30), options);
        QCOMPARE(once->arms[0].area.interval->low, again->arms[0].area.interval->low);
        auto reversed = noisy;
        std::reverse(reversed.begin(), reversed.end());
        QVERIFY(std::abs(*measured({reversed}, shiftsOf(30), options)->arms[0].area.value - *once->arms[0].area.value)
                < 1e-9);
    }

    void saysWhatCannotBeAsked()
    {
        const auto codeOf = [](const RecoveryOptions& options, const char* metric = "hr@1") {
            const auto result = measured({arm(2, 6)}, shiftsOf(2), options, metric);
            return result ? ErrorCode::Internal : result.error().code;
        };
        QCOMPARE(codeOf(quick(), "logloss"), ErrorCode::BadArgument);
        auto options = quick();
        options.width = 0;
        QCOMPARE(codeOf(options), ErrorCode::BadArgument);
        options.width = 11; // more than the events before
        QCOMPARE(codeOf(options), ErrorCode::BadArgument);
        options = quick();
        options.share = 1.5;
        QCOMPARE(codeOf(options), ErrorCode::BadArgument);
        options = quick();
        options.reference = 1;
        QCOMPARE(codeOf(options), ErrorCode::BadArgument);
        const auto none = measured({arm(2, 6)}, {{9, 5}}, quick());
        QVERIFY(!none && none.error().code == ErrorCode::NoEligibleQuery);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = measured({arm(2, 6)}, shiftsOf(2), quick(), "hr@1", {.stop = stop.get_token()});
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

    void oneUserHasNoInterval()
    {
        const auto result = measured({arm(1, 6)}, shiftsOf(1), quick());
        QCOMPARE(*result->arms[0].events.value, 6.0);
        QVERIFY(!result->arms[0].events.interval);
    }
};

QTEST_APPLESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
