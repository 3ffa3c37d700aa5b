// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

/// What the bundled tiny model is bundled for: it follows the taste that its prompt shows, and reads the labels.
class TestDriftSeen : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const QDir source(DRIFTSCOPE_SOURCE_DIR);
        QFile shipped(source.filePath("resources/experiments/drift-seen.json"));
        QVERIFY(shipped.open(QIODevice::ReadOnly));
        auto experiment = QJsonDocument::fromJson(shipped.readAll()).object();
        experiment["dataset"] = QJsonObject {{"path", source.filePath("datasets/planted")}, {"label", "rating>=4"}};
        auto checkpoint = experiment["checkpoint"].toObject();
        checkpoint["path"] = source.filePath("datasets/models/drift-tiny");
        checkpoint["device"] = "cpu";
        experiment["checkpoint"] = checkpoint;
        experiment["replay"] = QJsonObject {{"maxUsers", 20},
                                            {"queriesPerUser", 3},
                                            {"aroundShift", QJsonObject {{"kind", "abrupt"}, {"from", 8}, {"to", 12}}},
                                            {"pointwise", false}};
        QJsonArray arms;
        for (const auto& arm : experiment["arms"].toArray())
            if (!arm.toObject().contains("checkpoint"))
                arms.append(arm);
        auto other = arms.first().toObject(); // of the twin, whose path is its own
        other["name"] = "conventional";
        other["checkpoint"] = source.filePath("datasets/models/drift-tiny-conventional");
        other["selector"] = QJsonObject {{"id", "none"}};
        arms.append(other);
        experiment["arms"] = arms;
        writeTextFile(m_folder.filePath("experiment.json"), QJsonDocument(experiment).toJson());
        const auto outcome = runProgram(
            {"run", m_folder.filePath("experiment.json"), "--store", m_folder.filePath("runs.sqlite"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors);
        m_table = outcome.json();
    }

    void nothingLeaks() { QCOMPARE(m_table["leaks"].toInt(), 0); }

    void theContextCarriesTheTaste()
    {
        QVERIFY2(ndcg("fresh") > ndcg("stale") + 0.2, said("fresh", "stale"));
        QVERIFY2(ndcg("fresh") > ndcg("other-user") + 0.2, said("fresh", "other-user"));
        QVERIFY2(ndcg("oracle") >= ndcg("fresh"), said("oracle", "fresh"));
    }

    void freshDemonstrationsMakeUpForAStaleHistory()
    {
        QVERIFY(ndcg("fresh-demos-stale-history") > ndcg("no-demos-stale-history") + 0.1);
        QVERIFY(ndcg("fresh-demos-stale-history") > ndcg("stale") + 0.2);
    }

    void labelsAreRead()
    {
        QVERIFY2(ndcg("demos-only") > ndcg("random") + 0.2, said("demos-only", "random"));
        QVERIFY2(ndcg("demos-only-flipped") < ndcg("random"), said("demos-only-flipped", "random"));
    }

    void anArmMayAskAnotherCheckpoint()
    {
        QVERIFY2(ndcg("conventional") > ndcg("random"), said("conventional", "random"));
        QVERIFY(ndcg("conventional") != ndcg("none"));
    }

private:
    double ndcg(const QString& name) const
    {
        for (const auto& arm : m_table["arms"].toArray())
            if (arm.toObject()["name"].toString() == name)
                return arm.toObject()["metrics"].toObject()["ndcg@10"].toObject()["value"].toDouble();
        return qQNaN();
    }

    QByteArray said(const QString& one, const QString& other) const
    {
        return (one + " %1, " + other + " %2").arg(ndcg(one)).arg(ndcg(other)).toUtf8();
    }

    QTemporaryDir m_folder;
    QJsonObject m_table;
};

QTEST_GUILESS_MAIN(TestDriftSeen)
#include "tst_driftseen.moc"
