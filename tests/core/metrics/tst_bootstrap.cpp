// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/metrics/bootstrap.h"
#include "core/metrics/metricregistry.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace driftscope;
using namespace driftscope::metrics;

namespace {

const char* const allMetrics[] = {"hr@3", "recall@3", "precision@3", "ndcg@5",  "map@5", "mrr",
                                  "auc",  "uauc",     "gauc",        "logloss", "ece@5"};

/// Labelled rows with lists; `users` users of unequal length, each with a taste of its own.
std::vector<ScoredQuery> sample(std::size_t users, std::uint64_t seed, std::size_t most = 6)
{
    RandomStream random(seed, "sample");
    std::vector<ScoredQuery> queries;
    for (std::uint32_t user = 0; user < users; ++user) {
        const double taste = random.uniform();
        const std::size_t rows = 1 + random.index(most);
        for (std::size_t row = 0; row < rows; ++row) {
            ScoredQuery query;
            query.user = user * 3 + 5;
            query.eventIndex = static_cast<std::int64_t>(row);
            query.isPointwise = true;
            query.label = random.uniform() < 0.5;
            query.logOdds = std::floor(8 * (random.uniform() + (query.label ? taste : 0))) / 4;
            for (int i = 0; i < 10; ++i)
                query.scores.push_back(std::floor(5 * random.uniform()));
            query.scores[4] += 2 * taste;
            query.relevant = {4};
            query.totalRelevant = 1;
            queries.push_back(query);
        }
    }
    return queries;
}

std::unique_ptr<Metric> metricOf(const char* spelling)
{
    return std::move(*makeMetric(spelling));
}

} // namespace

class TestBootstrap : public QObject
{
    Q_OBJECT

private slots:
    void fastResamplesEqualRepeatedQueries_data()
    {
        QTest::addColumn<QString>("spelling");
        for (const char* spelling : allMetrics)
            QTest::newRow(spelling) << spelling;
    }

    void fastResamplesEqualRepeatedQueries()
    {
        QFETCH(QString, spelling);
        const auto metric = metricOf(spelling.toStdString().c_str());
        const auto queries = sample(15, 3);
        const ClusteredQueries clustered = clusterByUser(*metric, pointersTo(queries));
        const auto fast = metric->resampled(clustered);
        const auto slow = metric->Metric::resampled(clustered);
        RandomStream random(1, "draws");
        for (int round = 0; round < 20; ++round) {
            std::vector<std::uint32_t> multiplicity(clustered.clusters(), 0);
            for (std::size_t i = 0; i < multiplicity.size(); ++i)
                ++multiplicity[random.index(multiplicity.size())];
            const auto expected = slow->value(multiplicity);
            const auto got = fast->value(multiplicity);
            QCOMPARE(got.has_value(), expected.has_value());
            if (got)
                QVERIFY2(std::abs(*got - *expected) < 1e-12, qPrintable(QString::number(*got - *expected)));
        }
    }

    void intervalHoldsTheValue()
    {
        const auto queries = sample(60, 4);
        const auto pointers = pointersTo(queries);
        for (const char* spelling : allMetrics) {
            const auto metric = metricOf(spelling);
            const auto interval = bootstrapInterval(*metric, pointers);
            const double value = *metric->compute(pointers).value;
            QVERIFY2(interval.has_value(), spelling);
            QVERIFY2(interval->low < interval->high, spelling);
            // ECE is biased upwards under resampling, so its interval need not hold the value.
            if (std::string(spelling) != "ece@5")
                QVERIFY2(interval->low <= value && value <= interval->high, spelling);
        }
    }

    void dependsOnSeedAndDataAlone()
    {
        auto queries = sample(30, 5);
        const auto metric = metricOf("ndcg@5");
        const auto first = bootstrapInterval(*metric, pointersTo(queries), {.seed = 9});
        RandomStream random(2, "order");
        random.shuffle(queries);
        const auto second = bootstrapInterval(*metric, pointersTo(queries), {.seed = 9});
        const auto third = bootstrapInterval(*metric, pointersTo(queries), {.seed = 10});
        QVERIFY(std::abs(first->low - second->low) < 1e-12);
        QVERIFY(std::abs(first->high - second->high) < 1e-12);
        QVERIFY(std::abs(first->low - third->low) > 1e-12);
    }

