// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/candidates.h"

#include <QtTest>

#include <array>
#include <set>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

class TestCandidates : public QObject
{
    Q_OBJECT

private slots:
    void neverHoldWhatTheUserHasMet()
    {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            const auto dataset = randomDataset(seed);
            const auto prepared = prepare(smallExperiment(seed), dataset);
            for (const auto& query : prepared.queries) {
                const auto candidates = prepared.candidates.draw(query);
                QCOMPARE(candidates.items[candidates.target], query.target);
                std::set<data::ItemIndex> seen(candidates.items.begin(), candidates.items.end());
                QCOMPARE(seen.size(), candidates.items.size());
                for (const auto interaction : dataset->ofUser(query.moment.user))
                    if (dataset->time(interaction) <= query.moment.time && dataset->item(interaction) != query.target)
                        QVERIFY(!seen.contains(dataset->item(interaction)));
                for (const auto item : candidates.items)
                    QVERIFY(*dataset->firstSeen(item) <= query.moment.time);
                if (!query.isLiked)
                    QCOMPARE(candidates.items.size(), std::size_t {1});
            }
        }
    }

    void dependOnSeedAndMomentAlone()
    {
        const auto dataset = randomDataset(3);
        auto few = smallExperiment();
        few.replay.maxUsers = 3;
        const auto all = prepare(smallExperiment(), dataset);
        const auto part = prepare(few, dataset);
        int compared = 0;
        for (const auto& a : all.queries)
            for (const auto& b : part.queries)
                if (a.moment.interaction == b.moment.interaction) {
                    QVERIFY(all.candidates.draw(a).items == part.candidates.draw(b).items);
                    ++compared;
                }
        QVERIFY(compared > 0);
        const CandidateSampler other(dataset, 99, 8);
        int different = 0;
        for (const auto& query : all.queries)
            different += query.isLiked && other.draw(query).items != all.candidates.draw(query).items ? 1 : 0;
        QVERIFY(different > 0);
    }

    void fewerWhereTheCatalogueIsShort()
    {
        const auto dataset = randomDataset(1, 12, 20);
        const CandidateSampler sampler(dataset, 1, 1000);
        const auto prepared = prepare(smallExperiment(), dataset);
        for (const auto& query : prepared.queries) {
            if (!query.isLiked)
                continue;
            std::set<data::ItemIndex> expected {query.target};
            for (data::ItemIndex item = 0; item < dataset->itemCount(); ++item)
                if (dataset->firstSeen(item) && *dataset->firstSeen(item) <= query.moment.time)
                    expected.insert(item);
            for (const auto interaction : dataset->ofUser(query.moment.user))
                if (dataset->time(interaction) <= query.moment.time && dataset->item(interaction) != query.target)
                    expected.erase(dataset->item(interaction));
            const auto drawn = sampler.draw(query).items;
            QVERIFY(std::set<data::ItemIndex>(drawn.begin(), drawn.end()) == expected);
        }
    }

    void targetStandsAnywhereAndOthersAreEvenlyDrawn()
    {
        const auto dataset = randomDataset(4, 40, 100, false);
        auto experiment = smallExperiment();
        experiment.replay.pointwise = false;
        experiment.replay.queriesPerUser = 0;
        std::array<int, 8> positions {};
        int total = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            experiment.seed = seed;
            const auto prepared = prepare(experiment, dataset);
            for (const auto& query : prepared.queries) {
                const auto candidates = prepared.candidates.draw(query);
                if (candidates.items.size() != 8)
                    continue;
                ++positions[candidates.target];
                ++total;
            }
        }
        // Chi-square with 7 degrees of freedom exceeds 24.3 once in a thousand; the seeds are fixed.
        const double expected = total / 8.0;
        double chiSquare = 0;
        for (const int count : positions)
            chiSquare += (count - expected) * (count - expected) / expected;
        QVERIFY(total > 1000);
        QVERIFY2(chiSquare < 24.3, qPrintable(QString::number(chiSquare)));
    }
};

QTEST_APPLESS_MAIN(TestCandidates)
#include "tst_candidates.moc"
