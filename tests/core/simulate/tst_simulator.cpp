// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/batches_p.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/simulator.h"

#include <QtTest>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

SimulationOptions withBatchTokens(std::int64_t batchTokens)
{
    SimulationOptions options;
    options.batchTokens = batchTokens;
    return options;
}

/// Everything of the records but what depends on time and on how work was shared.
nlohmann::json digits(std::vector<QueryRecord> records)
{
    std::sort(records.begin(), records.end(),
              [](const auto& a, const auto& b) { return std::tie(a.query, a.arm) < std::tie(b.query, b.arm); });
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& r : records)
        rows.push_back({r.query, r.arm, r.user, r.time, r.eventIndex, r.isLiked, r.candidates, r.target, r.scores,
                        r.positive, r.negative, r.demonstrations, r.tokens, r.droppedDemonstrations,
                        r.droppedHistoryItems, r.leaks});
    return rows;
}

/// The table without its cost.
std::string tableOf(const PreparedExperiment& prepared, const MemorySink& sink)
{
    const auto summary = summarize(prepared.experiment, sink.all());
    if (!summary)
        qFatal("%s", summary.error().message.c_str());
    auto table = toJson(*summary);
    for (auto& arm : table["arms"])
        arm.erase("cost");
    return table.dump();
}

/// A run that ends after `batches` batches.
void runBatches(const PreparedExperiment& prepared, std::size_t batches, MemorySink& sink)
{
    std::stop_source stop;
    sink.afterBatch = [&] {
        if (sink.batches.size() == batches)
            stop.request_stop();
    };
    inference::FakeScorer scorer;
    const auto stopped = simulate::simulate(prepared, scorer, sink, withBatchTokens(1500), {.stop = stop.get_token()});
    if (stopped || stopped.error().code != ErrorCode::Cancelled)
        qFatal("expected a stop");
    sink.afterBatch = {};
}

std::set<std::pair<std::uint32_t, std::uint32_t>> keysOf(const MemorySink& sink)
{
    std::set<std::pair<std::uint32_t, std::uint32_t>> keys;
    for (const auto& record : sink.all())
        keys.insert({record.query, record.arm});
    return keys;
}

/// A fake scorer that keeps all it was ever asked, as a real one keeps keys and values.
class KeepingScorer : public inference::FakeScorer
{
public:
    Result<std::vector<inference::PromptScore>> score(std::span<const inference::TokenizedPrompt> prompts,
                                                      const inference::ScoreOptions& options,
                                                      const JobContext& context) override
    {
        auto scores = FakeScorer::score(prompts, options, context);
        for (std::size_t i = 0; scores && i < prompts.size(); ++i)
            for (const auto& known : m_known)
                (*scores)[i].cachedTokens = std::max((*scores)[i].cachedTokens, sharedTokens(known, prompts[i].tokens));
        for (const auto& prompt : prompts)
            m_known.push_back(prompt.tokens);
        return scores;
    }

private:
    /// At most all but the last token of `tokens`, which is always computed.
    static std::int64_t sharedTokens(const std::vector<inference::TokenId>& known,
                                     const std::vector<inference::TokenId>& tokens)
    {
        return std::mismatch(tokens.begin(), tokens.end() - 1, known.begin(), known.end()).first - tokens.begin();
    }

    std::vector<std::vector<inference::TokenId>> m_known;
};

} // namespace

