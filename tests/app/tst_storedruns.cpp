// SPDX-License-Identifier: GPL-3.0-or-later
// run, runs, show, export and compare on a small dataset with the fake scorer, as a user calls them.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

namespace {

Outcome call(const QStringList& arguments)
{
    return runProgram(arguments);
}

double valueOf(const QJsonObject& summary, int arm, const QString& metric)
{
    const QJsonObject found = summary["arms"].toArray().at(arm).toObject()["metrics"].toObject();
    return found[metric].toObject()["value"].toDouble();
}

QJsonObject arm(const QString& name, const QString& selector)
{
    return {{"name", name}, {"selector", QJsonObject {{"id", selector}}}, {"template", "movies"}};
}

} // namespace

class TestStoredRuns : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void runsAreListed();
    void showGivesTheTableOfTheRun();
    void csvHasARowACandidate();
    void jsonLinesSayTheSame();
    void missingDatasetLeavesNumbers();
    void figureIsDrawnOrRefused();
    void tableIsWrittenForPapers();
    void armComparedWithItselfDiffersByNothing();
    void failuresSayWhy_data();
    void failuresSayWhy();

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] Outcome stored(QStringList arguments) const
    {
        return call(arguments << "--store" << path("runs.sqlite"));
    }
    void write(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
    }
    [[nodiscard]] QByteArray content(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    QJsonObject m_summary; ///< what run --json said
};

void TestStoredRuns::initTestCase()
{
    QByteArray rows = "user_id,item_id,rating,timestamp\n";
    for (int user = 0; user < 6; ++user)
        for (int event = 0; event < 14; ++event)
            rows += QString("user %1,\"item, %2\",%3,%4\n")
                        .arg(user)
                        .arg((user * 5 + event * 3) % 30)
                        .arg(1 + (user + event * 7) % 5)
                        .arg(1000 + event * 100 + user)
                        .toUtf8();
    write("data.csv", rows);
    const QJsonObject experiment {{"version", 1},
                                  {"name", "small study"},
                                  {"seed", 3},
                                  {"dataset", QJsonObject {{"path", "data.csv"}, {"label", "rating>=4"}}},
                                  {"checkpoint", QJsonObject {{"path", "none"}}},
                                  {"replay", QJsonObject {{"minHistory", 3}}},
                                  {"candidates", QJsonObject {{"count", 5}}},
                                  {"metrics",
                                   QJsonObject {{"ids", QJsonArray {"hr@1", "ndcg@5", "auc"}},
                                                {"windowSize", 5},
                                                {"minimumPerPoint", 2},
                                                {"resamples", 100}}},
                                  {"arms", QJsonArray {arm("plain", "none"), arm("recent", "recent")}}};
    write("study.json", QJsonDocument(experiment).toJson());
    const Outcome run = stored({"run", path("study.json"), "--scorer", "fake", "--json"});
    QVERIFY2(run.exitCode == 0, run.errors.constData());
    m_summary = run.json();
}

void TestStoredRuns::runsAreListed()
{
    const QJsonObject line = stored({"runs", "--json"}).json();
    QCOMPARE(line["run"].toInt(), 1);
    QCOMPARE(line["name"].toString(), QString("small study"));
    QCOMPARE(line["state"].toString(), QString("finished"));
    QCOMPARE(line["records"], line["expectedRecords"]);
    const Outcome text = stored({"runs"});
    QVERIFY(text.out.contains("small study") && text.out.contains("finished"));
}

void TestStoredRuns::showGivesTheTableOfTheRun()
{
    const QJsonObject shown = stored({"show", "last", "--json"}).json();
    for (const char* part : {"run", "experimentHash", "queries", "leaks", "paired"})
        QCOMPARE(shown[part], m_summary[part]);
    for (int i = 0; i < 2; ++i)
        QCOMPARE(shown["arms"].toArray()[i].toObject()["metrics"],
                 m_summary["arms"].toArray()[i].toObject()["metrics"]);
    QCOMPARE(shown["manifest"]["experiment"]["name"].toString(), QString("small study"));
    const Outcome text = stored({"show", "1"});
    QCOMPARE(text.exitCode, 0);
    QVERIFY(text.out.contains("data.csv") && text.out.contains("NDCG@5"));
}

void TestStoredRuns::csvHasARowACandidate()
{
    const Outcome outcome = stored({"export", "1", "--csv", path("out.csv")});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const auto lines = content("out.csv").trimmed().split('\n');
    QCOMPARE(lines[0],
             QByteArray("run,arm,query,user,time,eventIndex,liked,position,item,title,score,positive,negative,"
                        "rank,hit"));
    QVERIFY(lines[1].startsWith("1,plain,0,user "));
    QVERIFY(lines[1].contains("\"item, ")); // quoted for its comma
    const auto hits = std::ranges::count_if(lines, [](const QByteArray& line) { return line.endsWith(",1"); });
    QCOMPARE(static_cast<int>(hits), 2 * m_summary["queries"].toInt());
    const QStringList left = QDir(m_folder.path()).entryList({"*.part*"});
    QVERIFY(left.isEmpty());
}

