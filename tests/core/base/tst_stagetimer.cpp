// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/stagetimer.h"

#include <QTest>

#include <algorithm>
#include <thread>

using namespace driftscope;

namespace {

std::int64_t callsOf(const StageTimes& times, std::string_view name)
{
    const auto stage = std::ranges::find(times.stages(), name, &StageTimes::Stage::name);
    return stage == times.stages().end() ? 0 : stage->calls;
}

void work()
{
    const StageTimer outer("outer");
    for (int i = 0; i < 3; ++i)
        const StageTimer inner("inner");
}

} // namespace

class TestStageTimer : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsKeptWithoutACollection()
    {
        work();
        StageTimes times;
        QCOMPARE(times.stages().size(), std::size_t {1});
        QCOMPARE(times.stages().front().seconds, 0.0);
    }

    void stagesStandInTheOrderInWhichTheyAreEntered()
    {
        StageTimes times;
        {
            const StageCollection collection(times);
            work();
            work();
        }
        QCOMPARE(times.stages().size(), std::size_t {3});
        QCOMPARE(times.stages()[0].name, std::string_view("other"));
        QCOMPARE(times.stages()[1].name, std::string_view("outer"));
        QCOMPARE(callsOf(times, "outer"), 2);
        QCOMPARE(callsOf(times, "inner"), 6);
    }

    void timeIsCountedOnce()
    {
        using Clock = std::chrono::steady_clock;
        StageTimes times;
        const auto start = Clock::now();
        {
            const StageCollection collection(times);
            work();
        }
        const double wall = std::chrono::duration<double>(Clock::now() - start).count();
        double sum = 0;
        for (const auto& stage : times.stages()) {
            QVERIFY(stage.seconds >= 0);
            sum += stage.seconds;
        }
        QVERIFY(sum <= wall);
    }

    void otherThreadsAreLeftOut()
    {
        StageTimes times;
        const StageCollection collection(times);
        std::thread(work).join();
        QCOMPARE(callsOf(times, "outer"), 0);
    }

    void afterTheCollectionNothingIsAdded()
    {
        StageTimes times;
        {
            const StageCollection collection(times);
            work();
        }
        work();
        QCOMPARE(callsOf(times, "outer"), 1);
    }
};

QTEST_APPLESS_MAIN(TestStageTimer)
#include "tst_stagetimer.moc"
