// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/livecards.h"
#include "ui/pages/live/liveopening.h"

#include <algorithm>

#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

/// Cards of the small dataset.
struct CardWorld : TestWorld {
    bool begin()
    {
        if (!openDataset())
            return false;
        cards.setHistory(workspace->focus().dataset()->history);
        return true;
    }
    bool deal(std::uint64_t seed)
    {
        return QTest::qWaitFor([&] { return cards.deal(seed, nullptr); }, 20'000);
    }
    std::vector<bool> none() const { return std::vector<bool>(cards.history()->dataset().itemCount()); }

    LiveCards cards;
};

} // namespace

/// Cards, and what is opened for them.
class TestLiveCards : public QObject
{
    Q_OBJECT

private slots:
    void cardsAreDealtBesidesTheWindowAndOnce()
    {
        CardWorld world;
        QVERIFY(world.begin());
        QSignalSpy dealt(&world.cards, &LiveCards::dealt);
        QSignalSpy started(&world.cards.dealJob(), &JobRunner::started);
        QVERIFY(!world.cards.deal(1, nullptr));
        QVERIFY(!world.cards.deal(1, nullptr)); // is being dealt
        QVERIFY(!world.cards.deck());
        QTRY_COMPARE(dealt.size(), 1);
        QVERIFY(world.cards.deal(1, nullptr));
        QCOMPARE(started.size(), 1);
        QCOMPARE(world.cards.hand(world.none()).size(), LiveCards::handCount);
    }

    void aStoppedDealIsSaidAndCanBeAskedForAgain()
    {
        CardWorld world;
        QVERIFY(world.begin());
        QSignalSpy failed(&world.cards, &LiveCards::failed);
        world.cards.deal(1, nullptr);
        world.cards.dealJob().cancel(); // as Stop in the status bar
        QTRY_VERIFY(!world.cards.dealJob().isRunning());
        QCOMPARE(failed.size() == 1, world.cards.deck() == nullptr); // it may have been done before
        QVERIFY(world.deal(1));
    }

    void cardsOfOtherDataGo()
    {
        CardWorld world;
        QVERIFY(world.begin() && world.deal(1));
        world.cards.search(QStringLiteral("film"), world.none());
        world.cards.setHistory(nullptr);
        QVERIFY(!world.cards.deck() && world.cards.kinds().names().empty() && world.cards.searched().isEmpty());
        QVERIFY(world.cards.hand({}).empty());
        QVERIFY(!world.cards.deal(1, nullptr));
        QVERIFY(!world.cards.dealJob().isRunning());
    }

    void aSearchTakesThePlaceOfTheHandUntilItIsEmpty()
    {
        CardWorld world;
        QVERIFY(world.begin() && world.deal(1));
        QSignalSpy found(&world.cards, &LiveCards::found);
        auto leftOut = world.none();
        world.cards.search(QStringLiteral(" FILM 5 "), leftOut);
        QTRY_COMPARE(found.size(), 1);
        const auto cards = world.cards.hand(leftOut);
        QVERIFY(!cards.empty());
        QVERIFY(std::ranges::all_of(cards, [](const LiveItem& card) { return card.title.startsWith("Film 5"); }));
        leftOut[cards.front().item] = true; // judged meanwhile
        QVERIFY(std::ranges::none_of(world.cards.hand(leftOut),
                                     [&](const LiveItem& card) { return card.item == cards.front().item; }));
        world.cards.search({}, leftOut);
        QCOMPARE(world.cards.hand(leftOut).size(), LiveCards::handCount);
    }

    void aScenarioOfAFileThatIsMissingIsSaid()
    {
        TestWorld world;
        LiveOpening opening(*world.workspace);
        QSignalSpy failed(&opening, &LiveOpening::failed);
        opening.openFile(QStringLiteral("/nowhere/at/all.json"));
        QVERIFY(failed.isEmpty()); // it is read beside the window
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("all.json")));
        QVERIFY(!opening.isOpening());
    }

    void theBundledDataAndModelAreOpenedForFreePlay()
    {
        TestWorld world;
        LiveOpening opening(*world.workspace);
        QSignalSpy opened(&opening, &LiveOpening::opened);
        opening.openBundled();
        QVERIFY(opening.isOpening());
        QTRY_COMPARE(opened.size(), 1);
        QVERIFY(!opening.isOpening());
        QVERIFY(world.workspace->focus().dataset() && world.workspace->focus().engine());
        opening.openBundled(); // all is there
        QCOMPARE(opened.size(), 2);
    }

    void stoppingTheDataEndsTheOpening()
    {
        TestWorld world;
        LiveOpening opening(*world.workspace);
        QSignalSpy failed(&opening, &LiveOpening::failed);
        QSignalSpy opened(&opening, &LiveOpening::opened);
        opening.openBundled();
        world.workspace->datasetJob().cancel();
        QTRY_VERIFY(failed.size() + opened.size() == 1); // it may have been done before
        QVERIFY(!opening.isOpening());
    }
};

QTEST_GUILESS_MAIN(TestLiveCards)
#include "tst_livecards.moc"
