// SPDX-License-Identifier: GPL-3.0-or-later
// reuse, and run with checkpoint.cacheMegabytes, as a user calls them; the model is the tiny reference checkpoint.
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

class TestReuse : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeDataset(m_folder.path(), 6, 60);
        qputenv("XDG_DATA_HOME", m_folder.path().toUtf8());
    }

    void aRunWithTheCacheGivesTheSameNumbersForLess()
    {
        const auto plain = run(0, "plain");
        const auto cached = run(64, "cached");
        QCOMPARE(plain.json()["experimentHash"], cached.json()["experimentHash"]);
        const auto before = predictions("plain");
        const auto after = predictions("cached");
        QVERIFY(!before.isEmpty());
        QCOMPARE(before.size(), after.size());
        for (qsizetype i = 0; i < before.size(); ++i) {
            const double difference = before[i]["score"].toDouble() - after[i]["score"].toDouble();
            QVERIFY2(std::abs(difference) < 1e-4, qPrintable(QString::number(difference)));
            QCOMPARE(after[i]["item"], before[i]["item"]);
            QCOMPARE(after[i]["rank"], before[i]["rank"]);
        }
        for (int arm = 0; arm < 2; ++arm) {
            QCOMPARE(cost(plain, arm, "cachedTokens"), 0.0);
            QVERIFY(cost(cached, arm, "cachedTokens") > 0);
            QVERIFY(cost(cached, arm, "computedTokens") < cost(plain, arm, "computedTokens"));
            const auto metric = [arm](const Outcome& outcome) {
                return armOf(outcome, arm)["metrics"].toObject()["ndcg@10"].toObject()["value"].toDouble();
            };
            QVERIFY(std::abs(metric(plain) - metric(cached)) < 1e-9);
        }
        QVERIFY(cost(cached, 1, "computedTokens") < cost(cached, 0, "computedTokens")); // the growing context
    }

    void reuseComparesSlidingWithGrowing()
    {
        const auto outcome = reuse({"--k", "4,2", "--blocks", "2,4", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        QStringList rows;
        double slidingKept = 0;
        for (const auto& line : outcome.out.split('\n')) {
            if (line.isEmpty())
                continue;
            const auto row = QJsonDocument::fromJson(line).object();
            rows << QString("%1 %2/%3")
                        .arg(row["selector"].toString())
                        .arg(row["k"].toInt())
                        .arg(row["trimBlock"].toInt());
            QVERIFY(row["computedRatio"].toDouble() > 0 && row["computedRatio"].toDouble() < 1);
            QVERIFY(row["contextTokens"].toDouble() < row["promptTokens"].toDouble());
            QVERIFY(row["bytesToHold"].isNull()); // no model, so no bytes
            if (row["selector"].toString() == "recent")
                slidingKept = row["keptMean"].toDouble();
            else
                QVERIFY(row["keptMean"].toDouble() > slidingKept);
        }
        QCOMPARE(rows, (QStringList {"recent 4/1", "growing 4/2", "growing 4/4", "recent 2/1", "growing 2/2"}));
    }

    void reuseHasATableForPeople()
    {
        const auto outcome = reuse({"--moments", "asked"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        for (const char* part : {"context", "growing", "liked moments of 6 users", "kept"})
            QVERIFY2(outcome.out.contains(part), outcome.out);
    }

    void reuseKnowsTheMemoryOfTheModel()
    {
        const auto path = writeExperiment(m_folder.path(), experiment(0));
        const auto outcome = runProgram({"reuse", path, "--k", "2", "--blocks", "2", "--users", "2", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        const auto row = QJsonDocument::fromJson(outcome.out.split('\n').first()).object();
        QCOMPARE(row["users"].toInt(), 2);
        // 2 layers, keys and values, 2 heads of 8, 4 bytes
        QCOMPARE(row["bytesToHold"].toInteger(), row["tokensToHold"].toInteger() * 2 * 2 * 2 * 8 * 4);
    }

    void reuseNeedsAnArmWithRecentDemonstrations()
    {
        auto without = experiment(0);
        without["arms"] = QJsonArray {arm("none", {{"id", "none"}})};
        const auto path = writeExperiment(m_folder.path(), without);
        const auto outcome = runProgram({"reuse", path, "--scorer", "fake"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains("no arm with the selector 'recent'"), outcome.errors);
        const auto named = reuse({"--arm", "other"});
        QCOMPARE(named.exitCode, 1);
        QVERIFY2(named.errors.contains("it has sliding, growing"), named.errors);
        QCOMPARE(reuse({"--moments", "few"}).exitCode, 2);
        QCOMPARE(reuse({"--k", "0"}).exitCode, 2);
    }

private:
    static QJsonObject arm(const char* name, const QJsonObject& selector)
    {
        return {
            {"name", name}, {"selector", selector}, {"history", QJsonObject {{"maxItems", 2}}}, {"template", "items"}};
    }

    static QJsonObject experiment(int cacheMegabytes)
    {
        auto object = experimentObject();
        object["checkpoint"] = QJsonObject {{"path", DRIFTSCOPE_TEST_DATA "/checkpoints/llama"},
                                            {"device", "cpu"},
                                            {"batchTokens", 400},
                                            {"cacheMegabytes", cacheMegabytes}};
        object["replay"] =
            QJsonObject {{"queriesPerUser", 5}, {"minHistory", 3}, {"consecutive", true}, {"pointwise", false}};
        object["candidates"] = QJsonObject {{"count", 4}};
        object["arms"] = QJsonArray {arm("sliding", {{"id", "recent"}, {"k", 4}}),
                                     arm("growing", {{"id", "recent"}, {"k", 4}, {"trimBlock", 4}})};
        return object;
    }

    Outcome run(int cacheMegabytes, const QString& store) const
    {
        const auto path = writeExperiment(m_folder.path(), experiment(cacheMegabytes));
        auto outcome = runProgram({"run", path, "--json", "--store", m_folder.filePath(store)});
        if (outcome.exitCode != 0)
            qFatal("%s", outcome.errors.constData());
        return outcome;
    }

    QList<QJsonObject> predictions(const QString& store) const
    {
        const QString file = m_folder.filePath(store + ".jsonl");
        const auto outcome = runProgram({"export", "last", "--store", m_folder.filePath(store), "--json", file});
        if (outcome.exitCode != 0)
            qFatal("%s", outcome.errors.constData());
        QFile lines(file);
        if (!lines.open(QIODevice::ReadOnly))
            qFatal("no lines");
        QList<QJsonObject> objects;
        while (!lines.atEnd())
            objects << QJsonDocument::fromJson(lines.readLine()).object();
        return objects;
    }

    static QJsonObject armOf(const Outcome& outcome, int arm)
    {
        return outcome.json()["arms"].toArray()[arm].toObject();
    }

    static double cost(const Outcome& outcome, int arm, const char* what)
    {
        return armOf(outcome, arm)["cost"].toObject()[what].toDouble();
    }

    Outcome reuse(const QStringList& more) const
    {
        const auto path = writeExperiment(m_folder.path(), experiment(0));
        return runProgram(QStringList {"reuse", path, "--scorer", "fake"} + more);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestReuse)
#include "tst_reuse.moc"
