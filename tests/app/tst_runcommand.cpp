// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

/// run, prompt and experiment as a user sees them: tables, and one clear sentence for every bad input.
class TestRunCommand : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeDataset(m_folder.path());
        m_experiment = writeExperiment(m_folder.path());
        qputenv("XDG_DATA_HOME", m_folder.path().toUtf8());
    }

    void jsonHasTheDocumentedFields()
    {
        const auto outcome = run({"--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        const auto table = outcome.json();
        for (const char* key : {"run", "experimentHash", "queries", "leaks", "arms", "paired"})
            QVERIFY2(table.contains(key), key);
        QCOMPARE(table["queries"].toInt(), 96);
        QCOMPARE(table["arms"].toArray().size(), 3);
        QCOMPARE(table["paired"].toArray().size() % 3, 0);
        const auto metric = table["arms"].toArray()[0].toObject()["metrics"].toObject()["ndcg@10"].toObject();
        QVERIFY(metric["low"].toDouble() <= metric["value"].toDouble());
        QVERIFY(metric["value"].toDouble() <= metric["high"].toDouble());
        QVERIFY(metric["n"].toInt() > 0);
    }

    void textIsForPeople()
    {
        const auto outcome = run({});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        for (const char* part : {"NDCG@10", "random", "recent 2", "candidates/s", "leaks: 0", "95 % bootstrap"})
            QVERIFY2(outcome.out.contains(part), outcome.out);
        QVERIFY(QFile::exists(m_folder.filePath("driftscope/runs.sqlite"))); // the default store
    }

    void badExperimentsAreOneSentence_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QByteArray>("says");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char* name, const char* change, const char* says, const char* code) {
            QTest::newRow(name) << QByteArray(change) << QByteArray(says) << QByteArray(code);
        };
        row("unknown user", R"({"replay": {"users": ["nobody"]}})", "no user 'nobody'", "unknown-name");
        row("unknown metric", R"({"metrics": {"ids": ["hits"]}})", "$.metrics.ids[0]", "unknown-name");
        row("negative k", R"({"arms": [{"name": "a", "selector": {"id": "recent", "k": -1}, "template": "items"}]})",
            "$.arms[0].selector.k", "bad-value");
        row("nothing to ask", R"({"replay": {"minHistory": 500}})", "replay.minHistory = 500", "no-eligible-query");
        row("no such dataset", R"({"dataset": {"path": "nowhere"}})", "dataset.path 'nowhere'", "not-found");
        row("budget too small", R"({"prompt": {"budgetTokens": 12}})", "Arm 'none', user", "context-too-long");
    }

    void badExperimentsAreOneSentence()
    {
        QFETCH(QByteArray, change);
        QFETCH(QByteArray, says);
        QFETCH(QByteArray, code);
        QTemporaryDir folder;
        writeDataset(folder.path());
        auto experiment = experimentObject();
        const auto changes = QJsonDocument::fromJson(change).object();
        for (auto field = changes.begin(); field != changes.end(); ++field)
            experiment[field.key()] = field.value();
        m_experiment.swap(m_other);
        m_experiment = writeExperiment(folder.path(), experiment);
        const auto outcome = run({});
        m_experiment.swap(m_other);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains(says), outcome.errors);
        QVERIFY2(outcome.errors.endsWith("[" + code + "]\n"), outcome.errors);
        QVERIFY(outcome.out.isEmpty());
    }

    void aMissingModelSaysWhereItWasLookedFor()
    {
        const auto outcome = runProgram({"run", m_experiment});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains("checkpoint.path 'model'"), outcome.errors);
        QVERIFY2(outcome.errors.contains(m_folder.filePath("driftscope/model").toUtf8()), outcome.errors);
    }

    void aStoreThatCannotBeWrittenIsRefused()
    {
        const auto folder = run({"--store", m_folder.path()});
        QCOMPARE(folder.exitCode, 1);
        writeTextFile(m_folder.filePath("no.sqlite"), "this is no store, but a text that is long enough to be read");
        const auto text = run({"--store", m_folder.filePath("no.sqlite")});
        QCOMPARE(text.exitCode, 1);
        QVERIFY2(text.errors.contains("no.sqlite"), text.errors);
        const auto impossible = run({"--store", "/proc/runs.sqlite"});
        QCOMPARE(impossible.exitCode, 1);
        QVERIFY2(impossible.errors.contains("/proc"), impossible.errors);
    }

    void aBadScorerIsRefused()
    {
        const auto outcome = runProgram({"run", m_experiment, "--scorer", "fake:soon"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains("fake:MILLISECONDS"), outcome.errors);
    }

    void promptShowsTheExactText()
    {
        const auto outcome = prompt({"--user", "3", "--at", "12", "--arm", "recent 2", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        const auto shown = outcome.json();
        for (const char* key : {"text", "spans", "tokens", "budget", "dropped", "demonstrations", "leaks"})
            QVERIFY2(shown.contains(key), key);
        QCOMPARE(shown["demonstrations"].toArray().size(), 2);
        QVERIFY(shown["leaks"].toArray().isEmpty());
        QVERIFY(shown["tokens"].toInt() > 0);
        const QByteArray text = shown["text"].toString().toUtf8();
        int tokens = 0;
        for (const auto& value : shown["spans"].toArray()) {
            const auto span = value.toObject();
            QVERIFY(span["start"].toInt() < span["end"].toInt() && span["end"].toInt() <= text.size());
            const auto kind = span["kind"].toString();
            tokens += kind == "header" || kind == "demonstration" || kind == "query" ? span["tokens"].toInt() : 0;
        }
        QCOMPARE(tokens, shown["tokens"].toInt());
    }

    void promptTakesTimesToo()
    {
        const auto byIndex = prompt({"--user", "3", "--at", "12", "--json"}).json();
        const auto time = QString::number(byIndex["time"].toInteger());
        const auto byTime = prompt({"--user", "3", "--at", time, "--json"}).json();
        QCOMPARE(byTime["text"].toString(), byIndex["text"].toString());
        const auto between = QString::number(byIndex["time"].toInteger() - 1);
        const auto before = prompt({"--user", "3", "--at", between, "--json"});
        QVERIFY2(before.exitCode == 0, before.errors);
        QCOMPARE(before.json()["target"].toString(), byIndex["target"].toString());
    }

    void promptRefusesWhatIsNotThere_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("user") << QStringList {"--user", "x", "--at", "3"} << QByteArray("no user 'x'");
        QTest::newRow("arm") << QStringList {"--user", "3", "--at", "3", "--arm", "x"} << QByteArray("no arm 'x'");
        QTest::newRow("index") << QStringList {"--user", "3", "--at", "999"} << QByteArray("0 to 19");
        QTest::newRow("time") << QStringList {"--user", "3", "--at", "2040-01-01"} << QByteArray("no interaction then");
        QTest::newRow("neither") << QStringList {"--user", "3", "--at", "noon"} << QByteArray("--at 'noon'");
    }

    void promptRefusesWhatIsNotThere()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const auto outcome = prompt(arguments);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains(says), outcome.errors);
    }

    void checkSaysWhatWouldBeAsked()
    {
        const auto outcome = runProgram({"experiment", "check", m_experiment, "--scorer", "fake", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        const auto plan = outcome.json()["plan"].toObject();
        QCOMPARE(plan["queries"].toInt(), 96);
        QCOMPARE(plan["users"].toInt(), 24);
        QCOMPARE(plan["ranked"].toInt() + plan["pointwiseOnly"].toInt(), 96);
        QCOMPARE(plan["prompts"].toInt(), 3 * (10 * plan["ranked"].toInt() + plan["pointwiseOnly"].toInt()));
        const auto noModel = runProgram({"experiment", "check", m_experiment});
        QVERIFY2(noModel.exitCode == 0, noModel.errors);
        QVERIFY2(noModel.out.contains("checkpoint.path 'model' is not there"), noModel.out);
    }

    void usageErrorsExitWithTwo()
    {
        QCOMPARE(runProgram({"run"}).exitCode, 2);
        QCOMPARE(runProgram({"experiment"}).exitCode, 2);
        QCOMPARE(runProgram({"prompt", m_experiment}).exitCode, 2);
    }

private:
    Outcome run(const QStringList& more) const
    {
        return runProgram(QStringList {"run", m_experiment, "--scorer", "fake"} + more);
    }

    Outcome prompt(const QStringList& more) const
    {
        return runProgram(QStringList {"prompt", m_experiment, "--scorer", "fake"} + more);
    }

    QTemporaryDir m_folder;
    QString m_experiment;
    QString m_other;
};

QTEST_GUILESS_MAIN(TestRunCommand)
#include "tst_runcommand.moc"
