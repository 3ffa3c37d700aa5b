// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metricregistry.h"
#include "core/metrics/metricseries.h"

#include <QtTest>

using namespace driftscope;
using namespace driftscope::metrics;

namespace {

/// 40 events of each of 4 users; the target is found from event 20 on.
std::vector<ScoredQuery> shifted()
{
    std::vector<ScoredQuery> queries;
    for (std::uint32_t user = 0; user < 4; ++user) {
        for (std::int64_t event = 0; event < 40; ++event) {
            ScoredQuery query;
            query.user = user;
            query.eventIndex = event;
            query.time = event * 86'400 - 10 * 86'400 + user;
            query.scores = {event < 20 ? 0.0 : 2.0, 1.0};
            query.relevant = {0};
            query.totalRelevant = 1;
            queries.push_back(query);
        }
    }
    return queries;
}

Result<std::vector<SeriesPoint>> series(const std::vector<ScoredQuery>& queries, const SeriesOptions& options,
                                        const JobContext& context = {})
{
    const auto metric = makeMetric("hr@1");
    return metricSeries(**metric, pointersTo(queries), options, context);
}

} // namespace

class TestMetricSeries : public QObject
{
    Q_OBJECT

private slots:
    void windowsByEventIndexStandApart()
    {
        const auto points = series(shifted(), {.size = 10});
        QVERIFY(points.has_value());
        QCOMPARE(points->size(), std::size_t {4});
        QCOMPARE((*points)[1].from, std::int64_t {10});
        QCOMPARE((*points)[1].to, std::int64_t {20});
        QCOMPARE((*points)[1].at, 15.0);
        QCOMPARE((*points)[1].value.n, std::size_t {40});
        QCOMPARE(*(*points)[1].value.value, 0.0);
        QCOMPARE(*(*points)[2].value.value, 1.0);
        QVERIFY((*points)[2].interval.has_value());
    }

    void windowsByCalendarCountDaysAlsoBefore1970()
    {
        const auto points = series(shifted(), {.by = WindowBy::Calendar, .size = 10});
        QVERIFY(points.has_value());
        QCOMPARE(points->size(), std::size_t {4});
        QCOMPARE((*points)[0].from, std::int64_t {-10 * 86'400});
        QCOMPARE((*points)[0].value.n, std::size_t {40});
        QCOMPARE((*points)[1].at, 5.0 * 86'400);
    }

    void cumulativeWindowsKeepTheBeginning()
    {
        const auto points = series(shifted(), {.shape = WindowShape::Cumulative, .size = 10});
        QCOMPARE(points->size(), std::size_t {4});
        QCOMPARE((*points)[3].value.n, std::size_t {160});
        QCOMPARE(*(*points)[3].value.value, 0.5);
        QCOMPARE((*points)[3].at, 40.0);
    }

    void rollingWindowsOverlap()
    {
        const auto points = series(shifted(), {.shape = WindowShape::Rolling, .size = 10, .step = 5});
        QCOMPARE(points->size(), std::size_t {8});
        QCOMPARE((*points)[3].from, std::int64_t {15});
        QCOMPARE((*points)[3].value.n, std::size_t {40});
        QCOMPARE(*(*points)[3].value.value, 0.5);
        QCOMPARE((*points)[7].value.n, std::size_t {20});
    }

    void stepThatDoesNotDivideTheWindowIsExact()
    {
        const auto points = series(shifted(), {.shape = WindowShape::Rolling, .size = 10, .step = 4});
        QCOMPARE((*points)[1].from, std::int64_t {4});
        QCOMPARE((*points)[1].to, std::int64_t {14});
        QCOMPARE((*points)[1].value.n, std::size_t {40});
    }

    void tooFewQueriesGiveNoValue()
    {
        const auto points = series(shifted(), {.size = 10, .minimumPerPoint = 41});
        for (const SeriesPoint& point : *points) {
            QVERIFY(!point.value.value);
            QVERIFY(!point.interval);
            QCOMPARE(point.value.n, std::size_t {40});
            QCOMPARE(point.value.undefined, std::string("fewer than 41 queries"));
        }
    }

    void windowsWithoutQueriesAreLeftOut()
    {
        auto queries = shifted();
        queries[0].eventIndex = 1'000'000'000'000;
        const auto points = series(queries, {.size = 10, .minimumPerPoint = 1});
        QCOMPARE(points->size(), std::size_t {5});
    }

    void noQueriesNoPoints() { QVERIFY(series({}, {}).value().empty()); }

    void badWindowsAreRefused()
    {
        QCOMPARE(series(shifted(), {.size = 0}).error().code, ErrorCode::BadArgument);
        QCOMPARE(series(shifted(), {.size = -3}).error().code, ErrorCode::BadArgument);
        QCOMPARE(series(shifted(), {.shape = WindowShape::Rolling, .size = 100'000, .step = 1}).error().code,
                 ErrorCode::BadArgument);
    }

    void stopEndsTheSeries()
    {
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        QCOMPARE(series(shifted(), {}, context).error().code, ErrorCode::Cancelled);
    }

    void kindsOfWindowHaveNames()
    {
        QCOMPARE(windowByOf("event-index").value(), WindowBy::EventIndex);
        QCOMPARE(windowByOf("calendar").value(), WindowBy::Calendar);
        QCOMPARE(windowByOf("week").error().code, ErrorCode::UnknownName);
        QCOMPARE(windowShapeOf("apart").value(), WindowShape::Apart);
        QCOMPARE(windowShapeOf("rolling").value(), WindowShape::Rolling);
        QCOMPARE(windowShapeOf("cumulative").value(), WindowShape::Cumulative);
        QCOMPARE(windowShapeOf("round").error().code, ErrorCode::UnknownName);
    }
};

QTEST_APPLESS_MAIN(TestMetricSeries)
#include "tst_metricseries.moc"
