// SPDX-License-Identifier: GPL-3.0-or-later
// recovery, and figures around shifts and over lags, on generated planted data, as a user calls them.
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

class TestRecovery : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void tableSaysWhatShiftsCost();
    void csvFilesHoldCurveAndShifts();
    void detectedShiftsNeedNoTruth();
    void figureIsAlignedAtTheShift();
    void lagsMakeAStalenessCurve();
    void theTableKeepsToItsWindow();
    void failuresSayWhy();

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] Outcome stored(QStringList arguments) const
    {
        return runProgram(arguments << "--store" << path("runs.sqlite"));
    }
    [[nodiscard]] QByteArray content(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void run(const QString& name, const QJsonArray& arms, const QStringList& more) const;

    QTemporaryDir m_folder;
};

void TestRecovery::run(const QString& name, const QJsonArray& arms, const QStringList& more) const
{
    const QJsonObject window {{"kind", "abrupt"}, {"from", 3}, {"to", 12}};
    const QJsonObject experiment {
        {"version", 1},
        {"name", name},
        {"dataset", QJsonObject {{"path", "planted"}, {"label", "rating>=4"}}},
        {"checkpoint", QJsonObject {{"path", "none"}}},
        {"replay", QJsonObject {{"pointwise", false}, {"queriesPerUser", arms.size() > 3 ? 3 : 0}}},
        {"metrics",
         QJsonObject {{"ids", QJsonArray {"hr@1", "ndcg@10"}},
                      {"minimumPerPoint", 5},
                      {"resamples", 50},
                      {"aroundShift", window}}},
        {"arms", arms}};
    writeTextFile(path(name + ".json"), QJsonDocument(experiment).toJson());
    const Outcome outcome = stored(QStringList {"run", path(name + ".json"), "--json"} + more);
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
}

void TestRecovery::initTestCase()
{
    const Outcome made =
        runProgram({"dataset", "generate", path("planted"), "--users", "60", "--items", "900", "--seed", "4"});
    QVERIFY2(made.exitCode == 0, made.errors.constData());
    const auto baseline = [](const char* id) {
        return QJsonObject {{"name", id}, {"scorer", QJsonObject {{"id", id}}}};
    };
    run("bounds", {baseline("oracle"), baseline("stale-oracle"), baseline("random")}, {});
    QJsonArray lagged;
    for (const int lag : {0, 4, 16})
        lagged.append(
            QJsonObject {{"name", QString("stale by %1").arg(lag)},
                         {"selector", QJsonObject {{"id", "recent"}, {"k", 2}}},
                         {"history", QJsonObject {{"lag", QJsonObject {{"unit", "events"}, {"amount", lag}}}}},
                         {"template", "items"}});
    lagged.append(baseline("random"));
    run("lags", lagged, {"--scorer", "fake"});
}

void TestRecovery::tableSaysWhatShiftsCost()
{
    const QJsonObject json = stored({"recovery", "1", "--json", "--reference", "oracle"}).json();
    QCOMPARE(json["metric"].toString(), QString("ndcg@10"));
    QCOMPARE(json["kind"].toString(), QString("abrupt")); // as the experiment's table
    const QJsonArray arms = json["arms"].toArray();
    QCOMPARE(arms.size(), 3);
    QVERIFY(arms[1].toObject()["areaLost"].toObject()["low"].toDouble() > 0);
    QVERIFY(arms[1].toObject()["eventsToRecover"].toObject()["isCensored"].toBool());
    QCOMPARE(arms[0].toObject()["eventsToRecover"].toObject()["value"].toDouble(-1), 0.0);
    QCOMPARE(json["paired"].toArray().size(), 3);
    const Outcome text = stored({"recovery", "1", "--kind", "any", "--after", "20"});
    QVERIFY2(text.exitCode == 0, text.errors.constData());
    QVERIFY(text.out.contains("stale-oracle loses") && text.out.contains("area lost"));
}

