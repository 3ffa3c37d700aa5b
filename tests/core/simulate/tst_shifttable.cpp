// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runmanifest.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/shifttable.h"

#include <QtTest>

#include <algorithm>
#include <set>

#include "tests/core/simulate/plantedrun.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;
using Filter = Experiment::ShiftFilter;

class TestShiftTable : public QObject
{
    Q_OBJECT

private slots:
    void theManifestCarriesTheShiftsOfItsUsers()
    {
        auto experiment = plantedExperiment();
        experiment.replay.maxUsers = 10;
        const auto prepared = prepare(experiment, plantedData());
        const auto manifest = runManifest(prepared, {});
        const auto table = ShiftTable::ofManifest(nlohmann::json::parse(manifest.dump()));
        QVERIFY(table && !table->isEmpty());
        std::set<std::uint32_t> users;
        for (const auto& query : prepared.queries)
            users.insert(query.moment.user);
        const auto expected = ShiftTable::ofTruth(*plantedData()->truth()).ofUsers(users);
        QVERIFY(std::ranges::equal(table->shifts(), expected.shifts()));
        QVERIFY(ShiftTable::ofManifest({{"seed", 1}})->isEmpty());
        const auto broken = ShiftTable::ofManifest({{"shifts", {{1, "two"}}}});
        QVERIFY(!broken && broken.error().code == ErrorCode::Inconsistent);
    }

    void kindsFilterAndOthersStillEndTheTime()
    {
        const auto table = ShiftTable::ofManifest(
            {{"shifts", {{1, 10, "abrupt", false}, {1, 20, "recurring", false}, {1, 40, "abrupt", true}}}});
        QVERIFY(table);
        const Experiment::ShiftWindow abrupt {Filter::Abrupt, 0, 15};
        QVERIFY(table->isNear(abrupt, 1, 10) && table->isNear(abrupt, 1, 19));
        QVERIFY(!table->isNear(abrupt, 1, 20)); // in the time of the recurring one
        QVERIFY(!table->isNear(abrupt, 1, 9) && !table->isNear(abrupt, 2, 12));
        QVERIFY(table->isNear({Filter::Abrupt, -3, 0}, 1, 38));
        QVERIFY(!table->isNear({Filter::Swap, 0, 5}, 1, 12) && table->isNear({Filter::Swap, 0, 5}, 1, 42));
        const auto aligned = table->aligned(Filter::Abrupt);
        QVERIFY(aligned[0].isWanted && !aligned[1].isWanted && aligned[2].isWanted);
    }

    void detectedShiftsAreOfEveryKind()
    {
        const auto table = ShiftTable::ofManifest({{"shifts", {{1, 10, "detected", false}}}});
        QVERIFY(table->isNear({Filter::Gradual, 0, 5}, 1, 12));
        const data::UserHistory history(plantedData(), *data::LabelRule::parse("rating>=4"));
        const auto detected = ShiftTable::detected(history, 1, {});
        QVERIFY2(detected, detected ? "" : detected.error().message.c_str());
        QVERIFY(!detected->isEmpty());
        QCOMPARE(detected->shifts()[0].kind, std::string("detected"));
    }

    void theTableIsOfItsWindowAndTheRestOfAll()
    {
        const auto run = plantedRun();
        auto windowed = run.experiment;
        windowed.metrics.aroundShift = {Filter::Abrupt, 3, 8};
        QCOMPARE(windowed.hash(), run.experiment.hash()); // chosen when showing
        const auto table = summarize(windowed, run.records, {}, run.shifts);
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        const auto near = run.shifts.recordsNear(windowed.metrics.aroundShift, run.records);
        const auto expected = summarize(run.experiment, near);
        for (std::size_t arm = 0; arm < 3; ++arm)
            QCOMPARE(*table->arms[arm].metrics.at("ndcg@10").value, *expected->arms[arm].metrics.at("ndcg@10").value);
        QCOMPARE(table->queries, summarize(run.experiment, run.records)->queries);
        QCOMPARE(table->tableQueries, expected->queries);
        QVERIFY(table->tableQueries < table->queries);
        QVERIFY(toText(*table).find("3 to 8 events after an abrupt shift") != std::string::npos);
        QCOMPARE(summarize(windowed, run.records).error().code, ErrorCode::Inconsistent);
        QCOMPARE(curves(windowed, run.records, windowed.metrics.ids)->size(),
                 curves(run.experiment, run.records, windowed.metrics.ids)->size());
    }

    void momentsOfTheWindowAreAskedBesideTheSpreadOnes()
    {
        auto experiment = plantedExperiment();
        experiment.replay.queriesPerUser = 3;
        const auto spread = plantedRun(experiment);
        experiment.replay.alwaysAroundShift = {Filter::Abrupt, 3, 8};
        const auto both = plantedRun(experiment);
        experiment.replay = plantedExperiment().replay;
        experiment.replay.aroundShift = {Filter::Abrupt, 3, 8};
        const auto window = plantedRun(experiment);
        const auto momentsOf = [](const PlantedRun& run) {
            std::set<std::pair<std::uint32_t, std::int64_t>> moments;
            for (const auto& query : run.queries)
                moments.insert({query.moment.user, query.eventIndex});
            return moments;
        };
        auto expected = momentsOf(spread);
        expected.merge(momentsOf(window));
        QVERIFY(momentsOf(both) == expected);
        QVERIFY(std::ranges::is_sorted(both.queries, {}, [](const Query& query) { return *query.moment.interaction; }));
    }

    void namesGoBothWays()
    {
        for (const Filter kind :
             {Filter::None, Filter::Any, Filter::Abrupt, Filter::Gradual, Filter::Recurring, Filter::Swap})
            QVERIFY(*filterOf(filterName(kind)) == kind);
        QCOMPARE(filterOf("sudden").error().code, ErrorCode::UnknownName);
        QCOMPARE(windowText({Filter::Any, 0, 5}), std::string("0 to 5 events after a shift"));
    }
};

QTEST_APPLESS_MAIN(TestShiftTable)
#include "tst_shifttable.moc"
