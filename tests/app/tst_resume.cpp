// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

#include "tests/app/runprogram.h"

using namespace driftscope;
using namespace driftscope::test;

namespace {

/// The table as text, without what depends on time: seconds, and which run it is.
QByteArray digitsOf(const Outcome& outcome)
{
    QJsonObject table = outcome.json();
    table.remove("run");
    QJsonArray arms;
    for (const auto& value : table["arms"].toArray()) {
        QJsonObject arm = value.toObject();
        QJsonObject cost = arm["cost"].toObject();
        for (const char* key : {"seconds", "candidatesPerSecond", "peakBytes"})
            cost.remove(key);
        arm["cost"] = cost;
        arms.append(arm);
    }
    table["arms"] = arms;
    return QJsonDocument(table).toJson();
}

/// Starts a run and waits until it writes to the store.
void startRun(QProcess& process, const QStringList& arguments)
{
    process.setReadChannel(QProcess::StandardError);
    process.start(DRIFTSCOPE_CLI, arguments);
    QByteArray said;
    while (!said.contains("queries") && process.waitForReadyRead(60'000))
        said += process.readAllStandardError();
}

} // namespace

/// A run that is killed and goes on gives the table of an uninterrupted one, to the last digit.
class TestResume : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeDataset(m_folder.path());
        m_experiment = writeExperiment(m_folder.path());
        QElapsedTimer timer;
        timer.start();
        const auto whole = runProgram(arguments("whole.sqlite"));
        m_wholeMs = timer.elapsed();
        QVERIFY2(whole.exitCode == 0, whole.errors);
        QCOMPARE(whole.json()["leaks"].toInt(-1), 0);
        m_expected = digitsOf(whole);
        QVERIFY(m_expected.contains("ndcg@10"));
    }

    void killedAtRandomMomentsItGivesTheSameTable()
    {
        RandomStream moments(11, "kill");
        int killed = 0;
        for (int round = 0; round < 3; ++round) {
            const QString store = QString("killed%1.sqlite").arg(round);
            for (int attempt = 0; attempt < 3; ++attempt) {
                QProcess process;
                startRun(process, arguments(store) << "--resume");
                const auto wait = moments.index(static_cast<std::size_t>(m_wholeMs / 3 + 1));
                if (!process.waitForFinished(static_cast<int>(wait)))
                    ++killed;
                process.kill(); // SIGKILL
                process.waitForFinished();
            }
            const auto resumed = runProgram(arguments(store) << "--resume");
            QVERIFY2(resumed.exitCode == 0, resumed.errors);
            QCOMPARE(QString::fromUtf8(digitsOf(resumed)), QString::fromUtf8(m_expected));
        }
        QVERIFY(killed >= 3); // on a slow day a run may end before it is killed, but not always
    }

    void interruptedItFinishesTheBatchAndSaysHowToGoOn()
    {
        QProcess process;
        startRun(process, arguments("interrupted.sqlite", 100));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const auto stopped = outcomeOf(process);
        QCOMPARE(stopped.exitCode, 130);
        QVERIFY2(stopped.errors.contains("--resume"), stopped.errors);
        const auto resumed = runProgram(arguments("interrupted.sqlite") << "--resume");
        QVERIFY2(resumed.exitCode == 0, resumed.errors);
        QCOMPARE(QString::fromUtf8(digitsOf(resumed)), QString::fromUtf8(m_expected));
    }

    void aFinishedRunIsShownAgain()
    {
        const auto again = runProgram(arguments("whole.sqlite") << "--resume");
        QVERIFY2(again.exitCode == 0, again.errors);
        QVERIFY2(again.errors.contains("finished"), again.errors);
        QCOMPARE(QString::fromUtf8(digitsOf(again)), QString::fromUtf8(m_expected));
    }

    void withNothingToGoOnWithItStartsAnew()
    {
        const auto fresh = runProgram(arguments("fresh.sqlite", 0) << "--resume");
        QVERIFY2(fresh.exitCode == 0, fresh.errors);
        QVERIFY2(fresh.errors.contains("a new one is started"), fresh.errors);
        QCOMPARE(QString::fromUtf8(digitsOf(fresh)), QString::fromUtf8(m_expected));
    }

    void otherDataAreRefused()
    {
        QTemporaryDir folder;
        writeDataset(folder.path());
        m_experiment = writeExperiment(folder.path());
        {
            QProcess process;
            startRun(process, arguments("changed.sqlite", 1000));
            process.kill();
            process.waitForFinished();
        }
        writeDataset(folder.path(), 23);
        const auto refused = runProgram(arguments("changed.sqlite") << "--resume");
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.errors.contains("the dataset is not the same (ratings.csv)"), refused.errors);
    }

private:
    /// The program starts in some hundred milliseconds; 20 ms a batch make a run that there is time to kill.
    QStringList arguments(const QString& store, int batchMs = 20) const
    {
        return {"run",
                m_experiment,
                "--store",
                m_folder.filePath(store),
                "--json",
                "--scorer",
                QString("fake:%1").arg(batchMs)};
    }

    QTemporaryDir m_folder;
    QString m_experiment;
    QByteArray m_expected;
    qint64 m_wholeMs = 0;
};

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
