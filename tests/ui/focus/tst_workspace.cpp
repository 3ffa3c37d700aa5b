// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

QString seenExperiment()
{
    return QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/experiments/drift-seen.json");
}

} // namespace

class TestWorkspace : public QObject
{
    Q_OBJECT

private slots:
    void anExperimentIsReadBesidesTheWindow()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        QSignalSpy opened(&workspace, &Workspace::experimentOpened);
        bool isDataOnTheWay = false; // asked at that moment: a small dataset is open soon after
        connect(&workspace, &Workspace::experimentOpened, this,
                [&] { isDataOnTheWay = workspace.datasetJob().isRunning(); });
        workspace.openExperiment(seenExperiment());
        QVERIFY(workspace.experimentJob().isRunning());
        QVERIFY(workspace.experimentFile().isEmpty()); // not before it is read
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(workspace.experimentFile(), seenExperiment());
        QCOMPARE(workspace.focus().experiment().name, std::string("Drift, seen"));
        QVERIFY(isDataOnTheWay); // what it names
        QVERIFY(workspace.edits().isClean());
    }

    void aBrokenExperimentLeavesTheDraftAndSaysWhy()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        QSignalSpy failed(&workspace, &Workspace::failed);
        workspace.openExperiment(world.file("none.json"));
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("none.json")));
        QVERIFY(workspace.experimentFile().isEmpty());
        QVERIFY(!workspace.datasetJob().isRunning());
    }

    void aDraftTakenMeanwhileIsNotSweptAway()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        QSignalSpy ended(&workspace.experimentJob(), &JobRunner::ended);
        QSignalSpy opened(&workspace, &Workspace::experimentOpened);
        workspace.openExperiment(seenExperiment());
        simulate::Experiment newer = draftExperiment();
        newer.name = "newer";
        workspace.takeExperiment(newer, world.file("newer.json"));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(workspace.focus().experiment().name, std::string("newer"));
        QCOMPARE(workspace.experimentFile(), world.file("newer.json"));
        QVERIFY(opened.isEmpty());
    }

    void savingBelongsToTheDraftThatWasSaved()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        QSignalSpy saved(&workspace, &Workspace::experimentSaved);
        workspace.saveExperiment(world.file("old.json"));
        workspace.takeExperiment(draftExperiment());
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(QFile::exists(world.file("old.json")));
        QVERIFY(workspace.experimentFile().isEmpty());
    }

    void aModelIsLoadedOnceTheExperimentThatNamesItIsRead()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        workspace.openExperiment(seenExperiment());
        workspace.loadWhenRead();
        QTRY_VERIFY(workspace.focus().engine());
        QCOMPARE(workspace.experimentFile(), seenExperiment());
    }
};

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
