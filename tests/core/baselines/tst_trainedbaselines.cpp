// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/baselines/baselineregistry.h"
#include "core/baselines/sasrec.h"

#include <QTest>

#include <algorithm>
#include <map>

#include "tests/core/baselines/sequencecounter.h"
#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::baselines;
using namespace driftscope::data;

namespace {

constexpr std::int64_t day = 86'400;
const std::vector<std::string> trainedIds {"bpr", "mf", "sasrec"};

UserHistory historyOf(std::shared_ptr<const Dataset> dataset)
{
    return {std::move(dataset), *LabelRule::parse("rating>=4")};
}

/// Users like items of their own parity and dislike the others, in random order; one event a user a day.
std::vector<testing::Row> parityRows(std::uint64_t seed, UserIndex users = 20, ItemIndex items = 30, int events = 20)
{
    RandomStream stream(seed, "parity");
    std::vector<testing::Row> rows;
    for (UserIndex user = 0; user < users; ++user) {
        std::vector<ItemIndex> order;
        for (ItemIndex item = 0; item < items; ++item)
            order.push_back(item);
        stream.shuffle(order);
        for (int event = 0; event < events; ++event) {
            const ItemIndex item = order[static_cast<std::size_t>(event)];
            rows.push_back({user, item, item % 2 == user % 2 ? 5.0F : 1.0F, event * day + user});
        }
    }
    for (ItemIndex item = 0; item < items; ++item) // so that all items are there, and from the beginning
        rows.push_back({users, item, 1, -10 * day + item});
    return rows;
}

std::vector<ItemIndex> allItems(const UserHistory& history)
{
    std::vector<ItemIndex> items;
    for (ItemIndex item = 0; item < history.dataset().itemCount(); ++item)
        items.push_back(item);
    return items;
}

/// A baseline with what it is asked.
struct Asked {
    UserHistory history;
    std::vector<Moment> moments;
    std::vector<ItemIndex> items = allItems(history);
    Lag lag {};
    std::uint64_t seed = 1;
    test::SequenceCounter sequences {};

    std::unique_ptr<Baseline> make(const std::string& id, std::int64_t cadenceDays) const
    {
        auto baseline = findEntry(baselines::baselines(), id)->make({{"cadenceDays", cadenceDays}});
        if (!baseline->prepare(history))
            qFatal("cannot be prepared");
        return baseline;
    }
    Result<std::vector<DueUpdate>> train(Baseline& baseline, std::vector<bool> isOpen = {},
                                         const JobContext& context = {}) const
    {
        return baseline.train(
            {.moments = moments, .isOpen = std::move(isOpen), .lag = lag, .seed = seed, .sequences = &sequences},
            context);
    }
    Result<std::vector<double>> score(const Baseline& baseline, const Moment& moment) const
    {
        return baseline.scoreCandidates({.moment = moment, .lag = lag, .candidates = items, .seed = seed});
    }
};

Moment at(UserIndex user, std::int64_t time)
{
    return {.user = user, .time = fromUnix(time), .interaction = {}};
}

/// Share of pairs (an item of the user's parity, another item) that stand in the right order.
double orderedShare(const std::vector<double>& scores, UserIndex user)
{
    double right = 0;
    double pairs = 0;
    for (std::size_t own = user % 2; own < scores.size(); own += 2)
        for (std::size_t other = 1 - user % 2; other < scores.size(); other += 2) {
            right += scores[own] > scores[other] ? 1 : 0;
            pairs += 1;
        }
    return right / pairs;
}

} // namespace

class TestTrainedBaselines : public QObject
{
    Q_OBJECT

private slots:
    void updatesStandACadenceApartFromTheFirstMoment()
    {
        const Asked asked {historyOf(testing::datasetOf(parityRows(1))),
                           {at(0, 5 * day), at(1, 5 * day + 100), at(2, 9 * day), at(3, 15 * day + 7)}};
        for (const auto& id : trainedIds) {
            const auto baseline = asked.make(id, 4);
            const auto updates = asked.train(*baseline);
            REQUIRE_RESULT(updates);
            std::vector<std::pair<std::int64_t, std::size_t>> timeAndMoment;
            for (const auto& due : *updates)
                timeAndMoment.emplace_back(toUnix(due.update.time), due.moment);
            // days 5, 9, 13; two moments share the first
            QVERIFY2(
                timeAndMoment
                    == (std::vector<std::pair<std::int64_t, std::size_t>> {{5 * day, 0}, {9 * day, 2}, {13 * day, 3}}),
                id.c_str());
            // 20 users had 5 events before day 5, and the last user all of its 30; each day brings 20
            const bool goesOn = id == "bpr";
            QCOMPARE(updates->at(0).update.interactions, std::int64_t {130});
            QCOMPARE(updates->at(1).update.interactions, std::int64_t {goesOn ? 80 : 210});
            QCOMPARE(updates->at(2).update.interactions, std::int64_t {goesOn ? 80 : 290});
            for (const auto& due : *updates)
                QVERIFY(due.update.seconds >= 0);
        }
    }

