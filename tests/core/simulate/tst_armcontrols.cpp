// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/faketextmodel.h"
#include "core/simulate/simulator.h"
#include "core/simulate/titleembeddings.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;
using data::InteractionIndex;

namespace {

using Items = std::vector<InteractionIndex>;

/// An experiment whose first arm is plain and whose second is changed.
PreparedExperiment twoArms(const std::function<void(Arm&)>& change, std::uint64_t seed = 1)
{
    Experiment experiment = smallExperiment(seed);
    experiment.arms = {randomArm("plain", "recent", 4), randomArm("changed", "recent", 4)};
    change(experiment.arms[1]);
    auto prepared = prepare(std::move(experiment), randomDataset(seed));
    if (needsItemVectors(prepared.experiment)) {
        inference::FakeTextModel model;
        prepared.setItemVectors(*embedTitles(prepared.history.dataset(), TrialTokenizer(), model, nullptr, {}));
    }
    return prepared;
}

ArmPrompts built(const PreparedExperiment& prepared, std::size_t arm, const Query& query)
{
    auto prompts = prepared.arms[arm].build(query.moment, prepared.candidates.draw(query).items);
    if (!prompts)
        qFatal("%s", prompts.error().message.c_str());
    if (!prompts->leaks.empty())
        qFatal("%s", prompts->leaks.front().what.c_str());
    return std::move(*prompts);
}

/// Calls `check(plain, changed, query)` for every query.
template<typename Check>
void forEachPair(const PreparedExperiment& prepared, Check check)
{
    for (const auto& query : prepared.queries) {
        check(built(prepared, 0, query), built(prepared, 1, query), query);
        if (QTest::currentTestFailed())
            return;
    }
}

Items shownBy(const ArmPrompts& prompts)
{
    Items shown;
    for (const auto& demonstration : prompts.context.demonstrations)
        shown.push_back(demonstration.interaction);
    return shown;
}

Items sorted(Items items)
{
    std::sort(items.begin(), items.end());
    return items;
}

} // namespace

class TestArmControls : public QObject
{
    Q_OBJECT

private slots:
    void shuffledHistoryHasTheSameItems()
    {
        std::size_t moved = 0;
        forEachPair(twoArms([](Arm& arm) { arm.historyControls.isShuffled = true; }),
                    [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query&) {
                        QCOMPARE(sorted(changed.context.history), plain.context.history);
                        moved += changed.context.history != plain.context.history ? 1 : 0;
                        QCOMPARE(shownBy(changed), shownBy(plain));
                        for (std::size_t i = 0; i < plain.context.demonstrations.size(); ++i)
                            QCOMPARE(sorted(changed.context.demonstrations[i].history),
                                     plain.context.demonstrations[i].history);
                    });
        QVERIFY(moved > 0);
    }

