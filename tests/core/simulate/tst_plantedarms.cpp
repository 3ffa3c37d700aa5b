// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/drifttruth.h"
#include "core/data/planteddrift.h"
#include "core/data/readerregistry.h"
#include "core/simulate/replay.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/shifttable.h"
#include "core/simulate/simulator.h"

#include <QtTest>

#include <filesystem>
#include <set>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

std::shared_ptr<const data::Dataset> smallPlanted(std::uint64_t seed = 1)
{
    data::PlantedDriftPlan plan;
    plan.users = 40;
    plan.items = 240;
    plan.genres = 8;
    plan.eventsPerUser = 50;
    plan.seed = seed;
    auto planted = data::generatePlantedDrift(plan);
    if (!planted)
        qFatal("%s", planted.error().message.c_str());
    return planted->dataset;
}

std::filesystem::path shippedExperiments()
{
    return std::filesystem::path(DRIFTSCOPE_SOURCE_DIR) / "resources" / "experiments";
}

Arm baselineArm(const std::string& scorer)
{
    Arm arm;
    arm.name = scorer;
    arm.scorer = scorer;
    arm.selector = "none";
    return arm;
}

Arm staleArm(const std::string& name, const std::string& selector, std::int64_t k)
{
    Arm arm = randomArm(name, selector, k);
    arm.history.lag = {data::Lag::Unit::Shifts, 1};
    return arm;
}

Experiment afterShift(std::vector<Arm> arms)
{
    Experiment experiment = smallExperiment();
    experiment.replay.queriesPerUser = 0;
    experiment.replay.aroundShift = {Experiment::ShiftFilter::Abrupt, 5, 9};
    experiment.arms = std::move(arms);
    return experiment;
}

/// Fails whoever asks it.
class NobodyAsks : public inference::FakeScorer
{
public:
    Result<std::vector<inference::PromptScore>> score(std::span<const inference::TokenizedPrompt>,
                                                      const inference::ScoreOptions&, const JobContext&) override
    {
        return fail(ErrorCode::Internal, "somebody asked");
    }
};

RunSummary run(const PreparedExperiment& prepared)
{
    MemorySink sink;
    NobodyAsks scorer;
    const auto outcome = simulate::simulate(prepared, scorer, sink, {}, {});
    if (!outcome)
        qFatal("%s", outcome.error().message.c_str());
    auto summary = summarize(prepared.experiment, sink.all());
    if (!summary)
        qFatal("%s", summary.error().message.c_str());
    return std::move(*summary);
}

double valueOf(const RunSummary& summary, std::size_t arm, const char* metric)
{
    return *summary.arms[arm].metrics.at(metric).value;
}

/// Calls `check(arm's prompts, query)` for each query of the first arm.
template<typename Check>
void forEachPrompt(const PreparedExperiment& prepared, Check check)
{
    for (const auto& query : prepared.queries) {
        const auto built = prepared.arms[0].build(query.moment, prepared.candidates.draw(query).items);
        QVERIFY2(built, built ? "" : built.error().message.c_str());
        QVERIFY(built->leaks.empty());
        check(*built, query);
    }
}

SimTime lastShift(const data::Dataset& dataset, const Query& query)
{
    const auto& tastes = dataset.truth()->users[query.moment.user];
    return tastes.shifts[tastes.shiftsUpTo(query.moment.time) - 1].time;
}

} // namespace