class TestSimulator : public QObject
{
    Q_OBJECT

private slots:
    void everyQueryIsScoredUnderEveryArm()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(1));
        inference::FakeScorer scorer;
        MemorySink sink;
        std::vector<Progress> reports;
        JobContext context;
        context.report = [&reports](const Progress& progress) { reports.push_back(progress); };
        const auto summary = simulate::simulate(prepared, scorer, sink, {}, context);
        QVERIFY2(summary, summary ? "" : summary.error().message.c_str());
        const auto total = prepared.queries.size() * prepared.arms.size();
        QCOMPARE(summary->queries, total);
        QCOMPARE(summary->leaks, std::uint64_t {0});
        QCOMPARE(keysOf(sink).size(), total);
        QCOMPARE(reports.back().done, static_cast<std::int64_t>(total));
        QCOMPARE(reports.back().total, static_cast<std::int64_t>(total));
        std::int64_t computed = 0;
        for (const auto& record : sink.all()) {
            QCOMPARE(record.scores.size(), record.candidates.size());
            for (std::size_t i = 0; i < record.scores.size(); ++i)
                QCOMPARE(record.scores[i], record.positive[i] - record.negative[i]);
            computed += record.computedTokens;
        }
        QCOMPARE(computed, scorer.cost().computedTokens);
    }

    void whatTheScorerKeptChangesTheCostAlone()
    {
        auto experiment = smallExperiment(4);
        experiment.replay.consecutive = true;
        experiment.arms = {randomArm("sliding", "recent", 4), randomArm("growing", "recent", 4)};
        experiment.arms[1].selectorParameters["trimBlock"] = std::int64_t {4};
        const auto prepared = prepare(experiment, randomDataset(4));
        inference::FakeScorer plain;
        KeepingScorer keeping;
        MemorySink without;
        MemorySink with;
        QVERIFY(simulate::simulate(prepared, plain, without, withBatchTokens(1), {}));
        QVERIFY(simulate::simulate(prepared, keeping, with, withBatchTokens(1), {}));
        QVERIFY(digits(without.all()) == digits(with.all()));
        std::int64_t computed = 0;
        std::vector<double> cached(2, 0);
        std::vector<double> all(2, 0);
        for (const auto& record : with.all()) {
            computed += record.computedTokens;
            cached[record.arm] += static_cast<double>(record.cachedTokens) * static_cast<double>(record.scores.size());
            all[record.arm] += static_cast<double>(record.tokens);
            QVERIFY(record.cachedTokens >= 0 && record.cachedTokens < record.tokens);
        }
        QCOMPARE(computed, keeping.cost().computedTokens);
        QVERIFY(cached[0] > 0 && cached[1] / all[1] > cached[0] / all[0]);
        for (const auto& record : without.all())
            QCOMPARE(record.cachedTokens, std::int64_t {0});
    }

    void armsSeeTheSameCandidates()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(2));
        inference::FakeScorer scorer;
        MemorySink sink;
        QVERIFY(simulate::simulate(prepared, scorer, sink, {}, {}));
        std::map<std::uint32_t, std::vector<data::ItemIndex>> lists;
        for (const auto& record : sink.all()) {
            const auto [first, isNew] = lists.try_emplace(record.query, record.candidates);
            QVERIFY(isNew || first->second == record.candidates);
        }
    }

    void anyBatchSizeGivesTheSameNumbers()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(3));
        nlohmann::json expected;
        std::set<std::size_t> batchCounts;
        for (const std::int64_t batchTokens : {1, 700, 3000, 1'000'000}) {
            inference::FakeScorer scorer;
            MemorySink sink;
            QVERIFY(simulate::simulate(prepared, scorer, sink, withBatchTokens(batchTokens), {}));
            batchCounts.insert(sink.batches.size());
            if (expected.is_null())
                expected = digits(sink.all());
            QVERIFY(digits(sink.all()) == expected);
        }
        QVERIFY(batchCounts.size() >= 3);
    }

    void batchesAreWholeAndDependOnTheExperimentAlone()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(3));
        const auto batches = planBatches(prepared, 1500);
        QVERIFY(batches.size() > 3);
        std::uint32_t query = 0;
        for (const auto& batch : batches)
            for (std::size_t i = 0; i < batch.size(); ++i) {
                QCOMPARE(batch[i].arm, static_cast<std::uint32_t>(i % prepared.arms.size()));
                QCOMPARE(batch[i].query, query);
                query += (i + 1) % prepared.arms.size() == 0 ? 1 : 0;
            }
        QCOMPARE(static_cast<std::size_t>(query), prepared.queries.size());
    }

    void aStopKeepsWholeBatches()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(4));
        const auto batches = planBatches(prepared, 1500);
        MemorySink sink;
        runBatches(prepared, 2, sink);
        QCOMPARE(sink.batches.size(), std::size_t {2});
        QCOMPARE(sink.batches[0].size(), batches[0].size());
        QCOMPARE(sink.batches[1].size(), batches[1].size());
    }

    void aStopInsideABatchKeepsNothingOfIt()
    {
        // The scorer stops the run while it works: with stopInsideBatch the batch is lost, without it is kept.
        class StoppingScorer : public inference::FakeScorer
        {
        public:
            std::stop_source stop;
            Result<std::vector<inference::PromptScore>> score(std::span<const inference::TokenizedPrompt> prompts,
                                                              const inference::ScoreOptions& options,
                                                              const JobContext& context) override
            {
                stop.request_stop();
                if (context.isStopped())
                    return fail(ErrorCode::Cancelled, "stopped");
                return FakeScorer::score(prompts, options, context);
            }
        };
        const auto prepared = prepare(smallExperiment(), randomDataset(4));
        for (const bool inside : {true, false}) {
            StoppingScorer scorer;
            MemorySink sink;
            auto options = withBatchTokens(1500);
            options.stopInsideBatch = inside;
            const auto stopped = simulate::simulate(prepared, scorer, sink, options, {.stop = scorer.stop.get_token()});
            QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
            QCOMPARE(sink.batches.size(), inside ? std::size_t {0} : std::size_t {1});
        }
    }

    void resumedFromAnyPointGivesTheSameTable()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(5));
        inference::FakeScorer whole;
        MemorySink uninterrupted;
        QVERIFY(simulate::simulate(prepared, whole, uninterrupted, withBatchTokens(1500), {}));
        const std::string expected = tableOf(prepared, uninterrupted);
        for (std::size_t batches = 1; batches + 1 < uninterrupted.batches.size(); ++batches) {
            MemorySink sink;
            runBatches(prepared, batches, sink);
            auto options = withBatchTokens(1500);
            options.done = keysOf(sink);
            inference::FakeScorer scorer;
            QVERIFY(simulate::simulate(prepared, scorer, sink, options, {}));
            QCOMPARE(sink.batches.size(), uninterrupted.batches.size());
            QVERIFY(digits(sink.all()) == digits(uninterrupted.all()));
            QCOMPARE(tableOf(prepared, sink), expected);
        }
    }

    void whatIsOnRecordOfABatchIsNotHandedOverTwice()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(5));
        SimulationOptions options = withBatchTokens(1500);
        options.done = {{0, 1}, {2, 0}};
        inference::FakeScorer scorer;
        MemorySink sink;
        QVERIFY(simulate::simulate(prepared, scorer, sink, options, {}));
        QVERIFY(!keysOf(sink).contains({0, 1}));
        QVERIFY(!keysOf(sink).contains({2, 0}));
        QCOMPARE(sink.all().size(), prepared.queries.size() * prepared.arms.size() - 2);
    }

    void nothingLeftScoresNothing()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(5));
        inference::FakeScorer scorer;
        MemorySink sink;
        QVERIFY(simulate::simulate(prepared, scorer, sink, {}, {}));
        MemorySink again;
        SimulationOptions options;
        options.done = keysOf(sink);
        const auto summary = simulate::simulate(prepared, scorer, again, options, {});
        QVERIFY(summary);
        QCOMPARE(summary->queries, std::uint64_t {0});
        QVERIFY(again.batches.empty());
    }

    void aFailingSinkEndsTheRun()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(6));
        inference::FakeScorer scorer;
        MemorySink sink;
        sink.failAt = 1;
        const auto failed = simulate::simulate(prepared, scorer, sink, withBatchTokens(1500), {});
        QVERIFY(!failed && failed.error().code == ErrorCode::DiskFull);
        QCOMPARE(sink.batches.size(), std::size_t {1});
    }

    void aFailingScorerEndsTheRun()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(6));
        inference::FakeScorer scorer(1, 10); // prompts are longer than that
        MemorySink sink;
        const auto failed = simulate::simulate(prepared, scorer, sink, {}, {});
        QVERIFY(!failed && failed.error().code == ErrorCode::ContextTooLong);
        QVERIFY(sink.batches.empty());
    }

    void aPromptThatCannotFitEndsTheRunWithItsPlace()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(6), 12);
        inference::FakeScorer scorer;
        MemorySink sink;
        const auto failed = simulate::simulate(prepared, scorer, sink, {}, {});
        QVERIFY(!failed && failed.error().code == ErrorCode::ContextTooLong);
        QVERIFY2(failed.error().message.find("Arm 'none', user 'u") == 0, failed.error().message.c_str());
    }

    void theBudgetDropsDemonstrationsAndSaysSo()
    {
        auto experiment = smallExperiment();
        experiment.prompt.budgetTokens = 90;
        const auto prepared = prepare(experiment, randomDataset(6));
        inference::FakeScorer scorer;
        MemorySink sink;
        QVERIFY(simulate::simulate(prepared, scorer, sink, {}, {}));
        int dropped = 0;
        for (const auto& record : sink.all()) {
            dropped += record.droppedDemonstrations + record.droppedHistoryItems;
            QVERIFY(record.tokens <= 90 * static_cast<std::int64_t>(record.candidates.size()));
        }
        QVERIFY(dropped > 0);
    }

    void aPauseIsAskedForBetweenBatches()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(6));
        inference::FakeScorer scorer;
        MemorySink sink;
        auto options = withBatchTokens(1500);
        std::size_t asked = 0;
        options.waitWhilePaused = [&asked] { ++asked; };
        QVERIFY(simulate::simulate(prepared, scorer, sink, options, {}));
        QCOMPARE(asked, sink.batches.size());
    }
};

QTEST_APPLESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
