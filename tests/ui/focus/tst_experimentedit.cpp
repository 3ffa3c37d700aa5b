// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

class TestExperimentEdit : public QObject
{
    Q_OBJECT

private slots:
    void undoAndRedoBringBackDraftAndArm()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        const auto before = workspace.focus().experiment().arms.size();
        simulate::Experiment draft = workspace.focus().experiment();
        draft.arms.push_back(draft.arms.front());
        workspace.editExperiment(QStringLiteral("add arm"), draft, before);
        QCOMPARE(workspace.focus().arm(), before);
        QCOMPARE(workspace.edits().undoText(), QStringLiteral("add arm"));
        workspace.edits().undo();
        QCOMPARE(workspace.focus().experiment().arms.size(), before);
        workspace.edits().redo();
        QCOMPARE(workspace.focus().experiment().arms.size(), before + 1);
        QCOMPARE(workspace.focus().arm(), before);
    }

    void changesOfOneKindThatFollowAtOnceAreOneStep()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        for (const std::int64_t users : {2, 3, 4}) {
            simulate::Experiment draft = workspace.focus().experiment();
            draft.replay.maxUsers = users;
            workspace.editExperiment(QStringLiteral("change replay"), draft);
        }
        QCOMPARE(workspace.edits().count(), 1);
        QCOMPARE(workspace.focus().experiment().replay.maxUsers, std::int64_t(4));
    }

    void whatWasOpenedSinceStaysOpen()
    {
        TestWorld world;
        Workspace& workspace = *world.workspace;
        simulate::Experiment draft = workspace.focus().experiment();
        draft.seed = 99;
        workspace.editExperiment(QStringLiteral("change replay"), draft);
        QVERIFY(world.openDataset());
        const std::string path = workspace.focus().experiment().dataset.path;
        workspace.edits().undo();
        QVERIFY(workspace.focus().experiment().seed != 99);
        QCOMPARE(workspace.focus().experiment().dataset.path, path);
    }
};

QTEST_GUILESS_MAIN(TestExperimentEdit)
#include "tst_experimentedit.moc"