    void noCadenceIsOneUpdateAtTheFirstMoment()
    {
        const Asked asked {historyOf(testing::datasetOf(parityRows(1))), {at(2, 9 * day), at(0, 5 * day)}};
        for (const auto& id : trainedIds) {
            const auto updates = asked.train(*asked.make(id, 0));
            REQUIRE_RESULT(updates);
            QCOMPARE(updates->size(), std::size_t {1});
            QCOMPARE(toUnix(updates->front().update.time), 5 * day);
            QCOMPARE(updates->front().moment, std::size_t {0}); // both need it
        }
    }

    void onlyOpenMomentsAreTrainedForAndGetTheSameScores()
    {
        const Asked asked {historyOf(testing::datasetOf(parityRows(2))),
                           {at(0, 5 * day), at(1, 10 * day), at(2, 15 * day), at(3, 16 * day)}};
        for (const auto& id : trainedIds) {
            const auto whole = asked.make(id, 3);
            REQUIRE_RESULT(asked.train(*whole));
            const auto resumed = asked.make(id, 3);
            const auto updates = asked.train(*resumed, {false, false, true, true});
            REQUIRE_RESULT(updates);
            if (id != "bpr") // which needs those before
                QCOMPARE(updates->size(), std::size_t {1});
            for (const std::size_t moment : {3U, 2U}) // in another order
                QVERIFY(asked.score(*whole, asked.moments[moment]).value()
                        == asked.score(*resumed, asked.moments[moment]).value());
            COMPARE_ERROR(asked.score(*resumed, asked.moments[0]), ErrorCode::BadArgument);
            const auto none = asked.train(*asked.make(id, 3), {false, false, false, false});
            QVERIFY(none.has_value() && none->empty());
        }
    }

    void sameSeedSameScoresAnotherSeedOthers()
    {
        Asked asked {historyOf(testing::datasetOf(parityRows(3))), {at(0, 10 * day)}};
        for (const auto& id : {std::string("bpr"), std::string("mf")}) {
            const auto scoresNow = [&] {
                const auto baseline = asked.make(id, 0);
                return asked.train(*baseline) ? asked.score(*baseline, asked.moments[0]).value()
                                              : std::vector<double> {};
            };
            asked.seed = 1;
            const auto first = scoresNow();
            QVERIFY(!first.empty() && first == scoresNow());
            asked.seed = 2;
            QVERIFY(first != scoresNow());
        }
    }

    /// Whatever happens from an update on, other labels, other items, other users, changes no score that uses it; nor
    /// does what others do after it, up to the query.
    void nothingFromTheUpdateOnCounts()
    {
        RandomStream stream(5, "leak");
        for (std::uint64_t round = 0; round < 6; ++round) {
            const auto rows = parityRows(round, 8, 12, 12);
            const auto query = static_cast<std::int64_t>(6 + stream.index(6)) * day + 4;
            const std::int64_t update = 4 * day + 3; // the only one: a cadence of 100 days
            auto changed = rows;
            std::erase_if(changed, [&](const testing::Row& row) { return row.time >= update && stream.index(3) == 0; });
            for (auto& row : changed)
                if (row.time >= update && row.user != 1)
                    row.rating = static_cast<float>(1 + stream.index(5));
            // user 1, who asks, keeps the past up to the query: a query shows the network what was liked until then
            std::erase_if(changed, [](const testing::Row& row) { return row.user == 1; });
            for (const auto& row : rows)
                if (row.user == 1 && row.time < query)
                    changed.push_back(row);
            const std::vector<Moment> moments {at(3, update), at(1, query)};
            const Asked before {historyOf(testing::datasetOf(rows)), moments};
            const Asked after {historyOf(testing::datasetOf(changed)), moments};
            for (const auto& id : trainedIds) {
                const auto a = before.make(id, 100);
                const auto b = after.make(id, 100);
                REQUIRE_RESULT(before.train(*a));
                REQUIRE_RESULT(after.train(*b));
                QVERIFY2(before.score(*a, moments[1]).value() == after.score(*b, moments[1]).value(), id.c_str());
            }
        }
    }

