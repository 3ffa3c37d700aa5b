// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/contextreuse.h"

#include <QTemporaryDir>
#include <QtTest>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

struct Event {
    std::string user;
    std::string item;
    std::int64_t time = 0;
};

/// Every event is liked. Before them, "zoe" has had twenty items that are nobody else's: the candidates.
std::shared_ptr<const data::Dataset> datasetOf(const std::vector<Event>& events)
{
    std::vector<Event> all;
    for (int i = 0; i < 20; ++i)
        all.push_back({"zoe", "Z" + std::to_string(i), 0});
    all.insert(all.end(), events.begin(), events.end());
    data::DatasetParts parts;
    parts.format = "test";
    for (const auto& event : all) {
        const auto known = std::find(parts.userIds.begin(), parts.userIds.end(), event.user);
        const auto user = static_cast<data::UserIndex>(known - parts.userIds.begin());
        if (known == parts.userIds.end())
            parts.userIds.push_back(event.user);
        const auto item = parts.catalog.intern(event.item);
        parts.catalog.setTitle(item, event.item);
        parts.interactions.push_back({.user = user,
                                      .item = item,
                                      .rating = 5,
                                      .time = fromUnix(event.time),
                                      .sourceRow = static_cast<std::uint32_t>(parts.interactions.size() + 1)});
    }
    return *data::Dataset::build(std::move(parts));
}

