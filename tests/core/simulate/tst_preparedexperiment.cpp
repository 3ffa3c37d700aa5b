// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/preparedexperiment.h"

#include <QtTest>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

Result<PreparedExperiment> prepared(Experiment experiment, std::int64_t contextTokens = 4096)
{
    return PreparedExperiment::prepare(std::move(experiment), randomDataset(1), std::make_shared<TrialTokenizer>(),
                                       contextTokens);
}

/// A demonstration of something that happens at or after the moment.
demonstrations::Demonstration leakingDemonstration(const data::UserHistory& history, const Query& query)
{
    return {.interaction = *query.moment.interaction,
            .isLiked = history.isLiked(*query.moment.interaction),
            .history = {},
            .reason = "edited"};
}

} // namespace

class TestPreparedExperiment : public QObject
{
    Q_OBJECT

private slots:
    void onePromptACandidateWithItsTokens()
    {
        const auto ready = prepare(smallExperiment(), randomDataset(1));
        for (const auto& query : ready.queries) {
            const auto candidates = ready.candidates.draw(query);
            for (const auto& arm : ready.arms) {
                const auto built = arm.build(query.moment, candidates.items);
                QVERIFY2(built, built ? "" : built.error().message.c_str());
                QCOMPARE(built->prompts.size(), candidates.items.size());
                QCOMPARE(built->tokenized.size(), candidates.items.size());
                QVERIFY(built->leaks.empty());
                for (std::size_t i = 0; i < built->prompts.size(); ++i) {
                    QVERIFY(built->tokenized[i].tokens == ready.tokenizer->encode(built->prompts[i].text));
                    QVERIFY(built->tokenized[i].answers.get() == &arm.answers());
                    const auto& title = ready.history.dataset().catalog().title(candidates.items[i]);
                    QVERIFY(built->prompts[i].text.find(title) != std::string::npos);
                }
            }
        }
    }

    void answersAreTheTokensAfterTheCue()
    {
        const auto ready = prepare(smallExperiment(), randomDataset(1));
        const auto& answers = ready.arms[0].answers();
        QVERIFY(answers.areSingleTokens());
        QCOMPARE(answers.answers.size(), std::size_t {2});
        QCOMPARE(answers.answers[0][0], *ready.tokenizer->find(ready.arms[0].wording().positiveAnswer));
        QCOMPARE(answers.answers[1][0], *ready.tokenizer->find(ready.arms[0].wording().negativeAnswer));
        QCOMPARE(ready.arms[0].budgetTokens(), std::size_t {4095});
    }

    void demonstrationsAreWhatTheSelectorChose()
    {
        const auto ready = prepare(smallExperiment(), randomDataset(1));
        for (const auto& query : ready.queries) {
            const auto before = ready.history.before(query.moment);
            const auto built = ready.arms[1].build(query.moment, std::vector {query.target});
            QVERIFY(built);
            QCOMPARE(built->context.demonstrations.size(), std::min<std::size_t>(3, before.size()));
            QCOMPARE(built->context.demonstrations.back().interaction, before.back());
            QVERIFY(built->context.history.size() <= 5);
        }
    }

    void aLagHidesTheNewestEvents()
    {
        auto experiment = smallExperiment();
        experiment.arms[1].history.lag = {data::Lag::Unit::Events, 2};
        const auto ready = prepare(experiment, randomDataset(1));
        for (const auto& query : ready.queries) {
            const auto before = ready.history.before(query.moment);
            const auto built = ready.arms[1].build(query.moment, std::vector {query.target});
            QVERIFY(built);
            for (const auto& demonstration : built->context.demonstrations)
                QVERIFY(demonstration.interaction < before[before.size() - 2]);
        }
    }

    void aLeakIsRefusedOrCounted()
    {
        auto experiment = smallExperiment();
        const auto blocking = prepare(experiment, randomDataset(1));
        const Query& query = blocking.queries.front();
        const auto refused = blocking.arms[1].build(query.moment, std::vector {query.target},
                                                    {leakingDemonstration(blocking.history, query)});
        QVERIFY(!refused && refused.error().code == ErrorCode::LeakFound);
        experiment.prompt.blockLeaks = false;
        const auto counting = prepare(experiment, randomDataset(1));
        const auto counted = counting.arms[1].build(query.moment, std::vector {query.target},
                                                    {leakingDemonstration(counting.history, query)});
        QVERIFY(counted);
        QVERIFY(!counted->leaks.empty());
    }

    void scoreFollowsTheArm()
    {
        auto experiment = smallExperiment();
        experiment.arms[1].score = ScoreKind::PositiveLogit;
        const auto ready = prepare(experiment, randomDataset(1));
        inference::PromptScore score;
        score.answers = {2.5, 1.0};
        QCOMPARE(ready.arms[0].scoreOf(score), 1.5);
        QCOMPARE(ready.arms[1].scoreOf(score), 2.5);
    }

    void saysWhatCannotBePrepared()
    {
        auto experiment = smallExperiment();
        experiment.arms[0].selector = "newest";
        auto failed = prepared(experiment);
        QVERIFY(!failed && failed.error().code == ErrorCode::UnknownName);
        QVERIFY(failed.error().message.find("recent") != std::string::npos);
        experiment = smallExperiment();
        experiment.arms[0].wording = "films";
        QVERIFY(prepared(experiment).error().code == ErrorCode::UnknownName);
        experiment = smallExperiment();
        experiment.dataset.label = "stars";
        QVERIFY(prepared(experiment).error().code == ErrorCode::BadValue);
        experiment = smallExperiment();
        experiment.prompt.budgetTokens = 1;
        QVERIFY(prepared(experiment).error().code == ErrorCode::ContextTooLong);
        experiment = smallExperiment();
        experiment.replay.minHistory = 1000;
        QVERIFY(prepared(experiment).error().code == ErrorCode::NoEligibleQuery);
    }
};

QTEST_APPLESS_MAIN(TestPreparedExperiment)
#include "tst_preparedexperiment.moc"