    void aLagKeepsModelsFromWhatItHides()
    {
        const auto history = historyOf(testing::datasetOf(parityRows(4)));
        // 4 days before day 10, and the first of the user's own 3 newest events: both are early on day 6 or 7
        for (const Lag lag : {Lag {Lag::Unit::Days, 4}, Lag {Lag::Unit::Events, 3}}) {
            const Asked asked {history, {at(0, 10 * day)}, allItems(history), lag};
            for (const auto& id : trainedIds) {
                const auto updates = asked.train(*asked.make(id, 1));
                REQUIRE_RESULT(updates);
                QCOMPARE(updates->size(), std::size_t {1});
                const auto time = toUnix(updates->front().update.time);
                QCOMPARE(time, lag.unit == Lag::Unit::Days ? 6 * day + 1 : 7 * day);
            }
        }
    }

    void factorsLearnWhoLikesWhat()
    {
        const Asked asked {historyOf(testing::datasetOf(parityRows(6, 40, 30, 24))), {at(0, 24 * day)}};
        const std::map<std::string, ParameterValues> settings {
            {"mf", {{"cadenceDays", std::int64_t {0}}, {"passes", std::int64_t {200}}, {"learningRate", 0.02}}},
            {"bpr", {{"cadenceDays", std::int64_t {0}}, {"passes", std::int64_t {60}}}}};
        for (const auto& [id, values] : settings) {
            const auto baseline = findEntry(baselines::baselines(), id)->make(values);
            REQUIRE_RESULT(baseline->prepare(asked.history));
            REQUIRE_RESULT(asked.train(*baseline));
            double share = 0;
            for (UserIndex user = 0; user < 40; ++user)
                share += orderedShare(asked.score(*baseline, at(user, 24 * day)).value(), user) / 40;
            QVERIFY2(share > 0.9, (id + " " + std::to_string(share)).c_str());
        }
    }

    void onlineUpdatesFollowAChange()
    {
        // From day 12 on everyone likes the other parity.
        auto rows = parityRows(7, 40, 40, 36);
        for (auto& row : rows)
            if (row.time >= 12 * day)
                row.rating = row.rating > 3 ? 1 : 5;
        const Asked asked {historyOf(testing::datasetOf(rows)), {at(0, 12 * day), at(0, 36 * day)}};
        const auto baseline = asked.make("bpr", 3);
        REQUIRE_RESULT(asked.train(*baseline));
        double before = 0;
        double after = 0;
        for (UserIndex user = 0; user < 40; ++user) {
            before += orderedShare(asked.score(*baseline, at(user, 12 * day)).value(), user) / 40;
            after += orderedShare(asked.score(*baseline, at(user, 36 * day)).value(), user) / 40;
        }
        QVERIFY2(before > 0.6 && after < 0.4, (std::to_string(before) + " " + std::to_string(after)).c_str());
    }

    void heldOutDaysStopTheTraining()
    {
        // The days held out say the opposite of all before: the pass that fits them best has learned the least.
        auto rows = parityRows(8, 20, 30, 20);
        for (auto& row : rows)
            if (row.time >= 15 * day)
                row.rating = row.rating > 3 ? 1 : 5;
        const Asked asked {historyOf(testing::datasetOf(rows)), {at(0, 20 * day), at(0, 15 * day)}};
        const auto shareAfter = [&](std::int64_t heldOutDays, const Moment& moment) {
            const auto baseline = findEntry(baselines::baselines(), "mf")
                                      ->make({{"cadenceDays", std::int64_t {5}},
                                              {"learningRate", 0.02},
                                              {"passes", std::int64_t {100}},
                                              {"patience", std::int64_t {100}},
                                              {"heldOutDays", heldOutDays}});
            if (!baseline->prepare(asked.history) || !asked.train(*baseline))
                qFatal("cannot be trained");
            return orderedShare(asked.score(*baseline, moment).value(), 0);
        };
        QVERIFY(shareAfter(0, asked.moments[1]) > 0.8); // of what came before
        QVERIFY(shareAfter(5, asked.moments[0]) < 0.7);
    }

    void beforeAnyInteractionAllScoreTheSame()
    {
        const Asked asked {historyOf(testing::datasetOf({{0, 0, 5, 10}, {0, 1, 1, 20}})), {at(0, 5)}};
        for (const auto& id : trainedIds) {
            const auto baseline = asked.make(id, 0);
            REQUIRE_RESULT(asked.train(*baseline));
            const auto scores = asked.score(*baseline, asked.moments[0]).value();
            QCOMPARE(scores[0], scores[1]);
        }
    }

