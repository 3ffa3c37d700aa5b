// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/planteddrift.h"
#include "core/simulate/trialtokenizer.h"
#include "core/tuning/samplebuilder.h"

#include <QtTest>

#include <algorithm>
#include <set>

#include "tinyplan.h"

using namespace driftscope;
using namespace driftscope::tuning;

namespace {

TuningPlan plan(AnswerLoss answerLoss = AnswerLoss::All, double textLoss = 0)
{
    auto read = TuningPlan::parse(tinyPlan().dump(), "/folder/plan.json");
    read->stages.front().answerLoss = answerLoss;
    read->stages.front().textLoss = textLoss;
    return *read;
}

SampleBuilder builderOf(const TuningPlan& tuning)
{
    auto builder = SampleBuilder::open(tuning, std::make_shared<simulate::TrialTokenizer>(), 512, {});
    if (!builder)
        qFatal("%s", builder.error().message.c_str());
    return std::move(*builder);
}

data::UserHistory plantedHistory()
{
    data::PlantedDriftPlan planted;
    planted.users = 40;
    planted.items = 800;
    planted.eventsPerUser = 20;
    planted.shiftsPerUser = 0;
    const auto made = generatePlantedDrift(planted);
    if (!made)
        qFatal("%s", made.error().message.c_str());
    return {made->dataset, *data::LabelRule::parse("rating>=4")};
}

} // namespace

class TestSampleBuilder : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsTrainedOnFromTheCutOnOrOfHeldOutUsers()
    {
        const auto history = plantedHistory();
        const TuningSplit split {0.6, 0.3, 0.2, 4};
        const auto moments = splitMoments(history, split, 9);
        const auto cut = static_cast<std::size_t>(0.6 * static_cast<double>(history.dataset().size()));
        const SimTime firstAfter = history.dataset().time(static_cast<data::InteractionIndex>(cut));
        std::set<data::UserIndex> training;
        std::set<data::UserIndex> validation;
        for (const auto& [list, users] : {std::pair(&moments.training, &training), {&moments.validation, &validation}})
            for (const auto interaction : *list) {
                QVERIFY(history.dataset().time(interaction) < firstAfter);
                QVERIFY(history.before(history.momentOf(interaction)).size() >= 4);
                users->insert(history.dataset().user(interaction));
            }
        QVERIFY(!training.empty() && !validation.empty());
        QVERIFY(std::ranges::none_of(training, [&](auto user) { return validation.contains(user); }));
        QVERIFY(training.size() + validation.size() < 40); // the test's users are in neither
    }

    void theSameStepGivesTheSameSamples()
    {
        const auto tuning = plan();
        const auto one = builderOf(tuning);
        const auto other = builderOf(tuning);
        for (const int index : {3, 0, 5}) {
            const auto a = one.training(2, index);
            const auto b = other.training(2, index);
            QVERIFY(a && b);
            QCOMPARE(a->tokens, b->tokens);
        }
        QVERIFY(one.training(2, 0)->tokens != one.training(3, 0)->tokens);
    }

    void onlyTheLastAnswerCarriesLoss()
    {
        const auto builder = builderOf(plan(AnswerLoss::Last));
        for (int index = 0; index < 20; ++index) {
            const auto sample = builder.training(0, index);
            QVERIFY(sample);
            QCOMPARE(sample->terms.size(), std::size_t {1});
            QCOMPARE(sample->terms[0].position, static_cast<std::int64_t>(sample->tokens.size()) - 1);
            QCOMPARE(sample->terms[0].position, sample->cue);
            QCOMPARE(sample->terms[0].target, sample->answers[sample->isLiked ? 0 : 1]);
        }
    }

    void allAnswersAreThoseOfTheDemonstrationsToo()
    {
        const auto builder = builderOf(plan(AnswerLoss::All));
        for (int index = 0; index < 20; ++index) {
            const auto sample = builder.training(0, index);
            QVERIFY(sample);
            QCOMPARE(sample->terms.size(), std::size_t {4}); // three demonstrations and the query
            for (std::size_t i = 0; i < 4; ++i) {
                const LossTerm& term = sample->terms[i];
                QVERIFY(term.isAnswer);
                QVERIFY(term.target == sample->answers[0] || term.target == sample->answers[1]);
                if (i < 3)
                    QCOMPARE(sample->tokens[static_cast<std::size_t>(term.position) + 1], term.target);
            }
        }
    }

    void textLossLooksAtEveryToken()
    {
        const auto builder = builderOf(plan(AnswerLoss::Last, 1));
        const auto sample = builder.training(0, 1);
        QVERIFY(sample);
        QCOMPARE(sample->terms.size(), sample->tokens.size());
        QCOMPARE(std::ranges::count_if(sample->terms, &LossTerm::isAnswer), 1);
    }

    void flippedSamplesSwapEveryLabel()
    {
        auto tuning = plan();
        const auto straight = builderOf(tuning);
        tuning.stages.front().recipes.front().flippedShare = 1;
        const auto flipped = builderOf(tuning);
        const auto a = straight.training(1, 2);
        const auto b = flipped.training(1, 2);
        QVERIFY(a && b);
        QVERIFY(a->isLiked != b->isLiked);
        for (std::size_t i = 0; i < a->terms.size(); ++i)
            QVERIFY(a->terms[i].target != b->terms[i].target);
    }

    void emptySplitIsAnError()
    {
        auto tuning = plan();
        tuning.split.validationUsers = 0;
        const auto builder = SampleBuilder::open(tuning, std::make_shared<simulate::TrialTokenizer>(), 512, {});
        QVERIFY(!builder);
        QCOMPARE(builder.error().code, ErrorCode::NoEligibleQuery);
    }
};

QTEST_APPLESS_MAIN(TestSampleBuilder)
#include "tst_samplebuilder.moc"
