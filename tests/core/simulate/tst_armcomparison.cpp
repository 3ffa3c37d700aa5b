// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/armcomparison.h"
#include "core/simulate/manifestdifference.h"
#include "core/simulate/papertable.h"
#include "core/simulate/runmanifest.h"

#include <QTest>

#include <algorithm>

#include "tests/core/simulate/plantedrun.h"

using namespace driftscope;
using namespace driftscope::simulate;

namespace {

const test::PlantedRun& run()
{
    static const test::PlantedRun made = test::plantedRun();
    return made;
}

ArmPair oracleAndRandom()
{
    return pairArms(run().records, 0, run().records, 2);
}

} // namespace

class TestArmComparison : public QObject
{
    Q_OBJECT

private slots:
    void anArmAgainstItselfDiffersByNothing()
    {
        const auto pair = pairArms(run().records, 0, run().records, 0);
        QCOMPARE(pair.a.size(), pair.b.size());
        QCOMPARE(pair.differentLists, std::size_t(0));
        const auto estimate = difference(pair, "ndcg@10", {.seed = 1, .resamples = 50});
        QVERIFY(estimate.has_value());
        QCOMPARE(*estimate->difference, 0.0);
        const auto curve = differenceCurve(pair, "ndcg@10", run().experiment);
        QVERIFY(curve.has_value());
        QVERIFY(!curve->points.empty());
        for (const auto& point : curve->points)
            QVERIFY(!point.value || *point.value == 0.0);
    }

    void differenceIsThatOfTheSummary()
    {
        const auto summary = summarize(run().experiment, run().records);
        const auto estimate =
            difference(pairArms(run().records, 2, run().records, 0), "ndcg@10",
                       {.seed = run().experiment.seed, .resamples = run().experiment.metrics.resamples});
        const auto same = std::ranges::find_if(summary->paired, [](const auto& paired) {
            return paired.metric == "ndcg@10" && paired.a == "random" && paired.b == "oracle";
        });
        QVERIFY(same != summary->paired.end());
        QCOMPARE(*estimate->difference, same->difference);
        QCOMPARE(estimate->interval->low, same->low);
        QCOMPARE(estimate->users, same->users);
    }

    void onlyCommonMomentsAreCompared()
    {
        auto fewer = run().records;
        std::erase_if(fewer, [](const auto& record) { return record.user % 2 == 0; });
        const auto pair = pairArms(run().records, 0, fewer, 0);
        QCOMPARE(pair.a.size(), pair.b.size());
        QVERIFY(std::ranges::all_of(pair.a, [](const auto& row) { return row.user % 2 == 1; }));
    }

    void otherCandidatesAreCounted()
    {
        auto other = run().records;
        const auto first = std::ranges::find(other, std::uint32_t(0), &QueryRecord::arm);
        for (std::size_t i = 0; i < first->candidates.size(); ++i)
            if (i != first->target)
                first->candidates[i] = 100'000 + static_cast<data::ItemIndex>(i);
        QCOMPARE(pairArms(run().records, 0, other, 0).differentLists, std::size_t(1));
    }

    void usersHaveTheirOwnValues()
    {
        const auto users = valuesOfUsers(oracleAndRandom(), "ndcg@10");
        QVERIFY(users.has_value());
        QCOMPARE(users->size(), std::size_t(50));
        double sum = 0;
        double n = 0;
        for (const auto& user : *users) {
            sum += user.a * static_cast<double>(user.n);
            n += static_cast<double>(user.n);
        }
        const auto summary = summarize(run().experiment, run().records);
        QVERIFY(std::abs(sum / n - *summary->arms[0].metrics.at("ndcg@10").value) < 1e-9);
    }

    void aPointNamesItsRecords_data()
    {
        QTest::addColumn<QString>("by");
        QTest::addColumn<QString>("shape");
        for (const char* by : {"event-index", "calendar"})
            for (const char* shape : {"apart", "rolling", "cumulative"})
                QTest::addRow("%s %s", by, shape) << by << shape;
    }

    void aPointNamesItsRecords()
    {
        QFETCH(QString, by);
        QFETCH(QString, shape);
        Experiment experiment = run().experiment;
        experiment.metrics.windowBy = by.toStdString();
        experiment.metrics.windowShape = shape.toStdString();
        experiment.metrics.windowSize = by == QLatin1String("calendar") ? 30 : 10;
        experiment.metrics.resamples = 0;
        const std::vector<std::string> metrics {"ndcg@10"};
        const auto made = curves(experiment, run().records, metrics);
        QVERIFY(made.has_value());
        for (const auto& point : (*made)[1].points) {
            const auto behind = recordsBehind(experiment, run().records, 1, "ndcg@10", point);
            QCOMPARE(behind.size(), point.n);
            QVERIFY(std::ranges::is_sorted(behind, {}, &QueryRecord::time));
        }
    }

    void aRecordIsFoundInTheData()
    {
        const auto dataset = test::plantedData();
        for (const auto& query : run().queries) {
            const auto record = std::ranges::find(run().records, query.index, &QueryRecord::query);
            QCOMPARE(interactionOf(*dataset, *record), query.moment.interaction);
        }
        QueryRecord stranger = run().records.front();
        stranger.user = 1'000'000;
        QVERIFY(!interactionOf(*dataset, stranger));
    }

    void manifestsDifferInWhatTheySayDifferently()
    {
        const nlohmann::json a {{"seed", 1}, {"experiment", {{"replay", {{"maxUsers", 5}}}}}, {"shifts", {1, 2}}};
        nlohmann::json b = a;
        QVERIFY(manifestDifferences(a, b).empty());
        b["experiment"]["replay"]["maxUsers"] = 6;
        b["device"] = "cpu";
        b["shifts"] = {1};
        const auto found = manifestDifferences(a, b);
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found[0].path, std::string("device"));
        QVERIFY(found[0].a.is_null());
        QCOMPARE(found[1].path, std::string("experiment/replay/maxUsers"));
        QVERIFY(found[1].b == 6);
        QVERIFY(found[2].a == 2);
    }

    void tablesForPapersHoldValuesAndCost()
    {
        auto summary = *summarize(run().experiment, run().records);
        summary.arms[0].name = "50 % | a_b";
        summary.arms[0].cost.updates = {{fromUnix(0), 1.5, 10}, {fromUnix(86'400), 2.0, 20}};
        const std::string markdown = toMarkdown(summary, "the protocol");
        QVERIFY(markdown.find("| 50 % \\| a_b ") != std::string::npos);
        QVERIFY(markdown.find("NDCG@10") != std::string::npos);
        QVERIFY(markdown.find("| 2 | 3.5 |") != std::string::npos); // trainings
        const std::string latex = toLatex(summary, "the protocol");
        QVERIFY(latex.find("50 \\% | a\\_b") != std::string::npos);
        QVERIFY(latex.find("\\caption{the protocol}") != std::string::npos);
        QCOMPARE(std::ranges::count(latex, '{'), std::ranges::count(latex, '}'));
    }

    void sourcesAreNamedByTheFirstDigits()
    {
        const nlohmann::json manifest {{"experimentHash", "0123456789abcdef"},
                                       {"dataset", {{"files", {{{"path", "a"}, {"hash", "fedcba9876543210"}}}}}}};
        QCOMPARE(sourceText(manifest), std::string("experiment 01234567, dataset fedcba98"));
    }
};

QTEST_APPLESS_MAIN(TestArmComparison)
#include "tst_armcomparison.moc"
