// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/carddeck.h"
#include "core/live/liveranking.h"
#include "core/live/persona.h"

#include <QtTest>

#include <algorithm>
#include <set>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::live;
using namespace driftscope::test;

namespace {

data::UserHistory historyOf(std::shared_ptr<const data::Dataset> dataset)
{
    return {std::move(dataset), data::LabelRule::defaultFor(data::RatingKind::Rating)};
}

simulate::Arm itemsArm()
{
    simulate::Arm arm = standardArm();
    arm.wording = "items";
    arm.selectorParameters["k"] = std::int64_t {3};
    return arm;
}

Result<LivePrompts> built(const LiveQuestion& question, const data::UserHistory& source)
{
    return buildPrompts(question, {}, source, std::make_shared<simulate::TrialTokenizer>(), 4096);
}

std::vector<data::ItemIndex> shownItems(const LivePrompts& prompts)
{
    std::vector<data::ItemIndex> items;
    for (const auto& shown : prompts.built.context.demonstrations)
        items.push_back(prompts.known.history.dataset().item(shown.interaction));
    return items;
}

} // namespace

class TestPersona : public QObject
{
    Q_OBJECT

private slots:
    void nobodyHasAPromptWithoutExamples()
    {
        const auto source = historyOf(randomDataset(1));
        const auto prompts = built({.persona = {}, .candidates = {3, 4}, .arm = itemsArm()}, source);
        QVERIFY2(prompts, prompts ? "" : prompts.error().message.c_str());
        QVERIFY(prompts->built.context.demonstrations.empty());
        QVERIFY(prompts->built.context.history.empty());
        QCOMPARE(prompts->built.prompts.size(), std::size_t {2});
    }

    void opinionsAreShownInTheOrderSaidWithTheirLabels()
    {
        const auto source = historyOf(randomDataset(1));
        Persona persona;
        for (const data::ItemIndex item : {9U, 7U, 8U, 5U})
            persona.say({item, item % 2 == 1});
        const auto prompts = built({.persona = persona, .candidates = {3, 4}, .arm = itemsArm()}, source);
        QVERIFY(prompts);
        QCOMPARE(shownItems(*prompts), (std::vector<data::ItemIndex> {7, 8, 5})); // k = 3: the oldest is out
        const auto& shown = prompts->built.context.demonstrations;
        QVERIFY(shown[0].isLiked && !shown[1].isLiked && shown[2].isLiked);
        QCOMPARE(prompts->built.context.history.size(), std::size_t {3}); // the liked ones: 9, 7, 5
        QVERIFY(prompts->built.leaks.empty());
    }

    void theOrderCanBeReversed()
    {
        const auto source = historyOf(randomDataset(1));
        Persona persona;
        for (const data::ItemIndex item : {9U, 7U, 8U})
            persona.say({item, true});
        LiveQuestion question {persona, {3, 4}, itemsArm(), DemonstrationOrder::Reversed};
        const auto prompts = built(question, source);
        QVERIFY(prompts);
        QCOMPARE(shownItems(*prompts), (std::vector<data::ItemIndex> {8, 7, 9}));
        QCOMPARE(prompts->known.history.dataset().item(prompts->built.context.history.back()), 8U); // as it was
    }

    void aSecondOpinionTakesTheFirstBack()
    {
        Persona persona;
        persona.say({4, true});
        persona.say({5, true});
        persona.say({4, false});
        QCOMPARE(persona.said().size(), std::size_t {2});
        QVERIFY((persona.said()[1] == Opinion {4, false}));
        persona.forget(5);
        QCOMPARE(persona.said().size(), std::size_t {1});
    }