    void fakeHistoryIsWhatOthersHadLikedBefore()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.historyControls.isFake = true; });
        const auto& dataset = prepared.history.dataset();
        std::size_t faked = 0;
        forEachPair(prepared, [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query& query) {
            QVERIFY(changed.context.history.size() <= plain.context.history.size());
            const auto candidates = prepared.candidates.draw(query).items;
            std::set<data::ItemIndex> items;
            for (const auto i : changed.context.history) {
                QVERIFY(dataset.user(i) != query.moment.user && dataset.time(i) < query.moment.time);
                QVERIFY(prepared.history.isLiked(i));
                QVERIFY(items.insert(dataset.item(i)).second);
                QVERIFY(std::find(candidates.begin(), candidates.end(), dataset.item(i)) == candidates.end());
                ++faked;
            }
            QCOMPARE(shownBy(changed), shownBy(plain));
        });
        QVERIFY(faked > 0);
    }

    void maskedTitlesLeaveTheTargetAlone()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.areTitlesMasked = true; });
        const auto& dataset = prepared.history.dataset();
        forEachPair(prepared, [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query& query) {
            QCOMPARE(shownBy(changed), shownBy(plain));
            const auto candidates = prepared.candidates.draw(query).items;
            for (std::size_t i = 0; i < candidates.size(); ++i) {
                for (const auto& span : changed.prompts[i].spans) {
                    const auto text =
                        std::string_view(changed.prompts[i].text).substr(span.start, span.end - span.start);
                    if (span.kind == prompt::SpanKind::History
                        || (span.kind == prompt::SpanKind::Target && span.demonstration))
                        QVERIFY(text.find(prompt::maskedTitle) != text.npos && text.find("Title") == text.npos);
                    else if (span.kind == prompt::SpanKind::Target)
                        QCOMPARE(std::string(text), dataset.catalog().title(candidates[i]));
                }
            }
        });
    }

    void negativesAreLeftOutOfWhatWasChosen()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.demonstrations.areNegativesLeftOut = true; });
        forEachPair(prepared, [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query&) {
            Items liked = shownBy(plain);
            std::erase_if(liked, [&](InteractionIndex i) { return !prepared.history.isLiked(i); });
            QCOMPARE(shownBy(changed), liked);
        });
    }

    void demonstrationsMayBeAnotherUsersAlone()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.context = ContextOf::OtherUsersDemonstrations; });
        const auto& dataset = prepared.history.dataset();
        std::size_t others = 0;
        forEachPair(prepared, [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query& query) {
            QCOMPARE(changed.context.history, plain.context.history);
            for (const auto i : shownBy(changed)) {
                QVERIFY(dataset.user(i) != query.moment.user && dataset.time(i) < query.moment.time);
                ++others;
            }
        });
        QVERIFY(others > 0);
    }

    void historyBySimilarityIsOfThePast_data()
    {
        QTest::addColumn<int>("choice");
        QTest::newRow("titles") << static_cast<int>(demonstrations::HistoryChoice::SimilarTitles);
        QTest::newRow("model") << static_cast<int>(demonstrations::HistoryChoice::SimilarModel);
    }

    void historyBySimilarityIsOfThePast()
    {
        QFETCH(int, choice);
        const auto prepared = twoArms([&](Arm& arm) {
            arm.history.choice = static_cast<demonstrations::HistoryChoice>(choice);
            arm.history.maxItems = 2;
            arm.contextFor = ContextFor::Candidate;
        });
        const auto kind = choice == static_cast<int>(demonstrations::HistoryChoice::SimilarTitles)
            ? demonstrations::SimilarityKind::Titles
            : demonstrations::SimilarityKind::Model;
        const auto& dataset = prepared.history.dataset();
        const auto* similarity = *prepared.arms[1].sources().similarity(kind);
        forEachPair(prepared, [&](const ArmPrompts&, const ArmPrompts& changed, const Query& query) {
            const auto candidates = prepared.candidates.draw(query).items;
            const auto liked = prepared.history.likedBefore(query.moment, dataset.size());
            QCOMPARE(changed.contexts.size(), candidates.size());
            for (std::size_t i = 0; i < candidates.size(); ++i) {
                const auto likeness = [&](InteractionIndex one) {
                    return similarity->between(candidates[i], dataset.item(one), query.moment.time);
                };
                const auto& shown = changed.contextOf(i).history;
                QCOMPARE(shown.size(), std::min<std::size_t>(2, liked.size()));
                QVERIFY(std::is_sorted(shown.begin(), shown.end()));
                for (const auto one : shown) {
                    QVERIFY(std::find(liked.begin(), liked.end(), one) != liked.end());
                    for (const auto other : liked) // nothing that was left out is more alike
                        QVERIFY(std::find(shown.begin(), shown.end(), other) != shown.end()
                                || likeness(other) <= likeness(one));
                }
            }
        });
    }

    void aSimilarUsersDemonstrationsDoNotLeak()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.selector = "similar-user"; });
        const auto& dataset = prepared.history.dataset();
        std::size_t shown = 0;
        forEachPair(prepared, [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query& query) {
            QCOMPARE(changed.context.history, plain.context.history);
            std::set<data::UserIndex> users;
            for (const auto i : shownBy(changed)) {
                users.insert(dataset.user(i));
                QVERIFY(dataset.time(i) < query.moment.time);
            }
            QVERIFY(users.size() <= 1 && !users.contains(query.moment.user));
            shown += users.size();
        });
        QVERIFY(shown > 0);
    }

    void oneContextServesAllCandidates()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.selector = "bm25"; });
        forEachPair(prepared, [&](const ArmPrompts&, const ArmPrompts& changed, const Query&) {
            QVERIFY(changed.contexts.empty());
            for (std::size_t i = 0; i < changed.prompts.size(); ++i)
                QVERIFY(&changed.contextOf(i) == &changed.context);
        });
    }

    void embeddingsAreAskedForBeforeAnythingIsBuilt()
    {
        Experiment experiment = smallExperiment();
        experiment.arms = {randomArm("semantic", "semantic", 3)};
        QVERIFY(needsItemVectors(experiment));
        const auto prepared = prepare(experiment, randomDataset(1));
        const auto result = prepared.arms[0].build(prepared.queries[0].moment, {});
        QVERIFY(!result && result.error().code == ErrorCode::NotFound);
        QVERIFY2(result.error().message.find("no model is loaded") != std::string::npos,
                 result.error().message.c_str());
        QVERIFY(!needsItemVectors(smallExperiment()));
    }

    void titlesAreEmbeddedOnce()
    {
        const QTemporaryDir folder;
        const auto dataset = randomDataset(1);
        inference::FakeTextModel model;
        auto cache = inference::EmbeddingCache::open(folder.path().toStdString(), "m", inference::Pooling::Mean,
                                                     model.embeddingSize());
        const auto first = embedTitles(*dataset, TrialTokenizer(), model, &*cache, {});
        const auto size = cache->size();
        QVERIFY(first && size > 0);
        const auto second = embedTitles(*dataset, TrialTokenizer(), model, &*cache, {});
        QCOMPARE(cache->size(), size);
        for (data::ItemIndex item = 0; item < dataset->itemCount(); ++item)
            QCOMPARE((*first)->between(0, item, {}), (*second)->between(0, item, {}));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = embedTitles(*dataset, TrialTokenizer(), model, nullptr, {.stop = stop.get_token()});
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

    void priorIsTheLabelsLogOdds()
    {
        const auto demonstration = [](bool isLiked) {
            return demonstrations::Demonstration {.interaction = 0, .isLiked = isLiked, .history = {}, .reason = {}};
        };
        const std::vector shown {demonstration(true), demonstration(true), demonstration(false)};
        QVERIFY(std::abs(scoreOf(ScoreKind::LogOdds, labelPrior(shown)) - std::log(3.0 / 2.0)) < 1e-12);
        QVERIFY(std::abs(scoreOf(ScoreKind::PositiveLogit, labelPrior(shown)) - std::log(3.0 / 5.0)) < 1e-12);
        QCOMPARE(scoreOf(ScoreKind::LogOdds, labelPrior({})), 0.0);
    }

    void calibratedScoresAreLessTheirReference()
    {
        const auto score = [](double yes, double no) {
            inference::PromptScore made;
            made.answers = {yes, no};
            return made;
        };
        const std::vector scores {score(2, 1), score(1, 1), score(0.5, 0)};
        using Scores = std::vector<double>;
        QCOMPARE(calibratedScores(ScoreKind::LogOdds, scores, 3, {}), Scores({1, 0, 0.5}));
        QCOMPARE(calibratedScores(ScoreKind::LogOdds, scores, 2, {}), Scores({0.5, -0.5})); // the third is content-free
        QCOMPARE(calibratedScores(ScoreKind::PositiveLogit, scores, 2, {}), Scores({1.5, 0.5}));
        const std::vector own {score(1, 0), score(0, 1), score(3, 0)};
        QCOMPARE(calibratedScores(ScoreKind::LogOdds, scores, 3, own), Scores({0, 1, -2.5}));
    }

    void calibrationReachesTheRecords_data()
    {
        QTest::addColumn<int>("calibration");
        QTest::addColumn<int>("contextFor");
        for (const auto calibration : {Calibration::Contextual, Calibration::Prior})
            for (const auto contextFor : {ContextFor::Query, ContextFor::Candidate})
                QTest::addRow("%d, %d", static_cast<int>(calibration), static_cast<int>(contextFor))
                    << static_cast<int>(calibration) << static_cast<int>(contextFor);
    }

    void calibrationReachesTheRecords()
    {
        QFETCH(int, calibration);
        QFETCH(int, contextFor);
        const auto prepared = twoArms([&](Arm& arm) {
            arm.calibration = static_cast<Calibration>(calibration);
            arm.contextFor = static_cast<ContextFor>(contextFor);
        });
        inference::FakeScorer scorer;
        MemorySink sink;
        QVERIFY(simulate::simulate(prepared, scorer, sink, {}, {}));
        for (const auto& record : sink.all()) {
            if (record.arm == 0)
                continue;
            const auto& query = prepared.queries[record.query];
            const auto prompts = built(prepared, 1, query);
            const auto scores = *scorer.score(prompts.tokenized, {}, {});
            QCOMPARE(record.scores, prompts.scoresOf(prepared.arms[1].arm(), scores));
            for (std::size_t i = 0; i < record.candidates.size(); ++i) {
                const bool isContextual = prepared.arms[1].arm().calibration == Calibration::Contextual;
                const auto& references = isContextual ? scores : prompts.priors;
                const std::size_t first = isContextual ? record.candidates.size() : 0;
                const bool isShared = references.size() - first == 1;
                const auto& reference = references[isShared ? first : first + i];
                QCOMPARE(record.scores[i],
                         record.positive[i] - record.negative[i] - (reference.answers[0] - reference.answers[1]));
            }
        }
    }

    void aContentFreePromptAsksAboutNothing()
    {
        const auto prepared = twoArms([](Arm& arm) { arm.calibration = Calibration::Contextual; });
        forEachPair(prepared, [&](const ArmPrompts& plain, const ArmPrompts& changed, const Query&) {
            QCOMPARE(changed.tokenized.size(), plain.tokenized.size() + 1);
            for (std::size_t i = 0; i < plain.tokenized.size(); ++i)
                QCOMPARE(changed.tokenized[i].tokens, plain.tokenized[i].tokens);
            const prompt::PromptBuilder builder(prepared.arms[1].wording(), prepared.history.sharedDataset());
            const auto free = builder.buildContentFree(changed.context);
            QCOMPARE(TrialTokenizer().encode(free.text), changed.tokenized.back().tokens);
            QVERIFY(free.text.find(prompt::contentFreeTarget) != std::string::npos);
        });
    }

    void controlsAreDrawnBySeedAlone()
    {
        const auto change = [](Arm& arm) {
            arm.selector = "global-stratified";
            arm.historyControls = {.isShuffled = true, .isFake = true};
        };
        const auto one = twoArms(change);
        const auto two = twoArms(change);
        for (const auto& query : one.queries)
            QCOMPARE(built(one, 1, query).prompts.front().text, built(two, 1, query).prompts.front().text);
    }
};

QTEST_APPLESS_MAIN(TestArmControls)
#include "tst_armcontrols.moc"
