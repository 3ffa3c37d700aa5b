// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/baselines/baselineregistry.h"
#include "core/data/planteddrift.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/core/baselines/sequencecounter.h"
#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::baselines;
using namespace driftscope::data;
using driftscope::test::SequenceCounter;

namespace {

constexpr std::int64_t day = 86'400;

UserHistory historyOf(std::shared_ptr<const Dataset> dataset)
{
    return {std::move(dataset), *LabelRule::parse("rating>=4")};
}

std::unique_ptr<Baseline> ready(const std::string& id, const UserHistory& history, const ParameterValues& values = {})
{
    auto baseline = findEntry(baselines::baselines(), id)->make(values);
    const auto prepared = baseline->prepare(history);
    if (!prepared)
        qFatal("%s", prepared.error().message.c_str());
    return baseline;
}

/// As ready(), trained for one moment.
std::unique_ptr<Baseline> trained(const std::string& id, const UserHistory& history, const Moment& moment)
{
    auto baseline = ready(id, history);
    const SequenceCounter sequences;
    const auto updates = baseline->train({.moments = std::span(&moment, 1), .sequences = &sequences}, {});
    if (!updates)
        qFatal("%s", updates.error().message.c_str());
    return baseline;
}

/// Parts with a genre list for each item.
std::shared_ptr<const Dataset> withGenres(const std::vector<testing::Row>& rows, const std::vector<std::string>& genres)
{
    auto parts = testing::partsOf(rows);
    for (ItemIndex item = 0; item < genres.size(); ++item) {
        parts.catalog.intern("i" + std::to_string(item));
        parts.catalog.setAttribute(item, "genres", genres[item]);
    }
    return Dataset::build(std::move(parts)).value();
}

bool areNear(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::ranges::equal(a, b, [](double x, double y) { return std::abs(x - y) < 1e-12; });
}

std::vector<double> scores(const Baseline& baseline, const BaselineQuery& query)
{
    return baseline.scoreCandidates(query).value();
}

/// The score of so many likes, computed as the baseline does: a folded constant may differ in the last digit.
double likes(double count)
{
    const volatile double number = count;
    return std::log1p(number);
}

PlantedDrift planted()
{
    PlantedDriftPlan plan;
    plan.users = 30;
    plan.items = 240;
    plan.genres = 8;
    plan.eventsPerUser = 40;
    plan.lives = {TasteLife::Abrupt};
    return generatePlantedDrift(plan).value();
}

} // namespace

class TestBaselines : public QObject
{
    Q_OBJECT

private slots:
    void entriesAreDescribed()
    {
        std::set<std::string> ids;
        for (const auto& entry : baselines::baselines()) {
            QVERIFY(ids.insert(entry.id).second);
            QVERIFY(!entry.title.empty() && entry.help.ends_with('.'));
            QCOMPARE(knowsTruth(entry.id), entry.id == "oracle" || entry.id == "stale-oracle");
        }
        QVERIFY(!knowsTruth("model"));
    }

