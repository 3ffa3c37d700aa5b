// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/itemvectors.h"
#include "core/demonstrations/titleindex.h"

#include <QTest>

#include <cmath>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;

namespace {

/// a, b, c and d occur on days 1 to 4; e never does.
std::shared_ptr<const data::Dataset> titles()
{
    return makeDataset({{"u", "a", 5, 1 * day}, {"u", "b", 5, 2 * day}, {"u", "c", 5, 3 * day}, {"u", "d", 5, 4 * day}},
                       {{"a", "Red River", ""},
                        {"b", "Red Moon Rising", ""},
                        {"c", "Night", ""},
                        {"d", "Red Red Red", ""},
                        {"e", "Red River", ""}});
}

} // namespace

class TitleIndexTest : public QObject
{
    Q_OBJECT

private slots:
    void wordsAreLowerCaseRunsOfLettersAndDigits()
    {
        using Words = std::vector<std::string>;
        QCOMPARE(TitleIndex::wordsOf("Alien 3: The (Uncut) Film"), Words({"alien", "3", "the", "uncut", "film"}));
        QCOMPARE(TitleIndex::wordsOf("Amélie"), Words({"amélie"}));
        QVERIFY(TitleIndex::wordsOf(" -- ").empty());
    }

    void bm25IsAsByHand()
    {
        const TitleIndex index(*titles());
        // Before day 4: a, b, c of 2, 3 and 1 words, mean 2; "red" in 2 of 3, "river" in 1 of 3.
        const double red = std::log(1 + (3 - 2 + 0.5) / (2 + 0.5));
        const double river = std::log(1 + (3 - 1 + 0.5) / (1 + 0.5));
        const double lengthOfA = 1.2 * (0.25 + 0.75 * 2 / 2);
        const double lengthOfB = 1.2 * (0.25 + 0.75 * 3 / 2);
        const auto now = fromUnix(4 * day);
        QVERIFY(std::abs(index.bm25(4, 0, now) - (red + river) * 2.2 / (1 + lengthOfA)) < 1e-12);
        QVERIFY(std::abs(index.bm25(4, 1, now) - red * 2.2 / (1 + lengthOfB)) < 1e-12);
        QCOMPARE(index.bm25(4, 2, now), 0.0);
    }

    void aWordThatStandsThriceSaturates()
    {
        const TitleIndex index(*titles());
        const auto now = fromUnix(5 * day); // "red" in 3 of 4; mean length 9 / 4
        const double red = std::log(1 + (4 - 3 + 0.5) / (3 + 0.5));
        const double length = 1.2 * (0.25 + 0.75 * 3 / 2.25);
        QVERIFY(std::abs(index.bm25(4, 3, now) - red * 3 * 2.2 / (3 + length)) < 1e-12);
    }

    void cosineIsAsByHand()
    {
        const TitleIndex index(*titles());
        const auto now = fromUnix(4 * day);
        const double red = std::log(1 + 1.5 / 2.5);
        const double once = std::log(1 + 2.5 / 1.5); // river, moon, rising
        const double expected = red * red / std::sqrt((red * red + once * once) * (red * red + 2 * once * once));
        QVERIFY(std::abs(index.between(0, 1, now) - expected) < 1e-12);
        QCOMPARE(index.between(1, 0, now), index.between(0, 1, now));
        QVERIFY(std::abs(index.between(0, 4, now) - 1) < 1e-12); // equal titles
        QCOMPARE(index.between(2, 2, now), 1.0);
        QCOMPARE(index.between(0, 2, now), 0.0);
    }

    void itemsOfTheFutureDoNotCount()
    {
        const TitleIndex index(*titles());
        // At day 2 itself only a has occurred: "red" and "river" in 1 of 1.
        const double weight = std::log(1 + 0.5 / 1.5);
        QVERIFY(std::abs(index.bm25(4, 0, fromUnix(2 * day)) - 2 * weight * 2.2 / (1 + 1.2)) < 1e-12);
    }

    void vectorsAreComparedLessTheirMean()
    {
        // Less the mean (10, 0): (1, 1), (-1, 1), (1, -1), (-1, -1); the fifth is empty and alike to nothing.
        const ItemVectors vectors({{11, 1}, {9, 1}, {11, -1}, {9, -1}, {}});
        const auto now = fromUnix(0);
        QVERIFY(std::abs(vectors.between(0, 1, now)) < 1e-6);
        QVERIFY(std::abs(vectors.between(0, 3, now) + 1) < 1e-6);
        QCOMPARE(vectors.between(4, 0, now), 0.0);
        QCOMPARE(vectors.between(2, 2, now), 1.0);
        QCOMPARE(vectors.itemCount(), std::size_t {5});
    }
};

QTEST_APPLESS_MAIN(TitleIndexTest)
#include "tst_titleindex.moc"
