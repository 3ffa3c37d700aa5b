// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/data/userhistory.h"

#include <algorithm>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

namespace {

constexpr std::int64_t day = 86'400;

std::vector<std::uint32_t> linesOf(const UserHistory& history, std::span<const InteractionIndex> interactions)
{
    std::vector<std::uint32_t> lines;
    for (const InteractionIndex i : interactions)
        lines.push_back(history.dataset().sourceRow(i));
    return lines;
}

std::shared_ptr<const Dataset> randomDataset(RandomStream& random)
{
    std::vector<Row> rows;
    for (std::size_t n = 1 + random.index(150); n > 0; --n)
        rows.push_back({static_cast<UserIndex>(random.index(4)), static_cast<ItemIndex>(random.index(60)),
                        static_cast<float>(1 + random.index(5)),
                        static_cast<std::int64_t>(random.index(30)) * day / 3});
    return datasetOf(rows);
}

Moment randomMoment(RandomStream& random, const UserHistory& history)
{
    if (random.uniform() < 0.5)
        return history.momentOf(static_cast<InteractionIndex>(random.index(history.dataset().size())));
    return {static_cast<UserIndex>(random.index(history.dataset().userCount())),
            fromUnix(static_cast<std::int64_t>(random.index(12)) * day), std::nullopt};
}

} // namespace

class TestUserHistory : public QObject
{
    Q_OBJECT

private slots:
    void beforeIsStrictlyEarlier();
    void rowOrderAdmitsEarlierRowsOfTheSameSecond();
    void rowOrderWithoutAnInteractionIsStrict();
    void likedBeforeGivesTheLastLikedOnes();
    void lagInEventsHidesTheNewest();
    void lagInDaysHidesWhatIsTooNew();
    void absurdLagsAreHarmless();
    void unknownUsersHaveNoHistory();
    void randomHistoriesNeverHoldTheMomentOrLater();
    void randomLagsHideASuffix();
};

void TestUserHistory::beforeIsStrictlyEarlier()
{
    // lines 2..6; the other user's row never shows
    const UserHistory history(
        datasetOf({{0, 0, 5, 100}, {0, 1, 5, 200}, {0, 2, 5, 200}, {1, 3, 5, 50}, {0, 4, 5, 300}}),
        LabelRule::defaultFor(RatingKind::Rating));
    QCOMPARE(linesOf(history, history.before({0, fromUnix(200), {}})), (std::vector<std::uint32_t> {2}));
    QCOMPARE(linesOf(history, history.before({0, fromUnix(201), {}})), (std::vector<std::uint32_t> {2, 3, 4}));
    QCOMPARE(linesOf(history, history.before({0, fromUnix(100), {}})), (std::vector<std::uint32_t> {}));
    const InteractionIndex second = history.dataset().ofUser(0)[2]; // line 4, tied with line 3
    QCOMPARE(linesOf(history, history.before(history.momentOf(second))), (std::vector<std::uint32_t> {2}));
}

void TestUserHistory::rowOrderAdmitsEarlierRowsOfTheSameSecond()
{
    const UserHistory history(datasetOf({{0, 0, 5, 100}, {0, 1, 5, 200}, {0, 2, 5, 200}, {0, 3, 5, 200}}),
                              LabelRule::defaultFor(RatingKind::Rating), TiePolicy::RowOrder);
    const InteractionIndex third = history.dataset().ofUser(0)[2]; // line 4
    QCOMPARE(linesOf(history, history.before(history.momentOf(third))), (std::vector<std::uint32_t> {2, 3}));
    QVERIFY(!history.isBefore(third, history.momentOf(third)));
    QVERIFY(!history.isBefore(history.dataset().ofUser(0)[3], history.momentOf(third)));
}

void TestUserHistory::rowOrderWithoutAnInteractionIsStrict()
{
    const UserHistory history(datasetOf({{0, 0, 5, 100}, {0, 1, 5, 200}}), LabelRule::defaultFor(RatingKind::Rating),
                              TiePolicy::RowOrder);
    QCOMPARE(linesOf(history, history.before({0, fromUnix(200), {}})), (std::vector<std::uint32_t> {2}));
}

void TestUserHistory::likedBeforeGivesTheLastLikedOnes()
{
    const UserHistory history(
        datasetOf({{0, 0, 5, 100}, {0, 1, 1, 200}, {0, 2, 4, 300}, {0, 3, 3, 400}, {0, 4, 4, 500}, {0, 5, 5, 600}}),
        LabelRule::defaultFor(RatingKind::Rating));
    const Moment moment {0, fromUnix(600), {}};
    QCOMPARE(linesOf(history, history.likedBefore(moment, 10)), (std::vector<std::uint32_t> {2, 4, 6}));
    QCOMPARE(linesOf(history, history.likedBefore(moment, 2)), (std::vector<std::uint32_t> {4, 6}));
    QCOMPARE(linesOf(history, history.likedBefore(moment, 0)), (std::vector<std::uint32_t> {}));
    // The lag hides events, liked or not, before the liked ones are counted: lines 5 and 6.
    QCOMPARE(linesOf(history, history.likedBefore(moment, 2, {Lag::Unit::Events, 2})),
             (std::vector<std::uint32_t> {2, 4}));
}

