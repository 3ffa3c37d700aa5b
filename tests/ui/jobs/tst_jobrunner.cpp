// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobrunner.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace driftscope;
using ui::JobRunner;
using ui::Outcome;

class TestJobRunner : public QObject
{
    Q_OBJECT

private slots:
    void finishesWithAValue()
    {
        JobRunner runner;
        QSignalSpy ended(&runner, &JobRunner::ended);
        int answer = 0;
        runner.run<int>(
            QStringLiteral("Counting"), [](const JobContext&) -> Result<int> { return 42; },
            [&](Result<int> result) { answer = result.value_or(-1); });
        QVERIFY(runner.isRunning());
        QCOMPARE(runner.title(), QStringLiteral("Counting"));
        QVERIFY(ended.wait());
        QCOMPARE(answer, 42);
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Finished);
        QVERIFY(!runner.isRunning());
    }

    void reportsAreCoalescedAndTheLastOneIsSeen()
    {
        JobRunner runner;
        QSignalSpy ended(&runner, &JobRunner::ended);
        QSignalSpy progressed(&runner, &JobRunner::progressed);
        runner.start(QStringLiteral("Many"), [](const JobContext& context) -> Result<> {
            for (int i = 1; i <= 100'000; ++i)
                context.report({i, 100'000, "count"});
            return {};
        });
        QVERIFY(ended.wait());
        QVERIFY(progressed.count() < 1000);
        QCOMPARE(progressed.last().at(0).toLongLong(), 100'000);
        QCOMPARE(progressed.last().at(2).toString(), QStringLiteral("count"));
    }

    void whoWaitsForTheEndIsCalledOnce()
    {
        JobRunner runner;
        std::vector<Outcome> heard;
        const auto hear = [&heard](Outcome outcome) { heard.push_back(outcome); };
        runner.whenEnded(&runner, hear); // nothing is at work
        QCOMPARE(heard, std::vector<Outcome> {Outcome::Finished});
        QSignalSpy ended(&runner, &JobRunner::ended);
        const auto failing = [](const JobContext&) -> Result<> { return fail(ErrorCode::NotFound, "no"); };
        runner.start(QStringLiteral("Failing"), failing);
        runner.whenEnded(&runner, hear);
        {
            const QObject gone;
            runner.whenEnded(&gone, hear);
        }
        QCOMPARE(heard.size(), std::size_t(1));
        QVERIFY(ended.wait());
        QCOMPARE(heard, (std::vector<Outcome> {Outcome::Finished, Outcome::Failed}));
        runner.start(QStringLiteral("Again"), failing);
        QTRY_COMPARE(ended.size(), 2);
        QCOMPARE(heard.size(), std::size_t(2));
    }

    void cancelIsNotAFailure()
    {
        JobRunner runner;
        QSignalSpy ended(&runner, &JobRunner::ended);
        runner.start(QStringLiteral("Endless"), [](const JobContext& context) -> Result<> {
            while (!context.isStopped())
                std::this_thread::yield();
            return fail(ErrorCode::Cancelled, "Stopped after 3 of 9.");
        });
        runner.cancel();
        QVERIFY(runner.isStopping());
        QVERIFY(ended.wait());
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Cancelled);
        QCOMPARE(ended.first().at(1).toString(), QStringLiteral("Stopped after 3 of 9."));
    }

    void failureSaysWhy()
    {
        JobRunner runner;
        QSignalSpy ended(&runner, &JobRunner::ended);
        runner.start(QStringLiteral("Bad"), [](const JobContext&) -> Result<> {
            return fail(ErrorCode::NotFound, "a.csv: there is no such file.");
        });
        QVERIFY(ended.wait());
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Failed);
        QCOMPARE(ended.first().at(1).toString(), QStringLiteral("a.csv: there is no such file."));
    }

    void whatIsThrownBecomesAFailure()
    {
        JobRunner runner;
        QSignalSpy ended(&runner, &JobRunner::ended);
        runner.start(QStringLiteral("Throws"), [](const JobContext&) -> Result<> { throw std::runtime_error("oops"); });
        QVERIFY(ended.wait());
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Failed);
    }

    void onlyTheNewestJobIsHeard()
    {
        JobRunner runner;
        QSignalSpy ended(&runner, &JobRunner::ended);
        QSemaphore oldMayEnd;
        std::atomic<bool> oldEnded = false;
        QStringList answers;
        runner.start(
            QStringLiteral("Old"),
            [&](const JobContext& context) -> Result<> {
                oldMayEnd.acquire(); // stands for a pass that cannot be interrupted
                context.report({1, 1, "old"});
                oldEnded = true;
                return {};
            },
            [&](const Result<>&) { answers << QStringLiteral("old"); });
        runner.start(
            QStringLiteral("New"), [](const JobContext&) -> Result<> { return {}; },
            [&](const Result<>&) { answers << QStringLiteral("new"); });
        QVERIFY(ended.wait()); // while the old one is still at work
        QVERIFY(!oldEnded);
        oldMayEnd.release();
        QTRY_VERIFY(oldEnded);
        QCoreApplication::processEvents();
        QCOMPARE(answers, QStringList {QStringLiteral("new")});
        QCOMPARE(ended.count(), 1);
    }

    void mayBeDestroyedWhileItRuns()
    {
        auto runner = std::make_unique<JobRunner>();
        runner->start(QStringLiteral("Endless"), [](const JobContext& context) -> Result<> {
            while (!context.isStopped())
                context.report({0, 0, "x"});
            return {};
        });
        runner.reset();
        QCoreApplication::processEvents();
    }
};

QTEST_GUILESS_MAIN(TestJobRunner)
#include "tst_jobrunner.moc"
