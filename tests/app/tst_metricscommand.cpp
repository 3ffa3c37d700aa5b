// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

namespace {

Outcome runMetrics(const QByteArray& rows, const QStringList& arguments = {})
{
    return runProgram(QStringList {"metrics"} + arguments, rows);
}

} // namespace

class TestMetricsCommand : public QObject
{
    Q_OBJECT

private slots:
    void equalsTheReferenceCases_data();
    void equalsTheReferenceCases();
    void hasTheDocumentedFields();
    void labelsAloneLeaveListsUndefined();
    void listsAloneLeaveLabelsUndefined();
    void rowsWithoutUserHaveNoUserAuc();
    void nothingAtAllIsUndefined();
    void malformedLinesAreNamed_data();
    void malformedLinesAreNamed();
    void wrongUsageExitsWithTwo();
};

void TestMetricsCommand::equalsTheReferenceCases_data()
{
    QTest::addColumn<QJsonObject>("testCase");
    QFile file(DRIFTSCOPE_TEST_DATA "/metrics/cases.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto cases = QJsonDocument::fromJson(file.readAll()).object()["cases"].toArray();
    // One of each kind; all of them are checked without the program in core.metrics.referencecases.
    for (const QJsonValue value : cases) {
        const QString id = value["id"].toString();
        if (id.startsWith("auc-02") || id.startsWith("grouped_auc-01") || id.startsWith("logloss-05")
            || id.startsWith("ece-03"))
            QTest::newRow(qPrintable(id)) << value.toObject();
    }
}

void TestMetricsCommand::equalsTheReferenceCases()
{
    QFETCH(QJsonObject, testCase);
    const QJsonObject input = testCase["input"].toObject();
    QByteArray rows;
    for (int i = 0; i < input["labels"].toArray().size(); ++i) {
        QJsonObject row {{"label", input["labels"][i]}};
        if (input.contains("scores"))
            row["score"] = input["scores"][i];
        else
            row["probability"] = input["probs"][i];
        if (input.contains("users"))
            row["user"] = input["users"][i];
        rows += QJsonDocument(row).toJson(QJsonDocument::Compact) + '\n';
    }
    const Outcome outcome = runMetrics(rows);
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QJsonObject expected = testCase["expected"].toObject();
    for (const QString& key : expected.keys()) {
        QString name = key;
        name.replace("gauc_positives_weighted", "gauc").replace("users_counted", "uaucUsers");
        name.replace("users_skipped_one_class", "uaucSkippedUsers");
        QVERIFY2(std::abs(outcome.json()[name].toDouble() - expected[key].toDouble()) < 1e-9, qPrintable(key));
    }
}

void TestMetricsCommand::hasTheDocumentedFields()
{
    const Outcome outcome = runMetrics("{\"user\":\"a\",\"label\":1,\"score\":2,\"scores\":[3,1],\"relevant\":[0]}\n"
                                       "\n{\"user\":7,\"label\":0,\"probability\":0.25}\r\n",
                                       {"--k", "1,3", "--ece-bins", "5"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QJsonObject json = outcome.json();
    QStringList expected {"auc",       "ece",      "gauc", "lists", "logloss", "mrr", "n", "uauc", "uaucSkippedUsers",
                          "uaucUsers", "undefined"};
    for (const char* k : {"1", "3"})
        for (const char* id : {"hr", "recall", "precision", "ndcg", "map", "mrr"})
            expected << QString("%1@%2").arg(id, k);
    QStringList keys = json.keys();
    keys.sort();
    expected.sort();
    QCOMPARE(keys, expected);
    QCOMPARE(json["n"].toInt(), 2);
    QCOMPARE(json["lists"].toInt(), 1);
    QCOMPARE(json["auc"].toDouble(), 1.0);
    QCOMPARE(json["ndcg@3"].toDouble(), 1.0);
    QVERIFY(std::abs(json["precision@3"].toDouble() - 1.0 / 3) < 1e-12);
    QVERIFY(json["uauc"].isNull());
    QCOMPARE(json["uaucSkippedUsers"].toInt(), 2);
    QCOMPARE(json["undefined"]["uauc"].toString(), QString("no user has both classes"));
}

void TestMetricsCommand::labelsAloneLeaveListsUndefined()
{
    const QJsonObject json = runMetrics("{\"label\":1,\"score\":2}\n{\"label\":1,\"score\":1}\n").json();
    QVERIFY(json["auc"].isNull());
    QCOMPARE(json["undefined"]["auc"].toString(), QString("only one class"));
    QVERIFY(json["hr@10"].isNull());
    QVERIFY(!json["undefined"]["hr@10"].toString().isEmpty());
    QCOMPARE(json["lists"].toInt(), 0);
    QVERIFY(json["logloss"].isDouble());
}

void TestMetricsCommand::listsAloneLeaveLabelsUndefined()
{
    const QJsonObject json = runMetrics("{\"scores\":[1,1,1,1],\"relevant\":[2],\"totalRelevant\":2}\n").json();
    QCOMPARE(json["n"].toInt(), 0);
    QCOMPARE(json["lists"].toInt(), 1);
    QVERIFY(json["auc"].isNull());
    QCOMPARE(json["undefined"]["logloss"].toString(), QString("no labelled rows"));
    QCOMPARE(json["hr@1"].toDouble(), 0.25);
    QCOMPARE(json["recall@5"].toDouble(), 0.5);
}

void TestMetricsCommand::rowsWithoutUserHaveNoUserAuc()
{
    const QJsonObject json = runMetrics("{\"label\":1,\"score\":2}\n{\"label\":0,\"score\":1}\n").json();
    QCOMPARE(json["auc"].toDouble(), 1.0);
    QVERIFY(json["uauc"].isNull());
    QCOMPARE(json["undefined"]["uauc"].toString(), QString("no row names a user"));
    QCOMPARE(json["uaucUsers"].toInt(), 0);
}

void TestMetricsCommand::nothingAtAllIsUndefined()
{
    const Outcome outcome = runMetrics("");
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(outcome.json()["n"].toInt(), 0);
    QVERIFY(outcome.json()["auc"].isNull());
}

void TestMetricsCommand::malformedLinesAreNamed_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QByteArray>("kind");
    const auto add = [](const char* name, const char* row, const char* kind) {
        QTest::newRow(name) << QByteArray(row) << QByteArray(kind);
    };
    add("no JSON", "{\"label\":1,", "bad-json");
    add("NaN", R"({"label":1,"score":NaN})", "bad-json");
    add("no object", "[1]", "wrong-type");
    add("label 2", R"({"label":2,"score":1})", "bad-value");
    add("label text", R"({"label":"yes","score":1})", "wrong-type");
    add("score text", R"({"label":1,"score":"1"})", "wrong-type");
    add("label alone", R"({"label":1})", "missing-field");
    add("score alone", R"({"score":1})", "missing-field");
    add("both scores", R"({"label":1,"score":1,"probability":0.5})", "inconsistent");
    add("probability over 1", R"({"label":1,"probability":1.5})", "bad-value");
    add("nothing", R"({"user":"a"})", "missing-field");
    add("scores alone", R"({"scores":[1,2]})", "missing-field");
    add("relevant alone", R"({"relevant":[0]})", "missing-field");
    add("empty scores", R"({"scores":[],"relevant":[]})", "bad-value");
    add("null score", R"({"scores":[1,null],"relevant":[0]})", "wrong-type");
    add("position outside", R"({"scores":[1,2],"relevant":[2]})", "bad-value");
    add("position negative", R"({"scores":[1,2],"relevant":[-1]})", "bad-value");
    add("position fraction", R"({"scores":[1,2],"relevant":[0.5]})", "wrong-type");
    add("position twice", R"({"scores":[1,2],"relevant":[0,0]})", "duplicate");
    add("total too small", R"({"scores":[1,2],"relevant":[0,1],"totalRelevant":1})", "inconsistent");
    add("user list", R"({"user":[1],"label":1,"score":1})", "wrong-type");
    add("score twice", R"({"label":1,"score":1,"score":2})", "duplicate-key");
}

void TestMetricsCommand::malformedLinesAreNamed()
{
    QFETCH(QByteArray, row);
    QFETCH(QByteArray, kind);
    const Outcome outcome = runMetrics("{\"label\":1,\"score\":2}\n\n" + row + "\n{\"label\":1,\"score\":2}\n");
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.out.isEmpty());
    QVERIFY2(outcome.errors.contains("line 3"), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("[" + kind + "]"), outcome.errors.constData());
}

void TestMetricsCommand::wrongUsageExitsWithTwo()
{
    QCOMPARE(runMetrics("", {"--k", "0"}).exitCode, 2);
    QCOMPARE(runMetrics("", {"--k", "x"}).exitCode, 2);
    QCOMPARE(runMetrics("", {"--ece-bins", "0"}).exitCode, 2);
    QCOMPARE(runMetrics("", {"--nonsense"}).exitCode, 2);
}

QTEST_APPLESS_MAIN(TestMetricsCommand)
#include "tst_metricscommand.moc"
