// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/fakescorer.h"
#include "ui/jobs/inferencethread.h"

#include <QSemaphore>
#include <QTest>

using namespace driftscope;
using ui::InferenceThread;

class TestInferenceThread : public QObject
{
    Q_OBJECT

private slots:
    void answersInTheGuiThread()
    {
        InferenceThread thread;
        QThread* answeredIn = nullptr;
        thread.submit([&](inference::Scorer*, const JobContext&, const InferenceThread::Post& post) {
            post([&] { answeredIn = QThread::currentThread(); });
        });
        QVERIFY(thread.isBusy());
        QTRY_COMPARE(answeredIn, QThread::currentThread());
        QTRY_VERIFY(!thread.isBusy());
    }

    void requestsSeeTheScorerOrThatThereIsNone()
    {
        InferenceThread thread;
        QStringList seen;
        const auto ask = [&] {
            thread.submit([&](inference::Scorer* scorer, const JobContext&, const InferenceThread::Post& post) {
                post([&, name = scorer ? scorer->describe() : "none"] { seen << QString::fromStdString(name); });
            });
            QTRY_VERIFY(!thread.isBusy());
        };
        ask();
        thread.setScorer(std::make_unique<inference::FakeScorer>());
        ask();
        thread.setScorer(nullptr);
        ask();
        QCOMPARE(seen, QStringList({QStringLiteral("none"), QStringLiteral("fake scorer"), QStringLiteral("none")}));
    }

    void newestRequestWins()
    {
        InferenceThread thread;
        QSemaphore firstStarted;
        QSemaphore firstMayEnd;
        QStringList answers;
        bool wasStopped = false;
        thread.submit([&](inference::Scorer*, const JobContext& context, const InferenceThread::Post& post) {
            firstStarted.release();
            firstMayEnd.acquire();
            wasStopped = context.isStopped();
            post([&] { answers << QStringLiteral("first"); });
        });
        firstStarted.acquire();
        for (const QString& name : {QStringLiteral("second"), QStringLiteral("third")})
            thread.submit([&, name](inference::Scorer*, const JobContext&, const InferenceThread::Post& post) {
                post([&, name] { answers << name; });
            });
        firstMayEnd.release();
        QTRY_VERIFY(!thread.isBusy());
        QVERIFY(wasStopped);
        QCOMPARE(answers, QStringList {QStringLiteral("third")});
    }

    void stopForgetsWhatWaits()
    {
        InferenceThread thread;
        bool isAnswered = false;
        thread.submit([&](inference::Scorer*, const JobContext&, const InferenceThread::Post& post) {
            post([&] { isAnswered = true; });
        });
        thread.stop();
        QVERIFY(!thread.isBusy());
        QCoreApplication::processEvents();
        QVERIFY(!isAnswered);
    }
};

QTEST_GUILESS_MAIN(TestInferenceThread)
#include "tst_inferencethread.moc"
