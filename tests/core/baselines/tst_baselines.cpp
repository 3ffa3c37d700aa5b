// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/baselines/baselineregistry.h"
#include "core/data/planteddrift.h"

#include <QTest>

#include <cmath>
#include <set>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::baselines;
using namespace driftscope::data;

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
        const auto window = ready("popularity", history, {{"days", std::int64_t {2}}});
        QVERIFY(scores(*window, at(9 * day)) == (std::vector {0.0, likes(1), 0.0}));
        QVERIFY(scores(*window, at(3 * day)) == (std::vector {likes(2), 0.0, 0.0}));
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
            const auto all = historyOf(testing::datasetOf(rows));
            const auto known = historyOf(testing::datasetOf(past));
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
                QVERIFY2(scores(*ready(entry.id, all), query) == scores(*ready(entry.id, known), query),
                         entry.id.c_str());
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestBaselines)
#include "tst_baselines.moc"