/// ann's items A, B, C, ... one a day.
std::vector<Event> annsDays(int days)
{
    std::vector<Event> events;
    for (int i = 0; i < days; ++i)
        events.push_back({"ann", std::string(1, static_cast<char>('A' + i)), 86'400 * (i + 1)});
    return events;
}

} // namespace

/// Words are tokens. Header 2; a demonstration 3 ("A", " Yes", line break); a candidate 4, and there are two.
class TestContextReuse : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QFile file(m_folder.filePath("short.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"version": 1, "id": "short", "title": "Short", "header": "Hello\n",
            "demonstration": "{target}{answer}\n", "query": "{target}\nAnswer:",
            "answers": {"positive": " Yes", "negative": " No"},
            "historySeparator": ", ", "historyItem": "{title}", "emptyHistory": "-"})");
    }

    void aSlidingWindowKeepsTheHeaderOnly()
    {
        // Shown before B to H: A, AB, BC, CD, DE, EF, FG. Only AB begins with what was there before it.
        const auto reuse = measured(annsDays(8), {{2, 1}}).front();
        QCOMPARE(reuse.moments, std::size_t {7});
        QCOMPARE(reuse.users, std::size_t {1});
        QCOMPARE(reuse.followed, std::size_t {6});
        QCOMPARE(reuse.meanDemonstrations, 13.0 / 7);
        QCOMPARE(reuse.meanContextTokens, 53.0 / 7); // 5 and six times 8
        QCOMPARE(reuse.meanPromptTokens, (53.0 + 7 * 8) / 7);
        QCOMPARE(reuse.meanKept, (5.0 / 8 + 5 * 2.0 / 8) / 6);
        QCOMPARE(reuse.medianKept, 2.0 / 8);
        QCOMPARE(reuse.computedRatio, (109.0 - 15) / 109);
        QCOMPARE(reuse.sameContext, 0.0);
        QCOMPARE(reuse.tokensToHold, std::int64_t {8});
    }

    void aGrowingContextKeepsAllUntilItIsCut()
    {
        // k 4, blocks of 2: A, AB, ABC, ABCD, CDE, CDEF, EFG.
        const auto reuse = measured(annsDays(8), {{4, 2}}).front();
        QCOMPARE(reuse.meanContextTokens, 74.0 / 7);
        QCOMPARE(reuse.meanKept, (5.0 / 8 + 8.0 / 11 + 11.0 / 14 + 2.0 / 11 + 11.0 / 14 + 2.0 / 11) / 6);
        QCOMPARE(reuse.medianKept, (5.0 / 8 + 8.0 / 11) / 2);
        QCOMPARE(reuse.computedRatio, (74.0 + 56 - 39) / (74 + 56));
        QCOMPARE(reuse.tokensToHold, std::int64_t {14});
    }

    void armsAreMeasuredSideBySide()
    {
        // k 2, blocks of 2: A, AB, C, CD, E, EF, G.
        const auto both = measured(annsDays(8), {{2, 1}, {2, 2}});
        QCOMPARE(both.size(), std::size_t {2});
        QCOMPARE(both[0].computedRatio, 94.0 / 109);
        QCOMPARE(both[1].computedRatio, (44.0 + 56 - 21) / 100);
        QCOMPARE(both[1].meanKept, (3 * 5.0 / 8 + 3 * 2.0 / 5) / 6);
    }

    void momentsOfOneSecondShareTheirWholeContext()
    {
        auto events = annsDays(2);
        events.push_back({"ann", "X", 86'400 * 2}); // with B
        const auto reuse = measured(events, {{4, 1}}).front();
        QCOMPARE(reuse.followed, std::size_t {1});
        QCOMPARE(reuse.sameContext, 1.0);
        QCOMPARE(reuse.meanKept, 1.0);
    }

    void otherUsersInBetweenMustBeHeldToo()
    {
        // ann and bob take turns, so that each finds its own context below the other's.
        std::vector<Event> events;
        for (int i = 0; i < 6; ++i)
            events.push_back({i % 2 == 0 ? "ann" : "bob", std::string(1, static_cast<char>('A' + i)), 100 * (i + 1)});
        const auto reuse = measured(events, {{4, 1}}, {"ann", "bob"}).front();
        QCOMPARE(reuse.users, std::size_t {2});
        QCOMPARE(reuse.followed, std::size_t {2});
        QCOMPARE(reuse.tokensToHold, std::int64_t {13}); // bob's with one demonstration below ann's with two
        QCOMPARE(reuse.meanKept, 5.0 / 8);
    }

    void withoutAnEarlierMomentNothingIsSaved()
    {
        const auto reuse = measured(annsDays(2), {{4, 2}}).front();
        QCOMPARE(reuse.followed, std::size_t {0});
        QCOMPARE(reuse.computedRatio, 1.0);
        QCOMPARE(reuse.tokensToHold, std::int64_t {0});
    }

    void growingNeverComputesMoreThanSliding()
    {
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            auto experiment = smallExperiment(seed);
            experiment.replay.queriesPerUser = 0;
            experiment.arms = {randomArm("recent", "recent", 6), randomArm("growing", "recent", 6)};
            experiment.arms[1].selectorParameters["trimBlock"] = std::int64_t {3};
            const auto reuse = measureReuse(prepare(experiment, randomDataset(seed)));
            QVERIFY(reuse);
            QVERIFY((*reuse)[1].computedRatio < (*reuse)[0].computedRatio);
            QVERIFY((*reuse)[1].meanKept > (*reuse)[0].meanKept);
        }
    }

    void stopIsHonoured()
    {
        std::stop_source source;
        source.request_stop();
        const auto reuse = measureReuse(preparedFor(annsDays(4), {{2, 1}}, {"ann"}), {.stop = source.get_token()});
        QVERIFY(!reuse);
        QCOMPARE(reuse.error().code, ErrorCode::Cancelled);
    }

    void momentsMustBeRanked()
    {
        auto prepared = preparedFor(annsDays(4), {{2, 1}}, {"ann"});
        for (auto& query : prepared.queries)
            query.isLiked = false;
        const auto reuse = measureReuse(prepared);
        QVERIFY(!reuse);
        QCOMPARE(reuse.error().code, ErrorCode::NoEligibleQuery);
    }

private:
    struct Window {
        std::int64_t k = 0;
        std::int64_t trimBlock = 1;
    };

    [[nodiscard]] PreparedExperiment preparedFor(const std::vector<Event>& events, const std::vector<Window>& windows,
                                                 std::vector<std::string> users) const
    {
        Experiment experiment;
        experiment.dataset.label = "rating>=4";
        experiment.replay.users = std::move(users);
        experiment.replay.minHistory = 1;
        experiment.candidates.count = 2;
        for (const auto& window : windows) {
            Arm arm;
            arm.name = std::to_string(window.k) + "/" + std::to_string(window.trimBlock);
            arm.selector = "recent";
            arm.selectorParameters = {{"k", window.k}, {"trimBlock", window.trimBlock}};
            arm.wording = m_folder.filePath("short.json").toStdString();
            experiment.arms.push_back(std::move(arm));
        }
        // so many ids that no two words share one
        auto prepared = PreparedExperiment::prepare(experiment, datasetOf(events),
                                                    std::make_shared<TrialTokenizer>(std::size_t {1} << 24), 1000);
        if (!prepared)
            qFatal("%s", prepared.error().message.c_str());
        return std::move(*prepared);
    }

    [[nodiscard]] std::vector<ContextReuse> measured(const std::vector<Event>& events,
                                                     const std::vector<Window>& windows,
                                                     std::vector<std::string> users = {"ann"}) const
    {
        auto reuse = measureReuse(preparedFor(events, windows, std::move(users)));
        if (!reuse)
            qFatal("%s", reuse.error().message.c_str());
        return std::move(*reuse);
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestContextReuse)
#include "tst_contextreuse.moc"