    void resamplesUsersNotRows()
    {
        // Ten users with 50 equal rows each: rows say n = 500, users say n = 10.
        std::vector<ScoredQuery> queries;
        for (std::uint32_t user = 0; user < 10; ++user) {
            for (int row = 0; row < 50; ++row) {
                ScoredQuery query;
                query.user = user;
                query.scores = {1, user % 2 == 0 ? 0.0 : 2.0};
                query.relevant = {0};
                queries.push_back(query);
            }
        }
        const auto interval = bootstrapInterval(*metricOf("hr@1"), pointersTo(queries));
        QVERIFY(interval->low <= 0.2 && interval->high >= 0.8);
    }

    void closeToTheNormalIntervalOfAMean()
    {
        // 400 users, one list each, hit with chance 0.5: standard error 0.025.
        std::vector<ScoredQuery> queries;
        for (std::uint32_t user = 0; user < 400; ++user) {
            ScoredQuery query;
            query.user = user;
            query.scores = {1, user % 2 == 0 ? 0.0 : 2.0};
            query.relevant = {0};
            queries.push_back(query);
        }
        const auto interval = bootstrapInterval(*metricOf("hr@1"), pointersTo(queries), {.resamples = 2000});
        QVERIFY(std::abs(interval->low - (0.5 - 1.96 * 0.025)) < 0.008);
        QVERIFY(std::abs(interval->high - (0.5 + 1.96 * 0.025)) < 0.008);
    }

    void oneUserHasNoInterval()
    {
        const auto queries = sample(1, 6);
        QVERIFY(!bootstrapInterval(*metricOf("hr@3"), pointersTo(queries)));
        QVERIFY(!bootstrapInterval(*metricOf("hr@3"), {}));
    }

    void noResamplesNoInterval()
    {
        const auto queries = sample(10, 6);
        QVERIFY(!bootstrapInterval(*metricOf("hr@3"), pointersTo(queries), {.resamples = 0}));
    }

    void undefinedMetricHasNoInterval()
    {
        auto queries = sample(10, 6);
        for (auto& query : queries)
            query.label = true;
        QVERIFY(!bootstrapInterval(*metricOf("auc"), pointersTo(queries)));
        queries[0].logOdds = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(!bootstrapInterval(*metricOf("auc"), pointersTo(queries)));
        QVERIFY(!bootstrapInterval(*metricOf("uauc"), pointersTo(queries)));
        QVERIFY(!bootstrapInterval(*metricOf("logloss"), pointersTo(queries)));
    }

    void sameArmDiffersByExactlyNothing()
    {
        const auto queries = sample(40, 7);
        for (const char* spelling : allMetrics) {
            const auto result = pairedDifference(*metricOf(spelling), pointersTo(queries), pointersTo(queries));
            QCOMPARE(*result.difference, 0.0);
            QCOMPARE(result.interval->low, 0.0);
            QCOMPARE(result.interval->high, 0.0);
        }
    }

    void constantGainIsCertainWhenPaired()
    {
        // Users differ a lot, but each gains exactly 1/2: pairing leaves no doubt, unpaired intervals overlap.
        std::vector<ScoredQuery> a;
        std::vector<ScoredQuery> b;
        for (std::uint32_t user = 0; user < 30; ++user) {
            ScoredQuery query;
            query.user = user;
            query.isPointwise = true;
            query.label = true;
            query.probability = std::exp(-1.0 - user % 10);
            b.push_back(query);
            query.probability = std::exp(-0.5 - user % 10);
            a.push_back(query);
        }
        const auto metric = metricOf("logloss");
        const auto paired = pairedDifference(*metric, pointersTo(a), pointersTo(b));
        QVERIFY(std::abs(*paired.difference + 0.5) < 1e-12);
        QVERIFY(std::abs(paired.interval->low + 0.5) < 1e-9 && std::abs(paired.interval->high + 0.5) < 1e-9);
        QVERIFY(bootstrapInterval(*metric, pointersTo(a))->high > bootstrapInterval(*metric, pointersTo(b))->low);
    }

    void onlyCommonUsersAreCompared()
    {
        auto a = sample(10, 8);
        auto b = a;
        std::erase_if(b, [](const ScoredQuery& query) { return query.user == 5; });
        for (auto& query : a)
            if (query.user == 5)
                query.scores[4] = 100;
        const auto result = pairedDifference(*metricOf("hr@3"), pointersTo(a), pointersTo(b));
        QCOMPARE(result.users, std::size_t {9});
        QCOMPARE(*result.difference, 0.0);
        for (auto& query : b)
            query.user += 1000;
        QCOMPARE(pairedDifference(*metricOf("hr@3"), pointersTo(a), pointersTo(b)).undefined,
                 std::string("no common users"));
    }
};

QTEST_APPLESS_MAIN(TestBootstrap)
#include "tst_bootstrap.moc"
