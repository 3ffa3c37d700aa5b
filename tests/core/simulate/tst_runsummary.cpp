// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runsummary.h"

#include <QtTest>

#include <cmath>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

/// A ranked list of three with the target at the given rank (1 to 3).
QueryRecord ranked(std::uint32_t query, std::uint32_t arm, std::uint32_t user, int rank)
{
    QueryRecord record;
    record.query = query;
    record.arm = arm;
    record.user = user;
    record.eventIndex = query;
    record.isLiked = true;
    record.candidates = {1, 2, 3};
    record.target = 0;
    record.scores = {rank == 1 ? 5.0 : rank == 2 ? 2.5 : 0.0, 3.0, 2.0};
    record.tokens = 30;
    record.computedTokens = 12;
    record.cachedTokens = 5;
    record.seconds = 0.5;
    return record;
}

QueryRecord disliked(std::uint32_t query, std::uint32_t arm, std::uint32_t user, double score)
{
    QueryRecord record;
    record.query = query;
    record.arm = arm;
    record.user = user;
    record.eventIndex = query;
    record.candidates = {4};
    record.scores = {score};
    return record;
}

Experiment twoArms()
{
    auto experiment = smallExperiment();
    experiment.metrics.ids = {"hr@1", "mrr", "auc", "logloss"};
    return experiment;
}

/// Arm 0 ranks all targets third, arm 1 all first; eight users.
std::vector<QueryRecord> clearDifference()
{
    std::vector<QueryRecord> records;
    for (std::uint32_t user = 0; user < 8; ++user) {
        records.push_back(ranked(user, 1, user, 1));
        records.push_back(ranked(user, 0, user, 3));
    }
    return records;
}

} // namespace

class TestRunSummary : public QObject
{
    Q_OBJECT

private slots:
    void rowsAreRankingsAndLabels()
    {
        const std::vector<QueryRecord> records {disliked(2, 0, 9, -1.5), ranked(1, 0, 7, 2), ranked(1, 1, 7, 1)};
        const auto rows = scoredQueries(records, 0);
        QCOMPARE(rows.size(), std::size_t {2});
        QCOMPARE(rows[0].user, 7U); // in the order of the queries
        QCOMPARE(rows[0].scores.size(), std::size_t {3});
        QCOMPARE(rows[0].relevant, std::vector<std::uint32_t> {0});
        QCOMPARE(rows[0].totalRelevant, 1U);
        QVERIFY(rows[0].isPointwise && rows[0].label);
        QCOMPARE(rows[0].logOdds, 2.5);
        QVERIFY(rows[1].scores.empty());
        QVERIFY(rows[1].isPointwise && !rows[1].label);
        QCOMPARE(rows[1].logOdds, -1.5);
    }

    void valuesAreThoseOfTheMetrics()
    {
        const std::vector<QueryRecord> records {ranked(0, 0, 1, 1), ranked(1, 0, 2, 2), ranked(2, 0, 2, 3),
                                                disliked(3, 0, 1, 1.0)};
        const auto summary = summarize(twoArms(), records);
        QVERIFY(summary);
        QCOMPARE(summary->queries, std::uint64_t {4});
        const auto& metrics = summary->arms[0].metrics;
        QVERIFY(std::abs(*metrics.at("hr@1").value - 1.0 / 3) < 1e-12);
        QVERIFY(std::abs(*metrics.at("mrr").value - (1 + 0.5 + 1.0 / 3) / 3) < 1e-12);
        QVERIFY(std::abs(*metrics.at("auc").value - 2.0 / 3) < 1e-12); // 5, 2.5 and 0 against 1
        QCOMPARE(metrics.at("hr@1").n, std::size_t {3});
        QCOMPARE(metrics.at("auc").n, std::size_t {4});
        QVERIFY(!summary->arms[1].metrics.at("hr@1").value);
        QVERIFY(!summary->arms[1].metrics.at("hr@1").undefined.empty());
        QVERIFY(std::abs(summary->random.at("hr@1") - 1.0 / 3) < 1e-12);
    }

    void costsAddUp()
    {
        const auto summary = summarize(twoArms(), clearDifference());
        const auto& cost = summary->arms[0].cost;
        QCOMPARE(cost.tokens, std::int64_t {240});
        QCOMPARE(cost.computedTokens, std::int64_t {96});
        QCOMPARE(cost.cachedTokens, std::int64_t {40});
        QCOMPARE(cost.seconds, 4.0);
        QCOMPARE(cost.candidatesPerSecond, 6.0);
    }

    void leaksAreCounted()
    {
        auto records = clearDifference();
        records[3].leaks = 2;
        QCOMPARE(summarize(twoArms(), records)->leaks, std::uint64_t {2});
    }

    void aClearDifferenceIsSaidInWords()
    {
        const auto summary = summarize(twoArms(), clearDifference());
        QCOMPARE(summary->paired.size(), std::size_t {3}); // AUC is undefined: nobody disliked anything
        QCOMPARE(summary->paired[0].a, std::string("recent"));
        QCOMPARE(summary->paired[0].b, std::string("none"));
        QCOMPARE(summary->paired[0].difference, 1.0);
        QCOMPARE(summary->paired[0].users, std::size_t {8});
        const std::string text = toText(*summary);
        QVERIFY2(text.find("recent beats none by 1.000 HR@1 [1.000, 1.000], 8 users") != std::string::npos,
                 text.c_str());
        QVERIFY(text.find("leaks: 0") != std::string::npos);
    }

