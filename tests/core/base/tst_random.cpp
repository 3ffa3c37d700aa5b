// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace driftscope;

class RandomTest : public QObject
{
    Q_OBJECT

private slots:
    void sameNameAndKeysGiveTheSameNumbers()
    {
        RandomStream first(7, "candidates", {3, 4});
        RandomStream second(7, "candidates", {3, 4});
        for (int i = 0; i < 100; ++i)
            QCOMPARE(first.next(), second.next());
    }

    void seedNameAndKeysAllCount()
    {
        const auto start = RandomStream(7, "candidates", {3, 4}).next();
        QVERIFY(RandomStream(8, "candidates", {3, 4}).next() != start);
        QVERIFY(RandomStream(7, "users", {3, 4}).next() != start);
        QVERIFY(RandomStream(7, "candidates", {4, 3}).next() != start);
        QVERIFY(RandomStream(7, "candidates", {3}).next() != start);
    }

    void numbersStayTheSameBetweenReleases()
    {
        // Experiments are repeatable only if these never change.
        RandomStream stream(1, "users");
        QCOMPARE(stream.next(), firstOfUsers);
    }

    void indexIsUniform()
    {
        RandomStream stream(5, "uniform");
        std::vector<int> counts(7);
        for (int i = 0; i < 70'000; ++i)
            ++counts[stream.index(7)];
        for (const int count : counts)
            QVERIFY2(std::abs(count - 10'000) < 500, qPrintable(QString::number(count))); // 5 standard deviations
    }

    void shuffleKeepsTheElements()
    {
        std::vector<int> values(100);
        std::iota(values.begin(), values.end(), 0);
        auto shuffled = values;
        RandomStream(2, "shuffle").shuffle(shuffled);
        QVERIFY(shuffled != values);
        std::sort(shuffled.begin(), shuffled.end());
        QCOMPARE(shuffled, values);
    }

private:
    static constexpr std::uint64_t firstOfUsers = 1183120401577048588ULL;
};

QTEST_APPLESS_MAIN(RandomTest)
#include "tst_random.moc"