    void nothingIsBothJudgedAndRanked()
    {
        const auto source = historyOf(randomDataset(1));
        Persona persona;
        persona.say({3, true});
        const auto refused = built({.persona = persona, .candidates = {3, 4}, .arm = itemsArm()}, source);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Inconsistent);
        QVERIFY(refused.error().message.find("Title 3") != std::string::npos);
    }

    void beginsAsAUserKnewAtAMoment()
    {
        const auto source = historyOf(randomDataset(1, 12, 60, false));
        const auto own = source.dataset().ofUser(2);
        Persona persona = personaOf(source, 2, 5);
        const data::ItemIndex changed = source.dataset().item(own[4]); // says otherwise now
        persona.say({changed, !source.isLiked(own[4])});
        const auto known = PersonaHistory::make(persona, source);
        QVERIFY(known);
        const auto before = known->history.before(known->moment);
        QCOMPARE(before.size(), std::size_t {5});
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(known->history.dataset().item(before[i]), source.dataset().item(own[i]));
            QCOMPARE(known->history.isLiked(before[i]), source.isLiked(own[i]));
        }
        QCOMPARE(known->history.dataset().item(before[4]), changed);
        QCOMPARE(known->history.isLiked(before[4]), !source.isLiked(own[4]));
        QVERIFY(!persona.judged(source)[source.dataset().item(own[5])]); // the future is not known
    }

    void armsThatNeedOthersAreRefused()
    {
        simulate::Arm arm = itemsArm();
        arm.context = simulate::ContextOf::OtherUser;
        QVERIFY(!checkArm(arm));
        arm = itemsArm();
        arm.scorer = "popularity";
        QVERIFY(!checkArm(arm));
        QVERIFY(checkArm(itemsArm()));
    }

    void itemsOfAnotherDatasetAreRefused()
    {
        const auto source = historyOf(randomDataset(1));
        Persona persona;
        persona.say({1'000'000, true});
        const auto refused = PersonaHistory::make(persona, source);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BadArgument);
    }

    void rankingSaysWhereEachStood()
    {
        const auto source = historyOf(randomDataset(1));
        inference::FakeScorer scorer(1, 4096);
        LiveQuestion question {{}, {3, 4, 5, 6}, itemsArm()};
        const auto first = rankItems(question, *built(question, source), scorer, nullptr, {});
        QVERIFY(first);
        QVERIFY(!first->rows.front().rankBefore);
        question.persona.say({10, true});
        question.candidates.back() = 7;
        const auto second = rankItems(question, *built(question, source), scorer, &*first, {});
        QVERIFY(second);
        for (const auto& row : second->rows) {
            const auto was = std::ranges::find(first->rows, row.item, &RankedItem::item);
            QCOMPARE(row.rankBefore.has_value(), row.item != 7);
            QVERIFY(!row.rankBefore || *row.rankBefore == was->rank);
            QVERIFY(row.yes > 0 && row.yes < 1);
        }
        QVERIFY(std::ranges::is_sorted(second->rows, std::greater {}, &RankedItem::score));
    }

    void candidatesAndHandHaveNothingInCommon()
    {
        const auto dataset = randomDataset(1);
        const CardDeck deck(*dataset, ItemKinds(dataset->catalog()), 1);
        std::vector<bool> judged(dataset->itemCount());
        const auto candidates = deck.candidates(judged, 12);
        const auto hand = deck.hand(judged, 6, 0);
        QCOMPARE(candidates.size(), std::size_t {12});
        QCOMPARE(hand.size(), std::size_t {6});
        QVERIFY(hand != deck.hand(judged, 6, 1));
        std::set<data::ItemIndex> all(candidates.begin(), candidates.end());
        all.insert(hand.begin(), hand.end());
        QCOMPARE(all.size(), std::size_t {18});
        judged[candidates.front()] = true; // somebody judged what was ranked
        const auto after = deck.candidates(judged, 12);
        QCOMPARE(after.size(), std::size_t {12});
        QVERIFY(std::ranges::find(after, candidates.front()) == after.end());
    }
};

QTEST_APPLESS_MAIN(TestPersona)
#include "tst_persona.moc"