    void lowerIsBetterWhereItIs()
    {
        auto experiment = twoArms();
        experiment.metrics.ids = {"logloss"};
        const std::string text = toText(*summarize(experiment, clearDifference()));
        QVERIFY2(text.find("recent beats none by ") != std::string::npos, text.c_str());
    }

    void noDifferenceIsSaidToo()
    {
        std::vector<QueryRecord> records;
        for (std::uint32_t user = 0; user < 8; ++user)
            for (std::uint32_t arm = 0; arm < 2; ++arm)
                records.push_back(ranked(user, arm, user, 1 + static_cast<int>((user + arm) % 3)));
        const std::string text = toText(*summarize(twoArms(), records));
        QVERIFY2(text.find("no clear difference") != std::string::npos, text.c_str());
    }

    void trainingsStandOnTheTimeAxis()
    {
        auto records = clearDifference();
        const auto march = *parseTime("2001-03-01 12:00:00");
        for (auto& record : records) {
            if (record.arm != 1)
                continue;
            if (record.query == 0)
                record.updates = {{march - std::chrono::days(40), 1.5, 100}};
            if (record.query == 1)
                record.updates = {{march, 2, 40}, {march + std::chrono::days(40), 0.25, 7}};
        }
        const auto summary = summarize(twoArms(), records);
        QVERIFY(summary);
        QVERIFY(summary->arms[0].cost.updates.empty());
        QCOMPARE(summary->arms[1].cost.updates.size(), std::size_t {3});
        QCOMPARE(summary->arms[1].cost.trainingSeconds(), 3.75);
        const auto cost = toJson(*summary)["arms"][1]["cost"];
        QCOMPARE(cost["trainingSeconds"].get<double>(), 3.75);
        const nlohmann::json second {{"time", toUnix(march)}, {"seconds", 2.0}, {"interactions", 40}};
        QVERIFY(cost["updates"].size() == 3 && cost["updates"][1] == second);
        const std::string text = toText(*summary);
        const std::string note =
            twoArms().arms[1].name + " was trained 3 times, from 2001-01-20 to 2001-04-10, in 3.8 s.";
        QVERIFY2(text.find(note) != std::string::npos, text.c_str());
        QVERIFY(toText(*summarize(twoArms(), clearDifference())).find("trained") == std::string::npos);
    }

    void jsonHasTheDocumentedFields()
    {
        const auto table = toJson(*summarize(twoArms(), clearDifference()));
        QCOMPARE(table["queries"].get<int>(), 8);
        QCOMPARE(table["leaks"].get<int>(), 0);
        QCOMPARE(table["experimentHash"].get<std::string>(), twoArms().hash());
        const auto& arm = table["arms"][0];
        QCOMPARE(arm["name"].get<std::string>(), std::string("none"));
        for (const char* key : {"value", "low", "high", "n"})
            QVERIFY(arm["metrics"]["hr@1"].contains(key));
        for (const char* key :
             {"tokens", "computedTokens", "cachedTokens", "seconds", "candidatesPerSecond", "peakBytes"})
            QVERIFY(arm["cost"].contains(key));
        QVERIFY(arm["metrics"]["auc"]["value"].is_null());
        for (const char* key : {"a", "b", "metric", "difference", "low", "high", "users"})
            QVERIFY(table["paired"][0].contains(key));
    }

    void curvesFollowTheWindows()
    {
        auto experiment = twoArms();
        experiment.metrics.windowSize = 4;
        experiment.metrics.minimumPerPoint = 4;
        const std::vector<std::string> ids {"hr@1"};
        auto records = clearDifference();
        records.push_back(ranked(8, 0, 8, 1));
        const auto computed = curves(experiment, records, ids);
        QVERIFY(computed);
        QCOMPARE(computed->size(), std::size_t {2});
        const auto& plain = (*computed)[0];
        QCOMPARE(plain.arm, std::string("none"));
        QCOMPARE(plain.points.size(), std::size_t {3});
        QCOMPARE(*plain.points[0].value, 0.0);
        QVERIFY(plain.points[0].hasBand);
        QCOMPARE(plain.points[0].n, std::size_t {4});
        QVERIFY(!plain.points[2].value); // one query is below the minimum
        QCOMPARE(*(*computed)[1].points[1].value, 1.0);
    }

    void aStopIsAnOutcome()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = summarize(twoArms(), clearDifference(), {.stop = stop.get_token()});
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

    void nothingOnRecordIsATableToo()
    {
        const auto summary = summarize(twoArms(), {});
        QVERIFY(summary);
        QCOMPARE(summary->queries, std::uint64_t {0});
        QVERIFY(!toText(*summary).empty());
    }
};

QTEST_APPLESS_MAIN(TestRunSummary)
#include "tst_runsummary.moc"
