// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/simulate/attribution.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace driftscope;
using namespace driftscope::simulate;

namespace {

bool hasPlayer(Coalition coalition, std::size_t player)
{
    return (coalition >> player & 1U) != 0;
}

/// A game from the value of one coalition.
template<typename Value>
CoalitionValues game(Value value)
{
    return [value](std::span<const Coalition> coalitions) -> Result<std::vector<double>> {
        std::vector<double> values;
        for (const Coalition coalition : coalitions)
            values.push_back(value(coalition));
        return values;
    };
}

/// Every coalition has a value of its own.
double randomValue(Coalition coalition)
{
    return RandomStream(7, "game", {coalition}).uniform();
}

bool isClose(double a, double b)
{
    return std::abs(a - b) < 1e-12;
}

} // namespace

class TestAttribution : public QObject
{
    Q_OBJECT

private slots:
    /// Players 0 and 1 have a left glove each, player 2 a right one; a pair is worth 1. By hand: of six orders, player
    /// 2 completes a pair in the four where it does not come first, and players 0 and 1 in one each: 4/6, 1/6, 1/6.
    void theGloveGameByHand()
    {
        const auto found = attribute(
            3, game([](Coalition c) { return hasPlayer(c, 2) && (hasPlayer(c, 0) || hasPlayer(c, 1)) ? 1.0 : 0.0; }),
            {});
        QVERIFY(found);
        QVERIFY(isClose(found->shapley[0], 1.0 / 6));
        QVERIFY(isClose(found->shapley[1], 1.0 / 6));
        QVERIFY(isClose(found->shapley[2], 4.0 / 6));
        QCOMPARE(found->leaveOneOut, (std::vector<double> {0, 0, 1})); // one left glove is spare
    }

    void shapleyValuesSumToWhatAllAreWorth()
    {
        for (std::size_t players = 0; players <= mostShapleyPlayers; ++players) {
            const auto found = attribute(players, game(randomValue), {});
            QVERIFY(found);
            QCOMPARE(found->shapley.size(), players);
            const double sum = std::accumulate(found->shapley.begin(), found->shapley.end(), 0.0);
            QVERIFY(isClose(sum, found->all - found->none));
            QCOMPARE(found->none, randomValue(0));
        }
    }

    void playersWhoDoTheSameAreWorthTheSame()
    {
        // of 0 and 1, only how many there are counts; 2 is another
        const auto found = attribute(3, game([](Coalition c) {
                                         const int alike = hasPlayer(c, 0) + hasPlayer(c, 1);
                                         return alike * alike * 0.25 + (hasPlayer(c, 2) ? 0.1 * (alike + 1) : 0);
                                     }),
                                     {});
        QVERIFY(found);
        QVERIFY(isClose(found->shapley[0], found->shapley[1]));
        QVERIFY(!isClose(found->shapley[0], found->shapley[2]));
    }

    void aPlayerWhoAddsNothingIsWorthNothing()
    {
        const auto found = attribute(4, game([](Coalition c) { return randomValue(c & 0b1011U); }), {});
        QVERIFY(found);
        QVERIFY(isClose(found->shapley[2], 0));
        QCOMPARE(found->leaveOneOut[2], 0.0);
    }

    void inAnAdditiveGameBothAreThePlayersOwnValues()
    {
        const std::vector<double> own {0.5, -0.25, 0, 1, 2, -3, 0.125, 4};
        for (const std::size_t players : {std::size_t(5), own.size()}) {
            const auto found = attribute(players, game([&](Coalition c) {
                                             double sum = 1;
                                             for (std::size_t i = 0; i < own.size(); ++i)
                                                 sum += hasPlayer(c, i) ? own[i] : 0;
                                             return sum;
                                         }),
                                         {});
            QVERIFY(found);
            QCOMPARE(found->leaveOneOut.size(), players);
            QCOMPARE(found->shapley.empty(), players > mostShapleyPlayers);
            for (std::size_t i = 0; i < players; ++i) {
                QVERIFY(isClose(found->leaveOneOut[i], own[i]));
                QVERIFY(found->shapley.empty() || isClose(found->shapley[i], own[i]));
            }
        }
    }

    void asksForNoMoreThanItNeeds()
    {
        std::size_t asked = 0;
        const CoalitionValues count = [&](std::span<const Coalition> c) -> Result<std::vector<double>> {
            asked += c.size();
            return std::vector<double>(c.size(), 0);
        };
        QVERIFY(attribute(6, count, {}));
        QCOMPARE(asked, std::size_t(64));
        asked = 0;
        QVERIFY(attribute(10, count, {}));
        QCOMPARE(asked, std::size_t(12)); // all, none, ten times all but one
        QCOMPARE(attribute(64, count, {}).error().code, ErrorCode::BadArgument);
    }

    void stopsBetweenHandfuls()
    {
        std::stop_source stop;
        JobContext context;
        context.stop = stop.get_token();
        std::size_t asked = 0;
        const auto stopped = attribute(
            6,
            [&](std::span<const Coalition> c) -> Result<std::vector<double>> {
                stop.request_stop();
                asked += c.size();
                return std::vector<double>(c.size(), 0);
            },
            context);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(asked < 64);
    }
};

QTEST_APPLESS_MAIN(TestAttribution)
#include "tst_attribution.moc"
