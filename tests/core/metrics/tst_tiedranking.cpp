// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/metrics/metricregistry.h"
#include "core/metrics/tiedranking.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace driftscope;
using namespace driftscope::metrics;

namespace {

ScoredQuery list(std::vector<double> scores, std::vector<std::uint32_t> relevant, std::uint32_t total = 0)
{
    ScoredQuery query;
    query.scores = std::move(scores);
    query.totalRelevant = std::max(total, static_cast<std::uint32_t>(relevant.size()));
    query.relevant = std::move(relevant);
    return query;
}

/// All measures at k of one definite order of the list.
std::vector<double> measuresOf(const TiedRanking& ranking, std::size_t k)
{
    return {ranking.hitRate(k), ranking.recall(k),           ranking.precision(k),
            ranking.ndcg(k),    ranking.averagePrecision(k), ranking.reciprocalRank(k)};
}

/// The measures computed from a plain 0/1 list, written without any of the tested code.
std::vector<double> plainMeasures(const std::vector<bool>& relevance, std::size_t total, std::size_t k)
{
    double hits = 0, dcg = 0, ap = 0, rr = 0, ideal = 0;
    for (std::size_t i = 0; i < std::min(k, relevance.size()); ++i) {
        if (!relevance[i])
            continue;
        hits += 1;
        dcg += 1 / std::log2(static_cast<double>(i) + 2);
        ap += hits / static_cast<double>(i + 1);
        rr = rr > 0 ? rr : 1 / static_cast<double>(i + 1);
    }
    const std::size_t idealHits = std::min(total, k);
    for (std::size_t i = 0; i < idealHits; ++i)
        ideal += 1 / std::log2(static_cast<double>(i) + 2);
    return {hits > 0 ? 1.0 : 0.0, hits / static_cast<double>(total),   hits / static_cast<double>(k),
            dcg / ideal,          ap / static_cast<double>(idealHits), rr};
}

/// Mean of plainMeasures() over every order of the list that its scores allow.
std::vector<double> enumerated(const ScoredQuery& query, std::size_t k)
{
    std::vector<std::size_t> order(query.scores.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::vector<double> mean(6, 0.0);
    double orders = 0;
    do {
        const bool isAllowed =
            std::ranges::is_sorted(order, std::greater<>(), [&](std::size_t i) { return query.scores[i]; });
        if (!isAllowed)
            continue;
        std::vector<bool> relevance;
        for (const std::size_t i : order)
            relevance.push_back(std::ranges::count(query.relevant, static_cast<std::uint32_t>(i)) > 0);
        const auto values = plainMeasures(relevance, query.totalRelevant, k);
        for (std::size_t m = 0; m < mean.size(); ++m)
            mean[m] += values[m];
        orders += 1;
    } while (std::ranges::next_permutation(order).found);
    for (double& value : mean)
        value /= orders;
    return mean;
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-12;
}

} // namespace

class TestTiedRanking : public QObject
{
    Q_OBJECT

private slots:
    void handWorkedList()
    {
        // By score: item 1 (0.9), items 0 and 3 tied (0.5), item 2 (0.1); item 3 is the relevant one: rank 2 or 3.
        const auto ranking = TiedRanking::of(list({0.5, 0.9, 0.1, 0.5}, {3}));
        QVERIFY(ranking.has_value());
        QCOMPARE(ranking->hitRate(1), 0.0);
        QCOMPARE(ranking->hitRate(2), 0.5);
        QCOMPARE(ranking->hitRate(3), 1.0);
        QVERIFY(isNear(ranking->reciprocalRank(0), (1.0 / 2 + 1.0 / 3) / 2));
        QVERIFY(isNear(ranking->ndcg(10), (1 / std::log2(3.0) + 1 / std::log2(4.0)) / 2));
    }

    void equalScoresGetTheMeanOverAllOrders()
    {
        RandomStream random(7, "lists");
        for (int round = 0; round < 60; ++round) {
            std::vector<double> scores;
            std::vector<std::uint32_t> relevant;
            const std::size_t items = 1 + random.index(6);
            for (std::uint32_t i = 0; i < items; ++i) {
                scores.push_back(static_cast<double>(random.index(3)));
                if (random.index(2) == 0)
                    relevant.push_back(i);
            }
            if (relevant.empty())
                relevant.push_back(0);
            const auto total = static_cast<std::uint32_t>(relevant.size() + random.index(3));
            const ScoredQuery query = list(scores, relevant, total);
            for (std::size_t k = 1; k <= 8; ++k) {
                const auto expected = enumerated(query, k);
                const auto got = measuresOf(*TiedRanking::of(query), k);
                for (std::size_t m = 0; m < got.size(); ++m)
                    QVERIFY2(isNear(got[m], expected[m]),
                             qPrintable(QString("round %1 k %2 measure %3: %4 not %5")
                                            .arg(round)
                                            .arg(k)
                                            .arg(m)
                                            .arg(got[m])
                                            .arg(expected[m])));
            }
        }
    }

    void orderOfCandidatesDoesNotMatter()
    {
        const auto first = TiedRanking::of(list({1, 1, 1, 0, 2}, {0, 4}));
        const auto second = TiedRanking::of(list({2, 0, 1, 1, 1}, {0, 4}));
        for (std::size_t k = 1; k <= 5; ++k)
            QCOMPARE(measuresOf(*first, k), measuresOf(*second, k));
    }

    void negativeZeroTiesWithZero() { QCOMPARE(TiedRanking::of(list({0.0, -0.0}, {1}))->hitRate(1), 0.5); }

    void notANumberIsNotRanked()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(!TiedRanking::of(list({1, nan, 2}, {0})));
        QVERIFY(!TiedRanking::of(list({1, nan, 2}, {1})));
    }

    void positionOutsideTheListIsNotRanked() { QVERIFY(!TiedRanking::of(list({1, 2}, {2}))); }

    void infiniteScoresAreOrdered()
    {
        const double infinity = std::numeric_limits<double>::infinity();
        QCOMPARE(TiedRanking::of(list({-infinity, infinity, 0}, {1}))->hitRate(1), 1.0);
        QCOMPARE(TiedRanking::of(list({-infinity, infinity, 0}, {0}))->hitRate(2), 0.0);
    }

    void relevantItemsOutsideTheListCount()
    {
        const auto ranking = TiedRanking::of(list({2, 1}, {0}, 4));
        QCOMPARE(ranking->recall(2), 0.25);
        QCOMPARE(ranking->averagePrecision(2), 0.5);
    }

    void randomRankerOverTwentyCandidates()
    {
        const auto tied = TiedRanking::allTied(20, 1, 1);
        QVERIFY(isNear(tied.hitRate(1), 0.05));
        QVERIFY(isNear(tied.hitRate(5), 0.25));
        QVERIFY(isNear(tied.hitRate(10), 0.50));
        QVERIFY(std::abs(tied.ndcg(10) - 0.2272) < 5e-5);
    }
};

QTEST_APPLESS_MAIN(TestTiedRanking)
#include "tst_tiedranking.moc"