void TestUserHistory::lagInEventsHidesTheNewest()
{
    const UserHistory history(datasetOf({{0, 0, 5, 100}, {0, 1, 5, 200}, {0, 2, 5, 300}}),
                              LabelRule::defaultFor(RatingKind::Rating));
    const Moment moment {0, fromUnix(300), {}};
    QCOMPARE(linesOf(history, history.before(moment, {Lag::Unit::Events, 0})), (std::vector<std::uint32_t> {2, 3}));
    QCOMPARE(linesOf(history, history.before(moment, {Lag::Unit::Events, 1})), (std::vector<std::uint32_t> {2}));
    QCOMPARE(linesOf(history, history.before(moment, {Lag::Unit::Events, 2})), (std::vector<std::uint32_t> {}));
}

void TestUserHistory::lagInDaysHidesWhatIsTooNew()
{
    const UserHistory history(datasetOf({{0, 0, 5, 10 * day}, {0, 1, 5, 12 * day}, {0, 2, 5, 13 * day}}),
                              LabelRule::defaultFor(RatingKind::Rating));
    const Moment moment {0, fromUnix(14 * day), {}};
    QCOMPARE(linesOf(history, history.before(moment, {Lag::Unit::Days, 1})), (std::vector<std::uint32_t> {2, 3, 4}));
    QCOMPARE(linesOf(history, history.before(moment, {Lag::Unit::Days, 2})), (std::vector<std::uint32_t> {2, 3}));
    QCOMPARE(linesOf(history, history.before(moment, {Lag::Unit::Days, 5})), (std::vector<std::uint32_t> {}));
}

void TestUserHistory::absurdLagsAreHarmless()
{
    const UserHistory history(datasetOf({{0, 0, 5, 100}, {0, 1, 5, 200}}), LabelRule::defaultFor(RatingKind::Rating));
    const Moment moment {0, fromUnix(300), {}};
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
    for (const Lag::Unit unit : {Lag::Unit::Events, Lag::Unit::Days}) {
        QCOMPARE(history.before(moment, {unit, largest}).size(), std::size_t {0});
        QCOMPARE(history.before(moment, {unit, smallest}).size(), std::size_t {2});
    }
}

void TestUserHistory::unknownUsersHaveNoHistory()
{
    const UserHistory history(datasetOf({{0, 0, 5, 100}}), LabelRule::defaultFor(RatingKind::Rating));
    QVERIFY(history.before({7, fromUnix(300), {}}).empty());
    QVERIFY(!history.isBefore(9, {0, fromUnix(300), {}}));
}

void TestUserHistory::randomHistoriesNeverHoldTheMomentOrLater()
{
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        RandomStream random(seed, "history-test");
        const auto dataset = randomDataset(random);
        for (const TiePolicy ties : {TiePolicy::Exclude, TiePolicy::RowOrder}) {
            const UserHistory history(dataset, LabelRule::defaultFor(RatingKind::Rating), ties);
            for (int n = 0; n < 20; ++n) {
                const Moment moment = randomMoment(random, history);
                const Lag lag {random.uniform() < 0.5 ? Lag::Unit::Events : Lag::Unit::Days,
                               static_cast<std::int64_t>(random.index(4))};
                for (const InteractionIndex i : history.before(moment, lag)) {
                    QCOMPARE(dataset->user(i), moment.user);
                    const bool isTie = dataset->time(i) == moment.time;
                    QVERIFY(dataset->time(i) < moment.time || (isTie && ties == TiePolicy::RowOrder));
                    if (isTie)
                        QVERIFY(moment.interaction && dataset->sourceRow(i) < dataset->sourceRow(*moment.interaction));
                    QVERIFY(history.isBefore(i, moment));
                }
                // Nothing that happened before is missing either.
                const auto known = history.before(moment);
                for (InteractionIndex i = 0; i < dataset->size(); ++i)
                    QCOMPARE(history.isBefore(i, moment), std::find(known.begin(), known.end(), i) != known.end());
                for (const InteractionIndex i : history.likedBefore(moment, 5, lag))
                    QVERIFY(history.isLiked(i) && history.isBefore(i, moment));
            }
        }
    }
}

void TestUserHistory::randomLagsHideASuffix()
{
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        RandomStream random(seed, "lag-test");
        const auto dataset = randomDataset(random);
        const UserHistory history(dataset, LabelRule::defaultFor(RatingKind::Rating));
        const Moment moment = randomMoment(random, history);
        const auto all = history.before(moment);
        const auto amount = static_cast<std::int64_t>(1 + random.index(5));
        const auto events = history.before(moment, {Lag::Unit::Events, amount});
        QCOMPARE(events.size(), all.size() - std::min(all.size(), static_cast<std::size_t>(amount)));
        QVERIFY(std::equal(events.begin(), events.end(), all.begin()));
        const auto days = history.before(moment, {Lag::Unit::Days, amount});
        QVERIFY(std::equal(days.begin(), days.end(), all.begin()));
        for (std::size_t k = 0; k < all.size(); ++k)
            QCOMPARE(k < days.size(), toUnix(dataset->time(all[k])) <= toUnix(moment.time) - amount * day);
    }
}

QTEST_APPLESS_MAIN(TestUserHistory)
#include "tst_userhistory.moc"
