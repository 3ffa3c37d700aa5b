// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

namespace {

Outcome runDataset(const QStringList& arguments)
{
    return runProgram(QStringList {"dataset"} + arguments);
}

} // namespace

class TestDatasetCommand : public QObject
{
    Q_OBJECT

private slots:
    void jsonHasTheDocumentedFields();
    void textIsForPeople();
    void labelRuleCountsPositives();
    void reportListsTheRowsLeftOut();
    void canonicalFormOpensAgain();
    void columnsMayBeNamed();
    void failuresSayWhy_data();
    void failuresSayWhy();
    void wrongUsageExitsWithTwo();

private:
    QString write(const QString& name, const QByteArray& content)
    {
        const QString file = m_folder.filePath(name);
        QFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file));
        return file;
    }

    QTemporaryDir m_folder;
    const QByteArray m_rows =
        "user_id,item_id,rating,timestamp\nann,i1,5,100\nann,i2,3,200\nbob,i1,4,150\nbob,i1,1,300\nbob,i3,x,310\n";
};

void TestDatasetCommand::jsonHasTheDocumentedFields()
{
    const QString file = write("rows.csv", m_rows);
    const Outcome outcome = runDataset({file, "--json"});
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(outcome.out.count('\n'), 1);
    const QJsonObject json = outcome.json();
    QCOMPARE(json["format"].toString(), QString("csv"));
    QCOMPARE(json["users"].toInt(), 2);
    QCOMPARE(json["items"].toInt(), 2);
    QCOMPARE(json["interactions"].toInt(), 3);
    QCOMPARE(json["firstTime"].toInt(), 100);
    QCOMPARE(json["lastTime"].toInt(), 200);
    QCOMPARE(json["positives"].toInt(), 2);
    QCOMPARE(json["duplicates"].toInt(), 1);
    QCOMPARE(json["badRows"].toInt(), 1);
    QCOMPARE(json["tiedShare"].toDouble(-1), 0.0);
    QCOMPARE(json["medianUserSpanSeconds"].toInt(), 50); // of 0 and 100
    QCOMPARE(json["usersWithBothLabels"].toInt(), 1);
    QCOMPARE(json["coldItemShareLast10Percent"].toDouble(-1), 1.0);
    QCOMPARE(json["replayByClock"].toString(), QString("not advised"));
    const QJsonObject source = json["files"].toArray().at(0).toObject();
    QCOMPARE(source["path"].toString(), file);
    QCOMPARE(source["hash"].toString().size(), 32);
}

void TestDatasetCommand::textIsForPeople()
{
    const Outcome outcome = runDataset({write("rows.csv", m_rows)});
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY2(outcome.out.contains("interactions"), outcome.out.constData());
    QVERIFY2(outcome.out.contains("2 (66.7 %, rating>=4)"), outcome.out.constData());
    QVERIFY2(outcome.errors.contains("rows.csv, line 6: bad-number"), outcome.errors.constData());
}

void TestDatasetCommand::labelRuleCountsPositives()
{
    const QString file = write("rows.csv", m_rows);
    QCOMPARE(runDataset({file, "--json", "--label", "rating>=5"}).json()["positives"].toInt(), 1);
    QCOMPARE(runDataset({file, "--json", "--label", "implicit"}).json()["positives"].toInt(), 3);
    // The scale is 3..5, its middle 4: ann 5 > 4, bob 4 > 4 no, ann 3 > 5 no.
    QCOMPARE(runDataset({file, "--json", "--label", "user-mean"}).json()["positives"].toInt(), 1);
}

void TestDatasetCommand::reportListsTheRowsLeftOut()
{
    const QString report = m_folder.filePath("report.jsonl");
    QCOMPARE(runDataset({write("rows.csv", m_rows), "--report", report}).exitCode, 0);
    QFile file(report);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    const QJsonObject duplicate = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(duplicate["file"].toString(), QString("rows.csv"));
    QCOMPARE(duplicate["line"].toInt(), 5);
    QCOMPARE(duplicate["problem"].toString(), QString("duplicate"));
    const QJsonObject bad = QJsonDocument::fromJson(lines[1]).object();
    QCOMPARE(bad["line"].toInt(), 6);
    QCOMPARE(bad["problem"].toString(), QString("bad-number"));
    QCOMPARE(bad["text"].toString(), QString("bob,i3,x,310"));
}

void TestDatasetCommand::canonicalFormOpensAgain()
{
    const QString folder = m_folder.filePath("canonical");
    const QJsonObject first = runDataset({write("rows.csv", m_rows), "--out", folder, "--json"}).json();
    const QJsonObject again = runDataset({folder, "--json"}).json();
    QCOMPARE(again["format"].toString(), QString("recbole"));
    for (const char* const field :
         {"users", "items", "interactions", "firstTime", "lastTime", "positives", "tiedShare"})
        QCOMPARE(again[field], first[field]);
    QCOMPARE(again["duplicates"].toInt(-1), 0);
}

void TestDatasetCommand::columnsMayBeNamed()
{
    const QString file = write("named.csv", "who,what,when\na,b,5\n");
    const Outcome outcome = runDataset(
        {file, "--json", "--format", "csv", "--user-column", "who", "--item-column", "what", "--time-column", "when"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QCOMPARE(outcome.json()["positives"].toInt(), 1);
}

void TestDatasetCommand::failuresSayWhy_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("error");
    const QString file = write("failures.csv", m_rows);
    const QString notFolder = file + "/inside";
    QTest::newRow("missing") << QStringList {m_folder.filePath("nothing")} << QByteArray("[not-found]");
    QTest::newRow("format") << QStringList {file, "--format", "excel"} << QByteArray("[unknown-name]");
    QTest::newRow("label") << QStringList {file, "--label", "stars"} << QByteArray("[bad-value]");
    QTest::newRow("report") << QStringList {file, "--report", notFolder} << QByteArray("[not-writable]");
    QTest::newRow("out") << QStringList {file, "--out", notFolder} << QByteArray("[not-writable]");
    QTest::newRow("header") << QStringList {write("header.csv", "a,b\n1,2\n")} << QByteArray("[missing-column]");
}

void TestDatasetCommand::failuresSayWhy()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, error);
    const Outcome outcome = runDataset(arguments);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.errors.contains(error), outcome.errors.constData());
    QVERIFY(outcome.out.isEmpty());
}

void TestDatasetCommand::wrongUsageExitsWithTwo()
{
    QCOMPARE(runDataset({}).exitCode, 2);
    QCOMPARE(runDataset({"x", "--no-such-option"}).exitCode, 2);
    const Outcome help = runDataset({"--help"});
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.out.contains("Example:"));
}

QTEST_GUILESS_MAIN(TestDatasetCommand)
#include "tst_datasetcommand.moc"