void TestStoredRuns::jsonLinesSayTheSame()
{
    QCOMPARE(stored({"export", "last", "--json", path("out.jsonl"), "--csv", path("again.csv")}).exitCode, 0);
    const auto lines = content("out.jsonl").trimmed().split('\n');
    const auto rows = content("again.csv").trimmed().split('\n');
    QCOMPARE(lines.size(), rows.size() - 1);
    const QJsonObject first = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(first["arm"].toString(), QString("plain"));
    QVERIFY(first["user"].toString().startsWith("user "));
    QVERIFY(first["item"].toString().startsWith("item, "));
    QVERIFY(first["score"].isDouble() && first["rank"].toDouble() >= 1);
    // The digits in the CSV are those of the JSON.
    QVERIFY(rows[1].contains(lines[0].mid(lines[0].indexOf("\"score\":") + 8).split(',')[0]));
}

void TestStoredRuns::missingDatasetLeavesNumbers()
{
    QVERIFY(QFile::rename(path("data.csv"), path("moved.csv")));
    const Outcome outcome = stored({"export", "1", "--json", path("numbers.jsonl")});
    QVERIFY(QFile::rename(path("moved.csv"), path("data.csv")));
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.errors.contains("numbers"));
    const QJsonObject first = QJsonDocument::fromJson(content("numbers.jsonl").split('\n')[0]).object();
    QVERIFY(first["user"].isDouble() && first["title"].isNull());
}

void TestStoredRuns::figureIsDrawnOrRefused()
{
    const Outcome outcome =
        stored({"export", "1", "--figure", path("curves.svg"), "--metric", "hr@1", "--size", "85x60mm"});
    if (outcome.exitCode == 0) {
        QVERIFY(content("curves.svg").contains("<svg"));
        QCOMPARE(stored({"export", "1", "--figure", path("a.svg"), "--size", "wide"}).exitCode, 1);
    } else {
        QVERIFY(outcome.errors.contains("[unsupported-format]"));
        QVERIFY(content("curves.svg").isEmpty());
    }
}

void TestStoredRuns::tableIsWrittenForPapers()
{
    QCOMPARE(stored({"export", "1", "--table", path("table.md")}).exitCode, 0);
    QVERIFY(content("table.md").startsWith("| metric | n | plain |"));
    QCOMPARE(stored({"export", "1", "--table", path("table.tex")}).exitCode, 0);
    QVERIFY(content("table.tex").contains("\\begin{tabular}"));
    QCOMPARE(stored({"export", "1", "--table", path("table.doc")}).exitCode, 1);
}

void TestStoredRuns::armComparedWithItselfDiffersByNothing()
{
    const Outcome outcome = stored({"compare", "1", "last", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QCOMPARE(outcome.json()["queries"], m_summary["queries"]);
    const auto paired = outcome.json()["paired"].toArray();
    QCOMPARE(paired.size(), 3 * 2 * 2);
    for (const QJsonValue entry : paired)
        if (entry["a"] == entry["b"])
            QCOMPARE(entry["difference"].toDouble(1), 0.0);
        else if (entry["a"].toString() == "plain" && entry["metric"].toString() == "ndcg@5")
            QCOMPARE(entry["difference"].toDouble(), valueOf(m_summary, 0, "ndcg@5") - valueOf(m_summary, 1, "ndcg@5"));
    QVERIFY(stored({"compare", "1", "1"}).out.contains("NDCG@5"));
}

void TestStoredRuns::failuresSayWhy_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("kind");
    const auto add = [](const char* name, const QStringList& arguments, const char* kind) {
        QTest::newRow(name) << arguments << QByteArray(kind);
    };
    add("unknown run", {"show", "99"}, "[unknown-name]");
    add("run by name", {"show", "small"}, "[unknown-name]");
    add("unknown run to compare", {"compare", "1", "2"}, "[unknown-name]");
    add("unknown metric", {"export", "1", "--figure", "x.svg", "--metric", "ndgc@5"}, "[unknown-name]");
    add("no folder", {"export", "1", "--csv", "/nowhere/at/all.csv"}, "[not-writable]");
}

void TestStoredRuns::failuresSayWhy()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, kind);
    const Outcome outcome = stored(arguments);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.errors.contains(kind), outcome.errors.constData());
    QCOMPARE(stored({"export", "1"}).exitCode, 2);
    QCOMPARE(call({"runs", "--store", path("none.sqlite")}).exitCode, 1);
}

QTEST_APPLESS_MAIN(TestStoredRuns)
#include "tst_storedruns.moc"
