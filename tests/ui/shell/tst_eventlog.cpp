// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/eventlog.h"
#include "ui/shell/pathkind.h"

#include <QAbstractItemModelTester>
#include <QDir>

#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

QString write(const QTemporaryDir& folder, const QString& name, const QByteArray& content = {})
{
    const QString path = folder.filePath(name);
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? path : QString();
}

} // namespace

/// The log, and what a path is taken for.
class TestEventLog : public QObject
{
    Q_OBJECT

private slots:
    void openingsAndFailuresAreLogged()
    {
        TestWorld world;
        EventLog log;
        const QAbstractItemModelTester tester(&log, QAbstractItemModelTester::FailureReportingMode::QtTest);
        log.watch(*world.workspace);
        QVERIFY(world.openDataset());
        QVERIFY(world.loadFakeModel());
        QVERIFY(log.text().contains(QStringLiteral("interactions.csv (12 users")));
        QVERIFY(log.text().contains(QStringLiteral("Loading model: done in")));
        QSignalSpy ended(&world.workspace->datasetJob(), &JobRunner::ended);
        world.workspace->openDataset(QStringLiteral("/nowhere/ratings.csv"));
        QVERIFY(ended.wait(20'000));
        const QString last = log.text({log.rowCount() - 1});
        QVERIFY2(last.contains(QStringLiteral("problem")) && last.contains(QStringLiteral("/nowhere/ratings.csv")),
                 qPrintable(last));
    }

    void oldEntriesGoWhenItIsFull()
    {
        EventLog log;
        for (int i = 0; i < EventLog::most + 5; ++i)
            log.add(EventLog::Kind::Event, QString::number(i));
        QCOMPARE(log.rowCount(), EventLog::most);
        QCOMPARE(log.index(0, EventLog::What).data().toString(), QStringLiteral("5"));
        log.clear();
        QCOMPARE(log.rowCount(), 0);
    }

    void pathsAreTakenForWhatTheyAre()
    {
        const QTemporaryDir folder;
        const QString source = QStringLiteral(DRIFTSCOPE_SOURCE_DIR);
        QCOMPARE(pathKind(folder.filePath(QStringLiteral("none"))), PathKind::Missing);
        QCOMPARE(pathKind(source + QStringLiteral("/resources/experiments/drift-seen.json")), PathKind::Experiment);
        QCOMPARE(pathKind(source + QStringLiteral("/resources/tuning/drift-tiny.json")), PathKind::TuningPlan);
        QCOMPARE(pathKind(source + QStringLiteral("/resources/templates/titles.json")), PathKind::Template);
        QCOMPARE(pathKind(source + QStringLiteral("/datasets/models/drift-tiny")), PathKind::Checkpoint);
        QCOMPARE(pathKind(source + QStringLiteral("/datasets/models/drift-tiny/config.json")), PathKind::Checkpoint);
        QCOMPARE(pathKind(source + QStringLiteral("/datasets/planted")), PathKind::Dataset);
        QCOMPARE(pathKind(write(folder, QStringLiteral("model.GGUF"))), PathKind::Checkpoint);
        QCOMPARE(pathKind(write(folder, QStringLiteral("ratings.csv"))), PathKind::Dataset);
        QCOMPARE(pathKind(write(folder, QStringLiteral("other.json"), "{\"a\": 1}")), PathKind::UnknownJson);
        QCOMPARE(pathKind(write(folder, QStringLiteral("broken.json"), "{")), PathKind::UnknownJson);
        write(folder, QStringLiteral("lora/adapter_config.json"), "{}");
        QCOMPARE(pathKind(folder.filePath(QStringLiteral("lora"))), PathKind::Adapter);
    }
};

QTEST_GUILESS_MAIN(TestEventLog)
#include "tst_eventlog.moc"