    void untrainedMomentsAreRefused()
    {
        const Asked asked {historyOf(testing::datasetOf(parityRows(9))), {at(0, 10 * day)}};
        for (const auto& id : trainedIds) {
            const auto baseline = asked.make(id, 5);
            COMPARE_ERROR(asked.score(*baseline, asked.moments[0]), ErrorCode::BadArgument);
            REQUIRE_RESULT(asked.train(*baseline));
            QVERIFY(asked.score(*baseline, asked.moments[0]).has_value());
            COMPARE_ERROR(asked.score(*baseline, at(0, 9 * day)), ErrorCode::BadArgument);
            COMPARE_ERROR(asked.score(*baseline, at(0, 15 * day)), ErrorCode::BadArgument);
        }
    }

    void stopEndsTheTraining()
    {
        const Asked asked {historyOf(testing::datasetOf(parityRows(9))), {at(0, 10 * day)}};
        for (const auto& id : trainedIds) {
            std::stop_source stop;
            JobContext context {.stop = stop.get_token(), .report = [&stop](const Progress& progress) {
                                    QCOMPARE(progress.total, std::int64_t {1});
                                    stop.request_stop();
                                }};
            COMPARE_ERROR(asked.train(*asked.make(id, 0), {}, context), ErrorCode::Cancelled);
        }
    }

    void aNetworkNeedsATrainer()
    {
        const auto history = historyOf(testing::datasetOf(parityRows(9)));
        SasRec baseline({});
        REQUIRE_RESULT(baseline.prepare(history));
        const std::vector<Moment> moments {at(0, day)};
        const auto updates = baseline.train({.moments = moments}, {});
        COMPARE_ERROR(updates, ErrorCode::BadArgument);
        QVERIFY(updates.error().message.find("libtorch") != std::string::npos);
    }

    void tooManyModelsAreRefusedBeforeTheyFillTheMemory()
    {
        auto rows = parityRows(10, 20, 30, 20);
        rows.push_back({100'000, 0, 5, 400 * day});
        std::vector<Moment> moments;
        for (std::int64_t i = 0; i < 400; ++i)
            moments.push_back(at(0, (i + 1) * day));
        const Asked asked {historyOf(testing::datasetOf(rows)), moments};
        const auto updates = asked.train(*asked.make("mf", 1));
        COMPARE_ERROR(updates, ErrorCode::TooLarge);
        QVERIFY(updates.error().message.find("cadenceDays") != std::string::npos);
    }

    void windowsShowLikesStrictlyBeforeTheTarget()
    {
        // One user likes items 0, 1, 2, ... but item 2; items 3 and 4 share a second.
        const auto history = historyOf(testing::datasetOf(
            {{0, 0, 5, 10}, {0, 1, 5, 20}, {0, 2, 1, 30}, {0, 3, 5, 40}, {0, 4, 5, 40}, {0, 5, 5, 50}, {0, 6, 5, 60}}));
        const auto windows = windowsOf(history, 0, 7, 3);
        // windows of at most 3 likes begin at every like; the likes before each target: none, 0, 01, 01, 01, 0134 and
        // 01345, of which the last 3 are shown
        QCOMPARE(windows.size(), std::size_t {3});
        const auto check = [](const SequenceWindow& window, std::vector<ItemIndex> items,
                              std::vector<std::pair<std::size_t, ItemIndex>> targets) {
            std::vector<std::pair<std::size_t, ItemIndex>> found;
            for (const auto& target : window.targets) {
                found.emplace_back(target.known, target.item);
                if (target.isLiked == (target.item == 2))
                    return false;
            }
            return window.items == items && found == targets;
        };
        QVERIFY(check(windows[0], {0, 1}, {{0, 0}, {1, 1}, {2, 2}, {2, 3}, {2, 4}}));
        QVERIFY(check(windows[1], {1, 3, 4}, {{3, 5}}));
        QVERIFY(check(windows[2], {3, 4, 5}, {{3, 6}}));
        // Targets of a part only, with what was liked before it.
        const auto part = windowsOf(history, 5, 6, 3);
        QCOMPARE(part.size(), std::size_t {1});
        QVERIFY(check(part[0], {1, 3, 4}, {{3, 5}}));
    }
};

QTEST_APPLESS_MAIN(TestTrainedBaselines)
#include "tst_trainedbaselines.moc"
