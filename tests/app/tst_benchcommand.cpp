// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

namespace {

const QString checkpoint = DRIFTSCOPE_TEST_DATA "/checkpoints/llama";

QList<QJsonObject> linesOf(const Outcome& outcome)
{
    QList<QJsonObject> lines;
    for (const QByteArray& line : outcome.out.trimmed().split('\n'))
        lines.append(QJsonDocument::fromJson(line).object());
    return lines;
}

/// The first line of a contender; empty if there is none.
QJsonObject lineOf(const QList<QJsonObject>& lines, const QString& contender)
{
    for (const QJsonObject& line : lines)
        if (line["contender"].toString() == contender)
            return line;
    return {};
}

/// Two short queries: the tiny checkpoint has a context of a few hundred tokens.
QString writeWorkload(const QString& folder)
{
    const auto query = [](const char* prefix) {
        return QJsonObject {{"prefix", prefix},
                            {"suffixes", QJsonArray {" A\n#Answer:", " B C\n#Answer:", " D\n#Answer:"}}};
    };
    const QJsonObject workload {{"answers", QJsonArray {"Yes", "No"}},
                                {"queries", QJsonArray {query("User liked: X, Y"), query("User liked: Z")}}};
    writeTextFile(folder + "/workload.json", QJsonDocument(workload).toJson());
    return folder + "/workload.json";
}

/// A peer that always takes 1,000 s a query and gives the reversed scores 3, 2, 1.
void writePeer(const QString& folder)
{
    writeTextFile(folder + "/llamacpp_peer.py",
                  "import json, sys\n"
                  "options = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
                  "queries = len(json.load(open(options['--workload']))['queries'])\n"
                  "json.dump([[3, 2, 1]] * queries, open(options['--scores'], 'w'))\n"
                  "print(json.dumps({'contender': 'slow', 'seconds_per_query': 1000, 'queries': queries,\n"
                  "  'timings': [{'seconds': 1000, 'other_cores': 0}] * queries, 'peak_rss_mb': 7}))\n");
}

} // namespace

class TestBenchCommand : public QObject
{
    Q_OBJECT

private slots:
    void everyContenderHasALine();
    void peersAreSetAgainstTheProgram();
    void aPeerThatFailsIsLeftOut();
    void profileNamesTheStages();
    void unknownContendersAreRefused();
    void fp16IsRefusedOnCpus();
};

void TestBenchCommand::everyContenderHasALine()
{
    const QTemporaryDir folder;
    const auto outcome = runProgram({"bench", "--checkpoint", checkpoint, "--workload", writeWorkload(folder.path()),
                                     "--device", "cpu", "--rounds", "2"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors);
    const auto lines = linesOf(outcome);
    for (const char* name : {"driftscope-fp32", "driftscope-bf16", "driftscope-fp32-no-sharing"}) {
        const QJsonObject line = lineOf(lines, name);
        QVERIFY2(line["secondsPerQuery"].toDouble() > 0, name);
        QVERIFY(line["candidatesPerSecond"].toDouble() > 0);
        QVERIFY(line["peakRssMb"].toDouble() > 0);
        QVERIFY(line["shareOfGemmRate"].toDouble() > 0);
    }
    QCOMPARE(lineOf(lines, "driftscope-fp32")["timings"].toInt(), 4);
    QCOMPARE(lineOf(lines, "driftscope-fp32-no-sharing")["timings"].toInt(), 1);
    QVERIFY(lineOf(lines, "driftscope-fp32-no-sharing")["maxDifference"].toDouble() < 1e-4);
    QVERIFY(!lineOf(lines, "gemm-limit-bf16").isEmpty());
    QCOMPARE(lines.last()["of"].toString(), QString("driftscope-bf16"));
}

void TestBenchCommand::peersAreSetAgainstTheProgram()
{
    const QTemporaryDir folder;
    writePeer(folder.path());
    const auto outcome =
        runProgram({"bench", "--checkpoint", checkpoint, "--workload", writeWorkload(folder.path()), "--device", "cpu",
                    "--precision", "fp32", "--without-slow", "--peers", folder.path(), "--peer-gguf", "model.gguf"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors);
    const auto lines = linesOf(outcome);
    const QJsonObject peer = lineOf(lines, "slow");
    QCOMPARE(peer["secondsPerQuery"].toDouble(), 1000.0);
    QCOMPARE(peer["candidatesPerSecond"].toDouble(), 0.003);
    QCOMPARE(peer["cleanTimings"].toInt(), 2);
    QCOMPARE(peer["reference"].toString(), QString("driftscope-fp32"));
    QVERIFY(peer["kendallTau"].toDouble() < 1);
    const double own = lineOf(lines, "driftscope-fp32")["secondsPerQuery"].toDouble();
    QVERIFY(std::abs(lines.last()["ratios"].toObject()["slow"].toDouble() * own - 1000) < 1e-6);
}

void TestBenchCommand::aPeerThatFailsIsLeftOut()
{
    const QTemporaryDir folder;
    writeTextFile(folder.path() + "/llamacpp_peer.py", "raise SystemExit('no llama here')\n");
    const auto outcome =
        runProgram({"bench", "--checkpoint", checkpoint, "--workload", writeWorkload(folder.path()), "--device", "cpu",
                    "--precision", "fp32", "--without-slow", "--peers", folder.path(), "--peer-gguf", "model.gguf"});
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.errors.contains("no llama here"));
    QVERIFY(!lineOf(linesOf(outcome), "driftscope-fp32").isEmpty());
}

void TestBenchCommand::profileNamesTheStages()
{
    const QTemporaryDir folder;
    const auto outcome = runProgram({"bench", "--profile", "--checkpoint", checkpoint, "--workload",
                                     writeWorkload(folder.path()), "--device", "cpu"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors);
    double share = 0;
    QStringList stages;
    for (const QJsonValue stage : outcome.json()["profile"].toArray()) {
        share += stage["share"].toDouble();
        stages.append(stage["stage"].toString());
    }
    QVERIFY(share > 0 && share < 1.001); // how much of it is timed depends on what else runs
    for (const char* stage : {"tokenizer", "product: down", "norms", "attention: groups", "head"})
        QVERIFY2(stages.contains(stage), stage);
}

void TestBenchCommand::unknownContendersAreRefused()
{
    const auto outcome = runProgram({"bench", "--contender", "other", "--checkpoint", checkpoint});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.errors.contains("'other'"));
}

void TestBenchCommand::fp16IsRefusedOnCpus()
{
    const auto outcome =
        runProgram({"bench", "--contender", "driftscope-fp16", "--checkpoint", checkpoint, "--device", "cpu"});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.errors.contains("GPU"));
}

QTEST_GUILESS_MAIN(TestBenchCommand)
#include "tst_benchcommand.moc"