class TestPlantedArms : public QObject
{
    Q_OBJECT

private slots:
    void windowKeepsToMomentsAroundShifts_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        using Filter = Experiment::ShiftFilter;
        const auto row = [](const char* name, Filter kind, int from, int to) {
            QTest::newRow(name) << static_cast<int>(kind) << from << to;
        };
        row("abrupt, after", Filter::Abrupt, 5, 9);
        row("any, across", Filter::Any, -3, 3);
        row("gradual, before", Filter::Gradual, -4, -1);
        row("recurring, first", Filter::Recurring, 0, 0);
        row("swap", Filter::Swap, 2, 6);
    }

    void windowKeepsToMomentsAroundShifts()
    {
        QFETCH(int, kind);
        QFETCH(int, from);
        QFETCH(int, to);
        const auto filter = static_cast<Experiment::ShiftFilter>(kind);
        Experiment experiment = smallExperiment();
        experiment.replay.queriesPerUser = 0;
        experiment.replay.minHistory = 0;
        experiment.replay.aroundShift = {filter, from, to};
        experiment.arms = {baselineArm("random")};
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            const auto dataset = smallPlanted(seed);
            const auto prepared = prepare(experiment, dataset);
            std::set<data::InteractionIndex> asked;
            for (const auto& query : prepared.queries)
                asked.insert(*query.moment.interaction);
            std::set<data::InteractionIndex> expected;
            for (data::UserIndex user = 0; user < dataset->userCount(); ++user) {
                const auto& tastes = dataset->truth()->users[user];
                for (std::size_t place = 0; place < tastes.shifts.size(); ++place) {
                    const auto& shift = tastes.shifts[place];
                    using Filter = Experiment::ShiftFilter;
                    const bool isWanted = filter == Filter::Any || (filter == Filter::Swap && shift.isSwap)
                        || (filter == Filter::Abrupt && shift.kind == data::ShiftKind::Abrupt)
                        || (filter == Filter::Gradual && shift.kind == data::ShiftKind::Gradual)
                        || (filter == Filter::Recurring && shift.kind == data::ShiftKind::Recurring);
                    for (int after = from; isWanted && after <= to; ++after) {
                        const auto event = static_cast<std::int64_t>(shift.event) + after;
                        if (event < 0 || event >= static_cast<std::int64_t>(dataset->ofUser(user).size()))
                            continue;
                        // Once the next shift has come, a moment is around that one.
                        const std::size_t begun = tastes.shiftsUpTo(static_cast<std::size_t>(event));
                        if (begun == (after < 0 ? place : place + 1))
                            expected.insert(dataset->ofUser(user)[static_cast<std::size_t>(event)]);
                    }
                }
            }
            QVERIFY(!expected.empty());
            QVERIFY(asked == expected);
        }
    }

    void windowNeedsKnownShifts()
    {
        const auto prepared = PreparedExperiment::prepare(afterShift({randomArm("none", "none", 0)}), randomDataset(1),
                                                          std::make_shared<TrialTokenizer>(), 4096);
        QVERIFY(!prepared);
        QVERIFY(prepared.error().code == ErrorCode::Inconsistent);
        QVERIFY2(prepared.error().message.find("replay.aroundShift") != std::string::npos,
                 prepared.error().message.c_str());
    }

    void armsThatNeedTheTruthSaySo_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* const kind : {"oracle", "stale-oracle", "history", "demonstrations"})
            QTest::newRow(kind) << kind;
    }

    void armsThatNeedTheTruthSaySo()
    {
        QFETCH(QString, kind);
        Experiment experiment = smallExperiment();
        if (kind == "history")
            experiment.arms = {staleArm("needs truth", "none", 0)};
        else if (kind == "demonstrations") {
            experiment.arms = {randomArm("needs truth", "recent", 3)};
            experiment.arms[0].demonstrations.lagUnit = DemonstrationLag::Shifts;
        } else {
            experiment.arms = {baselineArm(kind.toStdString())};
            experiment.arms[0].name = "needs truth";
        }
        const auto prepared =
            PreparedExperiment::prepare(experiment, randomDataset(1), std::make_shared<TrialTokenizer>(), 4096);
        QVERIFY(!prepared);
        QVERIFY(prepared.error().code == ErrorCode::Inconsistent);
        QVERIFY2(prepared.error().message.starts_with("Arm 'needs truth': "), prepared.error().message.c_str());
        QVERIFY(prepared.error().message.find("truth.json") != std::string::npos);
    }

    void staleContextEndsBeforeTheShift()
    {
        const auto dataset = smallPlanted();
        const auto prepared = prepare(afterShift({staleArm("stale", "recent", 4)}), dataset);
        forEachPrompt(prepared, [&](const ArmPrompts& built, const Query& query) {
            const SimTime shift = lastShift(*dataset, query);
            QVERIFY(!built.context.demonstrations.empty());
            for (const auto i : built.context.history)
                QVERIFY(dataset->time(i) < shift);
            for (const auto& demonstration : built.context.demonstrations)
                QVERIFY(dataset->time(demonstration.interaction) < shift);
        });
    }

    void demonstrationsMayBeFresherThanTheHistory()
    {
        const auto dataset = smallPlanted();
        Arm arm = staleArm("fresh demonstrations", "recent", 4);
        arm.demonstrations.lagUnit = DemonstrationLag::Events;
        const auto prepared = prepare(afterShift({arm}), dataset);
        forEachPrompt(prepared, [&](const ArmPrompts& built, const Query& query) {
            const SimTime shift = lastShift(*dataset, query);
            const auto known = prepared.history.before(query.moment);
            QCOMPARE(built.context.demonstrations.size(), std::size_t {4});
            for (std::size_t i = 0; i < 4; ++i)
                QCOMPARE(built.context.demonstrations[i].interaction, known[known.size() - 4 + i]);
            for (const auto i : built.context.history)
                QVERIFY(dataset->time(i) < shift);
            for (const auto& demonstration : built.context.demonstrations)
                for (const auto i : demonstration.history)
                    QVERIFY(dataset->time(i) < shift); // nothing hidden comes back through a demonstration
        });
    }

    void flippedLabelsAreTheOpposite()
    {
        const auto dataset = smallPlanted();
        Arm arm = randomArm("flipped", "recent", 3);
        arm.demonstrations.areLabelsFlipped = true;
        arm.history.maxItems = 0;
        const auto prepared = prepare(afterShift({arm}), dataset);
        forEachPrompt(prepared, [&](const ArmPrompts& built, const Query&) {
            QVERIFY(built.context.history.empty());
            for (const auto& demonstration : built.context.demonstrations) {
                QVERIFY(demonstration.isLiked != prepared.history.isLiked(demonstration.interaction));
                QVERIFY(demonstration.history.empty());
                QVERIFY(demonstration.reason.ends_with("label flipped"));
            }
        });
    }

    void anotherUsersContextIsOfOneOtherUser()
    {
        const auto dataset = smallPlanted();
        Arm arm = randomArm("other", "recent", 3);
        arm.context = ContextOf::OtherUser;
        const auto prepared = prepare(afterShift({arm}), dataset);
        std::size_t shown = 0;
        std::set<data::UserIndex> others;
        forEachPrompt(prepared, [&](const ArmPrompts& built, const Query& query) {
            std::set<data::UserIndex> users;
            const auto candidates = prepared.candidates.draw(query).items;
            const auto see = [&](data::InteractionIndex i) {
                users.insert(dataset->user(i));
                QVERIFY(dataset->time(i) < query.moment.time);
                QVERIFY(std::find(candidates.begin(), candidates.end(), dataset->item(i)) == candidates.end());
                ++shown;
            };
            for (const auto i : built.context.history)
                see(i);
            for (const auto& demonstration : built.context.demonstrations) {
                see(demonstration.interaction);
                for (const auto i : demonstration.history)
                    see(i);
            }
            QVERIFY(users.size() <= 1 && !users.contains(query.moment.user));
            others.insert(users.begin(), users.end());
        });
        QVERIFY(shown > 0 && others.size() > 5);
    }

    void updatesAreChargedToTheQueriesThatNeedThem()
    {
        Experiment experiment = smallExperiment();
        experiment.replay.queriesPerUser = 3;
        experiment.arms = {baselineArm("mf"), baselineArm("random"), baselineArm("bpr")};
        experiment.arms[0].scorerParameters = {{"cadenceDays", std::int64_t {90}}, {"passes", std::int64_t {2}}};
        experiment.arms[2].scorerParameters = {{"cadenceDays", std::int64_t {30}}, {"passes", std::int64_t {2}}};
        const auto prepared = prepare(experiment, smallPlanted());
        NobodyAsks scorer;
        MemorySink whole;
        QVERIFY(simulate::simulate(prepared, scorer, whole, {.batchTokens = 200}, {}));
        std::map<std::uint32_t, SimTime> newest; // by arm
        std::map<std::uint32_t, int> updates;
        for (const auto& record : whole.all()) {
            for (const auto& update : record.updates) {
                QVERIFY(toUnix(update.time) <= record.time && update.seconds >= 0 && update.interactions >= 0);
                QVERIFY(!newest.contains(record.arm) || update.time > newest[record.arm]);
                newest[record.arm] = update.time;
                ++updates[record.arm];
            }
            if (record.arm != 1) // no query is older than its model allows
                QVERIFY(newest.contains(record.arm));
        }
        QVERIFY(updates[0] >= 4 && updates[1] == 0 && updates[2] > 2 * updates[0]);

        // Interrupted after its first batches and gone on with in another prepared experiment: the same scores, and
        // each update once.
        const auto records = whole.all();
        simulate::SimulationOptions rest {.batchTokens = 200};
        for (std::size_t i = 0; i < records.size() / 2; ++i)
            rest.done.insert({records[i].query, records[i].arm});
        MemorySink resumed;
        QVERIFY(simulate::simulate(prepare(experiment, smallPlanted()), scorer, resumed, rest, {}));
        const auto later = resumed.all();
        QCOMPARE(later.size() + rest.done.size(), records.size());
        for (std::size_t i = 0; i < later.size(); ++i) {
            const auto& same = records[i + rest.done.size()];
            QVERIFY(later[i].scores == same.scores && later[i].updates.size() == same.updates.size());
            for (std::size_t at = 0; at < same.updates.size(); ++at)
                QVERIFY(later[i].updates[at].time == same.updates[at].time);
        }
    }

    void aStopWhileABaselineIsTrainedIsAnOutcome()
    {
        Experiment experiment = smallExperiment();
        experiment.arms = {baselineArm("mf")};
        const auto prepared = prepare(experiment, smallPlanted());
        NobodyAsks scorer;
        MemorySink sink;
        std::stop_source stop;
        const JobContext context {.stop = stop.get_token(), .report = [&stop](const Progress& progress) {
                                      if (progress.stage == "train baseline")
                                          stop.request_stop();
                                  }};
        const auto outcome = simulate::simulate(prepared, scorer, sink, {}, context);
        QVERIFY(!outcome && outcome.error().code == ErrorCode::Cancelled);
        QVERIFY(sink.all().empty());
    }

    void aNetworkWithoutLibtorchIsRefusedByItsArm()
    {
        Experiment experiment = smallExperiment();
        experiment.arms = {baselineArm("sasrec")};
        const auto prepared = prepare(experiment, smallPlanted());
        NobodyAsks scorer;
        MemorySink sink;
        const auto outcome = simulate::simulate(prepared, scorer, sink, {}, {});
        QVERIFY(!outcome && outcome.error().code == ErrorCode::BadArgument);
        QVERIFY(outcome.error().message.starts_with("Arm 'sasrec': "));
    }

    void aBaselineHasNoPrompt()
    {
        const auto prepared = prepare(afterShift({baselineArm("oracle")}), smallPlanted());
        const auto& query = prepared.queries.front();
        const auto built = prepared.arms[0].build(query.moment, prepared.candidates.draw(query).items);
        QVERIFY(!built);
        QVERIFY(built.error().code == ErrorCode::BadArgument);
    }

    void baselinesAreScoredWithoutAModel()
    {
        const auto prepared = prepare(
            afterShift({baselineArm("oracle"), baselineArm("stale-oracle"), baselineArm("random")}), smallPlanted());
        QVERIFY(!prepared.experiment.needsModel());
        const auto summary = run(prepared);
        QVERIFY(summary.arms[0].knowsTruth && summary.arms[1].knowsTruth && !summary.arms[2].knowsTruth);
        QVERIFY(toText(summary).find("oracle *") != std::string::npos);
        QCOMPARE(summary.leaks, std::uint64_t {0});
        for (const auto& arm : summary.arms)
            QCOMPARE(arm.cost.tokens, std::int64_t {0});
        QVERIFY(valueOf(summary, 0, "ndcg@10") > valueOf(summary, 1, "ndcg@10"));
    }

    void mixedRunGoesOnWhereItWasStopped()
    {
        Experiment experiment =
            afterShift({baselineArm("oracle"), randomArm("recent", "recent", 2), baselineArm("random")});
        const auto prepared = prepare(experiment, smallPlanted());
        SimulationOptions options;
        options.batchTokens = 4000;
        const auto scoresOf = [](const MemorySink& sink) {
            std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<double>> scores;
            for (const auto& record : sink.all())
                scores[{record.query, record.arm}] = record.scores;
            return scores;
        };
        inference::FakeScorer scorer;
        MemorySink whole;
        QVERIFY(simulate::simulate(prepared, scorer, whole, options, {}));
        QVERIFY(whole.batches.size() > 3);
        QCOMPARE(scoresOf(whole).size(), prepared.queries.size() * 3);

        MemorySink parts;
        std::stop_source stop;
        parts.afterBatch = [&] {
            if (parts.batches.size() == 2)
                stop.request_stop();
        };
        QVERIFY(!simulate::simulate(prepared, scorer, parts, options, {.stop = stop.get_token()}));
        for (const auto& record : parts.all())
            options.done.insert({record.query, record.arm});
        QVERIFY(simulate::simulate(prepared, scorer, parts, options, {}));
        QVERIFY(scoresOf(parts) == scoresOf(whole));
    }

    void shippedExperimentsAreValid()
    {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(shippedExperiments())) {
            const auto& path = entry.path();
            if (path.filename() == "schema.json")
                continue;
            ++count;
            const auto experiment = Experiment::load(path);
            QVERIFY2(experiment, experiment ? "" : experiment.error().message.c_str());
            QVERIFY2(!experiment->name.empty() && experiment->description.size() > 40, path.c_str());
            if (experiment->dataset.path.starts_with(".."))
                QVERIFY(std::filesystem::exists(resolvePath(experiment->dataset.path, experiment->baseFolder)));
            const auto again = Experiment::parse(experiment->toJson().dump(), path);
            QVERIFY2(again, again ? "" : again.error().message.c_str());
            QCOMPARE(again->hash(), experiment->hash());
        }
        QVERIFY(count >= 9);
    }

    void driftSeenAsksEnoughForItsTableAndItsCurves()
    {
        const auto experiment = Experiment::load(shippedExperiments() / "drift-seen.json");
        QVERIFY2(experiment, experiment ? "" : experiment.error().message.c_str());
        const auto dataset = data::openDataset(resolvePath(experiment->dataset.path, experiment->baseFolder));
        const auto history = openHistory(*experiment, *dataset);
        const auto queries = replayQueries(*experiment, *history);
        QVERIFY2(queries, queries ? "" : queries.error().message.c_str());
        const auto shifts = ShiftTable::ofTruth(*(*dataset)->truth());
        std::size_t inTable = 0;
        std::size_t justBefore = 0;
        for (const Query& query : *queries) {
            inTable += shifts.isNear(experiment->metrics.aroundShift, query.moment.user, query.eventIndex) ? 1U : 0U;
            justBefore += shifts.isNear({Experiment::ShiftFilter::Abrupt, -10, -1}, query.moment.user, query.eventIndex)
                ? 1U
                : 0U;
        }
        QVERIFY2(inTable >= 200, std::to_string(inTable).c_str());
        QVERIFY2(justBefore >= 50, std::to_string(justBefore).c_str());
        QVERIFY2(queries->size() <= 1200,
                 std::to_string(queries->size()).c_str()); // it is to be done in a minute or so
    }

    void onTheShippedDataBoundsAreFarApart()
    {
        auto experiment = Experiment::load(shippedExperiments() / "planted-after-shift.json");
        QVERIFY2(experiment, experiment ? "" : experiment.error().message.c_str());
        experiment->metrics.resamples = 20;
        experiment->metrics.ids = {"ndcg@10", "auc"};
        const auto dataset = data::openDataset(resolvePath(experiment->dataset.path, experiment->baseFolder));
        QVERIFY2(dataset, dataset ? "" : dataset.error().message.c_str());
        const auto summary = run(prepare(*experiment, *dataset));
        const double oracle = valueOf(summary, 0, "ndcg@10");
        const double stale = valueOf(summary, 1, "ndcg@10");
        const double random = valueOf(summary, 2, "ndcg@10");
        QVERIFY2(oracle > 0.65, std::to_string(oracle).c_str());
        QVERIFY2(std::abs(random - summary.random.at("ndcg@10")) < 0.03, std::to_string(random).c_str());
        QVERIFY2(stale < random + 0.03, std::to_string(stale).c_str());
        const double auc = valueOf(summary, 0, "auc");
        QVERIFY2(auc > 0.93 && auc < 0.97, std::to_string(auc).c_str()); // 5 % label noise
    }
};

QTEST_APPLESS_MAIN(TestPlantedArms)
#include "tst_plantedarms.moc"