void TestRecovery::csvFilesHoldCurveAndShifts()
{
    const Outcome outcome =
        stored({"recovery", "1", "--arm", "oracle", "--csv", path("curve.csv"), "--shift-csv", path("shifts.csv")});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QVERIFY(content("curve.csv").startsWith("arm,metric,from,to,value,low,high,n\noracle,ndcg@10,-10,-6,"));
    const auto rows = content("shifts.csv").trimmed().split('\n');
    QCOMPARE(rows[0], QByteArray("arm,metric,user,event,kind,swap,queries,before,after,outcome,events"));
    QVERIFY(rows.size() > 10 && rows[1].contains(",abrupt,"));
}

void TestRecovery::detectedShiftsNeedNoTruth()
{
    const Outcome outcome = stored({"recovery", "1", "--shifts", "detected", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QCOMPARE(outcome.json()["shiftsAre"].toString(), QString("detected"));
    QVERIFY(outcome.json()["shifts"].toInt() > 5);
}

void TestRecovery::figureIsAlignedAtTheShift()
{
    const Outcome outcome = stored({"export", "1", "--figure", path("aligned.csv"), "--axis", "shift", "--arm",
                                    "oracle", "--arm", "stale-oracle", "--metric", "ndcg@10"});
    if (outcome.exitCode != 0) {
        QVERIFY(outcome.errors.contains("[unsupported-format]"));
        return;
    }
    QVERIFY2(!outcome.errors.contains("XDG_RUNTIME_DIR"), outcome.errors.constData()); // Qt's own care, not people's
    QVERIFY(content("aligned.csv").startsWith("metric,arm,since_shift,value,low,high,n,random\nndcg@10,oracle,-8,"));
    QVERIFY(!content("aligned.csv").contains(",random,")); // the arm
    QCOMPARE(stored({"export", "1", "--figure", path("aligned.svg"), "--axis", "shift"}).exitCode, 0);
    QVERIFY(content("aligned.svg").contains("events since the shift of taste"));
    QCOMPARE(stored({"export", "1", "--figure", path("lag.csv"), "--axis", "lag"}).exitCode, 1);
    QCOMPARE(stored({"export", "1", "--figure", path("x.csv"), "--arm", "fresh"}).exitCode, 1);
    QCOMPARE(stored({"export", "2", "--figure", path("lag.csv"), "--axis", "lag"}).exitCode, 0);
    QVERIFY(content("lag.csv").contains("stale by,0,") && content("lag.csv").contains("stale by,16,"));
}

void TestRecovery::lagsMakeAStalenessCurve()
{
    const QJsonArray curves = stored({"recovery", "2", "--json"}).json()["staleness"].toArray();
    QCOMPARE(curves.size(), 2); // the lagged arms and random
    const QJsonArray points = curves[0].toObject()["points"].toArray();
    QCOMPARE(points.size(), 3);
    QCOMPARE(points[2].toObject()["lag"].toInt(), 16);
    QVERIFY(stored({"recovery", "2"}).out.contains("stale by over its lag in events"));
}

void TestRecovery::theTableKeepsToItsWindow()
{
    const QJsonObject shown = stored({"show", "1", "--json"}).json();
    QVERIFY(shown["tableQueries"].toInt() < shown["queries"].toInt());
    QCOMPARE(shown["tableWindow"].toString(), QString("3 to 12 events after an abrupt shift"));
    QVERIFY(stored({"show", "1"}).out.contains("3 to 12 events after an abrupt shift"));
}

void TestRecovery::failuresSayWhy()
{
    const auto fails = [this](const QStringList& arguments, const char* kind) {
        const Outcome outcome = stored(QStringList {"recovery"} + arguments);
        return outcome.exitCode == 1 && outcome.errors.contains(kind);
    };
    QVERIFY(fails({"9"}, "[unknown-name]"));
    QVERIFY(fails({"1", "--kind", "sudden"}, "[unknown-name]"));
    QVERIFY(fails({"1", "--arm", "fresh"}, "[unknown-name]"));
    QVERIFY(fails({"1", "--width", "40"}, "[bad-argument]"));
    QVERIFY(fails({"1", "--metric", "logloss"}, "[bad-argument]"));
    QVERIFY(fails({"1", "--csv", "/nowhere/at/all.csv"}, "[not-writable]"));
    QCOMPARE(stored({"recovery", "1", "--shifts", "guessed"}).exitCode, 2);
}

QTEST_APPLESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