    void popularityCountsLikesStrictlyBefore()
    {
        // item 0: liked at days 1, 2 and 9; item 1: liked at day 8, disliked at day 2; item 2: never
        const auto history = historyOf(testing::datasetOf({{0, 0, 5, 1 * day},
                                                           {1, 0, 5, 2 * day},
                                                           {1, 1, 1, 2 * day},
                                                           {0, 1, 4, 8 * day},
                                                           {2, 0, 5, 9 * day},
                                                           {3, 2, 2, 9 * day}}));
        const std::vector<ItemIndex> items {0, 1, 2};
        const auto at = [&](std::int64_t time, Lag lag = {}) {
            return BaselineQuery {.moment = {.user = 3, .time = fromUnix(time), .interaction = {}},
                                  .lag = lag,
                                  .candidates = items,
                                  .seed = 1};
        };
        const auto ever = ready("popularity", history);
        QVERIFY(scores(*ever, at(9 * day)) == (std::vector {likes(2), likes(1), 0.0}));
        QVERIFY(scores(*ever, at(9 * day + 1)) == (std::vector {likes(3), likes(1), 0.0}));
        QVERIFY(scores(*ever, at(0)) == (std::vector {0.0, 0.0, 0.0}));
        QVERIFY(scores(*ever, at(9 * day, {Lag::Unit::Days, 2})) == (std::vector {likes(2), 0.0, 0.0}));
        // user 0 had two events; the last one is hidden, and so is all that happened from it on
        const BaselineQuery stale {.moment = {.user = 0, .time = fromUnix(9 * day), .interaction = {}},
                                   .lag = {Lag::Unit::Events, 1},
                                   .candidates = items,
                                   .seed = 1};
        QVERIFY(scores(*ever, stale) == (std::vector {likes(2), 0.0, 0.0}));
        // what happened just as many days before as the lag hides is known
        QVERIFY(scores(*ever, at(10 * day, {Lag::Unit::Days, 2})) == (std::vector {likes(2), likes(1), 0.0}));
        QVERIFY(scores(*ever, at(9 * day, {Lag::Unit::Days, 1'000'000'000})) == (std::vector {0.0, 0.0, 0.0}));
        const auto window = ready("popularity", history, {{"days", std::int64_t {2}}});
        QVERIFY(scores(*window, at(9 * day)) == (std::vector {0.0, likes(1), 0.0}));
        QVERIFY(scores(*window, at(3 * day)) == (std::vector {likes(2), 0.0, 0.0}));
    }

    void genresAreLikedLessDislikedTheNewestMost()
    {
        // Half-life 1 weighs the three events, oldest first, 1/4, 1/2 and 1: liked A; disliked A and B; liked B.
        const auto history = historyOf(withGenres({{0, 0, 5, 1}, {0, 1, 1, 2}, {0, 2, 5, 3}, {0, 3, 5, 4}},
                                                  {"A", "A, B", "B", "A", "A, B", "C", ""}));
        const std::vector<ItemIndex> items {3, 2, 4, 5, 6};
        BaselineQuery query {.moment = history.momentOf(3), .lag = {}, .candidates = items, .seed = 1};
        const auto recent = ready("genre-recency", history, {{"halfLife", 1.0}});
        const double a = (0.25 - 0.5) / 1.75;
        const double b = (-0.5 + 1) / 1.75;
        QVERIFY(areNear(scores(*recent, query), {a, b, (a + b) / 2, 0, 0}));
        const auto even = ready("genre-recency", history, {{"halfLife", 0.0}});
        QVERIFY(areNear(scores(*even, query), {0, 0, 0, 0, 0}));
        query.lag = {Lag::Unit::Events, 1};
        QVERIFY(areNear(scores(*even, query), {0, -0.5, -0.25, 0, 0}));
        query.lag = {Lag::Unit::Events, 9};
        QVERIFY(areNear(scores(*even, query), {0, 0, 0, 0, 0}));
    }

    void recencyOfGenreNeedsGenres()
    {
        const auto history = historyOf(testing::datasetOf({{0, 0, 5, 1}}));
        const auto prepared = findEntry(baselines::baselines(), "genre-recency")->make({})->prepare(history);
        COMPARE_ERROR(prepared, ErrorCode::Inconsistent);
        QVERIFY(prepared.error().message.find("genres") != std::string::npos);
    }

    void neighboursAreItemsThatTheSameUsersLiked()
    {
        // Likers at time 10: item 0: u0 u1 u2; item 1: u0 u1; item 2: u1 u3; item 3: u3 (u1 disliked it); item 4: none.
        // User 0 likes items 0 and 1.
        const auto history = historyOf(testing::datasetOf({{0, 0, 5, 1},
                                                           {1, 0, 5, 2},
                                                           {2, 0, 4, 3},
                                                           {0, 1, 5, 4},
                                                           {1, 1, 5, 5},
                                                           {1, 2, 5, 6},
                                                           {3, 2, 5, 7},
                                                           {3, 3, 5, 8},
                                                           {1, 3, 1, 9},
                                                           {2, 2, 5, 10},
                                                           {2, 4, 5, 11}}));
        const std::vector<ItemIndex> items {2, 3, 4};
        BaselineQuery query {
            .moment = {.user = 0, .time = fromUnix(10), .interaction = {}}, .lag = {}, .candidates = items, .seed = 1};
        const double toFirst = 1 / std::sqrt(2.0 * 3.0); // u1 of {u1, u3} and {u0, u1, u2}
        const double toSecond = 1 / std::sqrt(2.0 * 2.0);
        const auto all = ready("item-knn", history, {{"neighbours", std::int64_t {0}}});
        QVERIFY(areNear(scores(*all, query), {toFirst + toSecond, 0, 0}));
        const auto nearest = ready("item-knn", history, {{"neighbours", std::int64_t {1}}});
        QVERIFY(areNear(scores(*nearest, query), {toSecond, 0, 0}));
        query.moment.time = fromUnix(11); // now u2 likes item 2 too
        QVERIFY(areNear(scores(*all, query), {2 / std::sqrt(3.0 * 3.0) + 1 / std::sqrt(3.0 * 2.0), 0, 0}));
        query.lag = {Lag::Unit::Events, 1}; // all since user 0 liked item 1 is hidden, that too
        QVERIFY(areNear(scores(*all, query), {0, 0, 0}));
    }

    void randomDependsOnTheQueryAlone()
    {
        const auto history = historyOf(testing::datasetOf({{0, 0, 5, 1}, {0, 1, 5, 2}}));
        const auto random = ready("random", history);
        const std::vector<ItemIndex> items {0, 1};
        const std::vector<ItemIndex> turned {1, 0};
        BaselineQuery query {.moment = history.momentOf(1), .lag = {}, .candidates = items, .seed = 7};
        const auto first = scores(*random, query);
        QVERIFY(first == scores(*random, query));
        query.candidates = turned;
        QVERIFY(scores(*random, query) == (std::vector {first[1], first[0]}));
        query.seed = 8;
        QVERIFY(scores(*random, query) != (std::vector {first[1], first[0]}));
    }

    void oraclesKnowTheTasteAndTheOneBefore()
    {
        const auto drift = planted();
        const auto history = historyOf(drift.dataset);
        const DriftTruth& truth = *drift.dataset->truth();
        const auto oracle = ready("oracle", history);
        const auto stale = ready("stale-oracle", history);
        std::vector<ItemIndex> items;
        for (ItemIndex item = 0; item < drift.dataset->itemCount(); ++item)
            items.push_back(item);
        const double sure = std::log(0.95 / 0.05); // 5 % label noise
        for (const std::size_t event : {0U, 5U, 20U, 27U, 38U}) {
            for (UserIndex user = 0; user < drift.dataset->userCount(); ++user) {
                const auto own = drift.dataset->ofUser(user);
                if (event >= own.size())
                    continue;
                const BaselineQuery query {
                    .moment = history.momentOf(own[event]), .lag = {}, .candidates = items, .seed = 1};
                const auto now = scores(*oracle, query);
                const auto before = scores(*stale, query);
                const auto begun = truth.users[user].shiftsUpTo(event);
                const Taste& taste = truth.users[user].before(begun);
                const Taste& earlier = truth.users[user].before(begun == 0 ? 0 : begun - 1);
                for (const ItemIndex item : items) {
                    const GenreIndex genre = truth.genreOfItem[item];
                    QVERIFY(std::abs(now[item] - (taste.likes(genre) ? sure : -sure)) < 1e-9);
                    QVERIFY(std::abs(before[item] - (earlier.likes(genre) ? sure : -sure)) < 1e-9);
                }
            }
        }
    }

    void oraclesNeedTheTruth()
    {
        const auto history = historyOf(testing::datasetOf({{0, 0, 5, 1}}));
        for (const char* const id : {"oracle", "stale-oracle"}) {
            const auto prepared = findEntry(baselines::baselines(), id)->make({})->prepare(history);
            COMPARE_ERROR(prepared, ErrorCode::Inconsistent);
            QVERIFY(prepared.error().message.find("truth.json") != std::string::npos);
        }
    }

    /// What happens at or after a moment changes no score of a baseline that does not know the truth.
    void nothingOfTheFutureCounts()
    {
        RandomStream stream(11, "future");
        for (int round = 0; round < 20; ++round) {
            std::vector<testing::Row> rows;
            for (int i = 0; i < 200; ++i)
                rows.push_back({static_cast<UserIndex>(stream.index(8)), static_cast<ItemIndex>(stream.index(60)),
                                static_cast<float>(1 + stream.index(5)), static_cast<std::int64_t>(stream.index(100))});
            rows.push_back({0, 59, 1, 0}); // so that all items are there in both
            auto past = rows;
            const auto moment = static_cast<std::int64_t>(20 + stream.index(60));
            std::erase_if(past, [moment](const testing::Row& row) { return row.time >= moment; });
            std::vector<std::string> genres;
            for (int item = 0; item < 60; ++item)
                genres.push_back(item % 2 == 0 ? "A" : "B, C");
            const auto all = historyOf(withGenres(rows, genres));
            const auto known = historyOf(withGenres(past, genres));
            std::vector<ItemIndex> items;
            for (ItemIndex item = 0; item < 60; ++item)
                items.push_back(item);
            const BaselineQuery query {.moment = {.user = 0, .time = fromUnix(moment), .interaction = {}},
                                       .lag = {},
                                       .candidates = items,
                                       .seed = 1};
            for (const auto& entry : baselines::baselines()) {
                if (knowsTruth(entry.id))
                    continue;
                QVERIFY2(scores(*trained(entry.id, all, query.moment), query)
                             == scores(*trained(entry.id, known, query.moment), query),
                         entry.id.c_str());
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestBaselines)
#include "tst_baselines.moc"
