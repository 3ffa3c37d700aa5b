// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/armvariants.h"
#include "core/simulate/contextprobe.h"

#include <QtTest>

#include <cmath>
#include <set>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;
using Kind = demonstrations::DemonstrationEdit::Kind;

/// A late query of the small experiment under the arm "recent".
struct Probed {
    explicit Probed(std::int64_t k = 3)
        : ready(prepare(experimentWith(k), randomDataset(1)))
    {
        for (const auto& query : ready.queries)
            if (query.isLiked && query.eventIndex > 10)
                asked = query;
        candidates = ready.candidates.draw(asked);
        built = *ready.arms[1].build(asked.moment, candidates.items);
    }

    static Experiment experimentWith(std::int64_t k)
    {
        auto experiment = smallExperiment();
        experiment.arms[1] = randomArm("recent", "recent", k);
        return experiment;
    }

    [[nodiscard]] ShownMoment shown() { return {ready.arms[1], asked.moment, candidates, built.context, scorer}; }
    [[nodiscard]] double positiveOf(const prompt::PromptContext& context, data::ItemIndex item)
    {
        const auto prompts = *ready.arms[1].buildShown(asked.moment, std::span(&item, 1), context);
        return positiveProbability(scorer.score(prompts.tokenized, {}, {})->front());
    }

    PreparedExperiment ready;
    Query asked;
    Candidates candidates;
    ArmPrompts built;
    inference::FakeScorer scorer;
};

class TestContextProbe : public QObject
{
    Q_OBJECT

private slots:
    void shownContextsGiveTheSamePrompts()
    {
        Probed probed;
        const auto again =
            probed.ready.arms[1].buildShown(probed.asked.moment, probed.candidates.items, probed.built.context);
        QVERIFY(again);
        for (std::size_t i = 0; i < again->prompts.size(); ++i)
            QCOMPARE(again->prompts[i].text, probed.built.prompts[i].text);
    }

    void editsChangeThePromptAndAreTold()
    {
        Probed probed;
        const auto& shown = probed.built.context.demonstrations;
        const std::vector<demonstrations::DemonstrationEdit> edits {
            {.kind = Kind::Drop, .interaction = shown[1].interaction},
            {.kind = Kind::Relabel, .interaction = shown[0].interaction, .isLiked = !shown[0].isLiked},
            {.kind = Kind::Add, .interaction = *probed.asked.moment.interaction}};
        const auto edited = probed.ready.arms[1].buildEdited(probed.asked.moment, probed.candidates.items, edits);
        QVERIFY(edited);
        QCOMPARE(edited->context.demonstrations.size(), std::size_t(2));
        QVERIFY(edited->context.demonstrations[0].isLiked != shown[0].isLiked);
        QCOMPARE(edited->edited.unmet.size(), std::size_t(1)); // the target itself is of the future
        QVERIFY(edited->leaks.empty());
        const auto unedited = probed.ready.arms[1].buildEdited(probed.asked.moment, probed.candidates.items, {});
        QCOMPARE(unedited->prompts.front().text, probed.built.prompts.front().text);
    }

    void leaveOneOutIsThePromptWithoutThePart()
    {
        Probed probed;
        const data::ItemIndex item = probed.candidates.items[probed.candidates.target];
        const auto found = attributeParts(probed.shown(), item, PromptPart::Demonstrations, {});
        QVERIFY(found);
        QCOMPARE(found->leaveOneOut.size(), std::size_t(3));
        QCOMPARE(found->all, probed.positiveOf(probed.built.context, item));
        prompt::PromptContext without = probed.built.context;
        without.demonstrations.erase(without.demonstrations.begin() + 1);
        QCOMPARE(found->leaveOneOut[1], found->all - probed.positiveOf(without, item));
        without.demonstrations.clear();
        QCOMPARE(found->none, probed.positiveOf(without, item));
    }

    void historyItemsAreAttributedToo()
    {
        Probed probed;
        const data::ItemIndex item = probed.candidates.items.front();
        const auto found = attributeParts(probed.shown(), item, PromptPart::History, {});
        QVERIFY(found);
        QCOMPARE(found->leaveOneOut.size(), probed.built.context.history.size());
        prompt::PromptContext without = probed.built.context;
        without.history.clear();
        QCOMPARE(found->none, probed.positiveOf(without, item));
    }

    void fewDemonstrationsAreTriedInAllOrders()
    {
        Probed probed;
        const auto spread = spreadOverOrders(probed.shown(), 24, 1, {});
        QVERIFY(spread && spread->isComplete);
        QCOMPARE(spread->outcomes.size(), std::size_t(6)); // 3!
        QCOMPARE(spread->outcomes.front().order, (std::vector<std::size_t> {0, 1, 2}));
        const auto item = probed.candidates.items[probed.candidates.target];
        QCOMPARE(spread->outcomes.front().positive, probed.positiveOf(probed.built.context, item));
        const auto ranks = spread->ranks();
        QVERIFY(ranks.smallest >= 1 && ranks.smallest <= ranks.mean && ranks.mean <= ranks.largest);
        QVERIFY(spread->positives().deviation > 0); // the fake scorer hashes the prompt
    }

