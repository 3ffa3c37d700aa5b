// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/randomselector.h"

#include <QTest>

#include <algorithm>
#include <set>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;

namespace {

std::shared_ptr<const data::Dataset> longLife(int events)
{
    std::vector<Row> rows;
    for (int i = 0; i < events; ++i)
        rows.push_back({"u", "item" + std::to_string(i), static_cast<float>(1 + i % 5), i * day});
    return makeDataset(rows);
}

std::vector<data::InteractionIndex> choose(const data::UserHistory& history, const data::Moment& moment, std::size_t k,
                                           std::uint64_t seed, data::Lag lag = {})
{
    std::vector<data::InteractionIndex> chosen;
    const auto choices = *RandomSelector(k).select({history, moment, lag, seed});
    for (const auto& choice : choices)
        chosen.push_back(choice.interaction);
    return chosen;
}

} // namespace

class RandomSelectorTest : public QObject
{
    Q_OBJECT

private slots:
    void sameSeedAndMomentGiveTheSameDraw()
    {
        QCOMPARE(choose(m_history, m_history.momentOf(30), 4, 7), choose(m_history, m_history.momentOf(30), 4, 7));
    }

    void otherSeedsAndMomentsGiveOtherDraws()
    {
        std::set<std::vector<data::InteractionIndex>> draws;
        for (std::uint64_t seed = 0; seed < 20; ++seed)
            draws.insert(choose(m_history, m_history.momentOf(39), 4, seed));
        QVERIFY(draws.size() > 15);
        QVERIFY(choose(m_history, m_history.momentOf(39), 4, 7) != choose(m_history, m_history.momentOf(38), 4, 7));
    }

    void aSmallerKIsPartOfALargerOne()
    {
        const auto few = choose(m_history, m_history.momentOf(39), 3, 7);
        const auto many = choose(m_history, m_history.momentOf(39), 9, 7);
        QVERIFY(std::includes(many.begin(), many.end(), few.begin(), few.end()));
    }

    void shownInTimeOrderWithoutRepeats()
    {
        const auto chosen = choose(m_history, m_history.momentOf(39), 10, 3);
        QCOMPARE(chosen.size(), std::size_t(10));
        QVERIFY(std::is_sorted(chosen.begin(), chosen.end()));
        QVERIFY(std::adjacent_find(chosen.begin(), chosen.end()) == chosen.end());
    }

    void takesAllWhereThereAreFewerThanK()
    {
        QCOMPARE(choose(m_history, m_history.momentOf(2), 4, 1), (std::vector<data::InteractionIndex> {0, 1}));
        QVERIFY(choose(m_history, m_history.momentOf(0), 4, 1).empty());
    }

    void everyEarlierInteractionIsAsLikely()
    {
        constexpr int draws = 4'000;
        std::vector<int> counts(8);
        for (int seed = 0; seed < draws; ++seed)
            for (const auto interaction : choose(m_history, m_history.momentOf(8), 2, static_cast<std::uint64_t>(seed)))
                ++counts[interaction];
        for (const int count : counts) // mean 1000, standard deviation 27
            QVERIFY2(count > 860 && count < 1140, qPrintable(QString::number(count)));
    }

    void theLagIsHonoured()
    {
        const auto chosen = choose(m_history, m_history.momentOf(39), 64, 1, {data::Lag::Unit::Events, 30});
        QCOMPARE(chosen.size(), std::size_t(9));
        QCOMPARE(chosen.back(), data::InteractionIndex(8));
    }

    void eachChoiceSaysWhy()
    {
        const auto choices = *RandomSelector(1).select({m_history, m_history.momentOf(1), {}, 1});
        QCOMPARE(choices.at(0).reason, std::string("drawn at random from 1 earlier interaction, 1 day before"));
        const auto more = *RandomSelector(1).select({m_history, m_history.momentOf(9), {}, 1});
        QVERIFY(more.at(0).reason.starts_with("drawn at random from 9 earlier interactions, "));
    }

    void aMomentWithoutAnInteractionHasADrawOfItsOwn()
    {
        const data::Moment moment {0, fromUnix(20 * day), {}};
        QCOMPARE(choose(m_history, moment, 4, 1), choose(m_history, moment, 4, 1));
        QVERIFY(choose(m_history, moment, 4, 1).back() < 20);
    }

private:
    data::UserHistory m_history = makeHistory(longLife(40));
};

QTEST_APPLESS_MAIN(RandomSelectorTest)
#include "tst_randomselector.moc"