    void manyDemonstrationsAreTriedInDrawnOrders()
    {
        Probed probed(6);
        const auto spread = spreadOverOrders(probed.shown(), 10, 1, {});
        QVERIFY(spread && !spread->isComplete);
        std::set<std::vector<std::size_t>> different;
        for (const auto& outcome : spread->outcomes)
            different.insert(outcome.order);
        QCOMPARE(different.size(), std::size_t(10));
        const auto same = spreadOverOrders(probed.shown(), 10, 1, {});
        QCOMPARE(same->outcomes.back().order, spread->outcomes.back().order);
        QVERIFY(spreadOverOrders(probed.shown(), 10, 2, {})->outcomes.back().order != spread->outcomes.back().order);
    }

    void withoutDemonstrationsThereIsOneOrder()
    {
        Probed probed(0);
        probed.built.context.demonstrations.clear();
        const auto spread = spreadOverOrders(probed.shown(), 10, 1, {});
        QCOMPARE(spread->outcomes.size(), std::size_t(1));
        QCOMPARE(spread->ranks().deviation, 0.0);
    }

    void measuresByHand()
    {
        OrderSpread spread;
        spread.outcomes = {{{}, 1, 0.5}, {{}, 3, 0.25}};
        QCOMPARE(spread.ranks().mean, 2.0);
        QCOMPARE(spread.ranks().deviation, 1.0);
        QCOMPARE(spread.positives().smallest, 0.25);
        QCOMPARE(spread.positives().largest, 0.5);
        inference::PromptScore score;
        score.answers = {std::log(3.0), 0};
        QVERIFY(std::abs(positiveProbability(score) - 0.75) < 1e-12);
    }

    void anArmKeepsEditsForThisUser()
    {
        Probed probed;
        const auto& shown = probed.built.context.demonstrations;
        const std::vector<demonstrations::DemonstrationEdit> edits {
            {.kind = Kind::Drop, .interaction = shown[1].interaction},
            {.kind = Kind::Relabel, .interaction = shown[0].interaction, .isLiked = !shown[0].isLiked}};
        const auto& arm = probed.ready.arms[1];
        const auto edited = arm.buildEdited(probed.asked.moment, probed.candidates.items, edits);
        auto byHand = armByHand(arm.arm(), probed.ready.history, edited->edited.choices);
        QVERIFY(byHand);
        auto experiment = Probed::experimentWith(3);
        experiment.arms[1] = *byHand;
        const auto ready = prepare(experiment, randomDataset(1));
        const auto again = ready.arms[1].build(probed.asked.moment, probed.candidates.items);
        QVERIFY(again);
        QCOMPARE(again->prompts.front().text, edited->prompts.front().text);
        for (const auto& query : ready.queries) // no other moment is refused
            QVERIFY(ready.arms[1].build(query.moment, ready.candidates.draw(query).items));
        Arm others = arm.arm();
        others.context = ContextOf::OtherUsersDemonstrations;
        QCOMPARE(armByHand(others, probed.ready.history, edited->edited.choices).error().code, ErrorCode::BadArgument);
    }

    void tiedCandidatesShareTheirRank()
    {
        const std::vector<double> scores {1, 3, 2, 2};
        QCOMPARE(bestFirst(scores), (std::vector<std::size_t> {1, 2, 3, 0}));
        QCOMPARE(rankOf(scores, 1), 1.0);
        QCOMPARE(rankOf(scores, 2), 2.5);
        QCOMPARE(rankOf(scores, 0), 4.0);
    }

    void variantsAreTheArmUnderEachControlAndTheSquare()
    {
        const auto dataset = randomDataset(1);
        const Arm arm = randomArm("recent", "recent", 3);
        const auto variants = armVariants(arm, *dataset);
        QCOMPARE(variants.size(), 1 + armControls().size() + 4);
        QCOMPARE(writeArm(variants.front().arm), writeArm(arm));
        std::set<std::string> different;
        for (const auto& variant : variants)
            different.insert(writeArm(variant.arm).dump());
        QVERIFY(different.size() >= variants.size() - 1); // fresh history and demonstrations may be the arm itself
        const auto& stale = variants[variants.size() - 4].arm;
        QCOMPARE(stale.selector, std::string("none"));
        QCOMPARE(stale.history.lag.amount, staleEvents);
        for (const auto& control : armControls()) {
            Arm changed = arm;
            QVERIFY(!control.isOn(changed) && !control.help.empty());
            control.set(changed, true);
            QVERIFY(control.isOn(changed));
            control.set(changed, false);
            QCOMPARE(writeArm(changed), writeArm(arm));
        }
    }
};

QTEST_APPLESS_MAIN(TestContextProbe)
#include "tst_contextprobe.moc"
