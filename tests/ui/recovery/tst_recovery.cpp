// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "ui/recovery/recovery.h"
#include "ui/shell/recoverybar.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

std::filesystem::path draftsOf(const TestWorld& world)
{
    return world.file("drafts").toStdString();
}

/// Changes the draft as a form does.
void changeSeed(Workspace& workspace, std::uint64_t seed)
{
    simulate::Experiment draft = workspace.focus().experiment();
    draft.name = "seeds";
    draft.seed = seed;
    workspace.editExperiment(QStringLiteral("change seed"), std::move(draft));
}

std::uint64_t seedIn(const std::filesystem::path& path)
{
    const auto draft = readDraft(path);
    if (!draft && std::filesystem::exists(path))
        qWarning("%s", draft.error().message.c_str());
    return draft ? draft->experiment.seed : 0;
}

/// Files in the folder whose names end so.
int count(const std::filesystem::path& folder, const QString& ending)
{
    return static_cast<int>(
        QDir(QString::fromStdString(folder.string())).entryList({QLatin1Char('*') + ending}, QDir::Files).size());
}

/// Another session that ends as a crash does: its process is killed while it holds its marker.
void crash(const std::filesystem::path& folder, const QString& model)
{
    const pid_t child = ::fork();
    if (child == 0) {
        auto* marker = new SessionMarker(folder);
        marker->setModel(model);
        ::raise(SIGKILL);
    }
    int status = 0;
    QVERIFY(::waitpid(child, &status, 0) == child && WIFSIGNALED(status));
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private slots:
    void aProperEndLeavesNoMark()
    {
        const QTemporaryDir folder;
        const std::filesystem::path place = folder.path().toStdString();
        {
            const SessionMarker marker(place);
            QVERIFY(!marker.lastEnd().wasUnclean);
            QCOMPARE(SessionMarker::livingSessions(place), QStringList {marker.session()});
        }
        QVERIFY(!SessionMarker(place).lastEnd().wasUnclean);
    }

    void aKilledSessionIsKnownOnceWithItsModel()
    {
        const QTemporaryDir folder;
        const std::filesystem::path place = folder.path().toStdString();
        crash(place, QStringLiteral("/models/large"));
        {
            const SessionMarker next(place);
            QVERIFY(next.lastEnd().wasUnclean);
            QCOMPARE(next.lastEnd().model, QStringLiteral("/models/large"));
        }
        QVERIFY(!SessionMarker(place).lastEnd().wasUnclean);
    }

    void changesAreOnDiskSoonAfterTheyAreMade()
    {
        TestWorld world;
        Recovery recovery(*world.workspace, draftsOf(world));
        QVERIFY(!std::filesystem::exists(recovery.keeper().path())); // nothing was changed
        changeSeed(*world.workspace, 11);
        QTRY_COMPARE(seedIn(recovery.keeper().path()), std::uint64_t(11));
        changeSeed(*world.workspace, 12);
        QTRY_COMPARE(seedIn(recovery.keeper().path()), std::uint64_t(12));
        QCOMPARE(count(draftsOf(world), QStringLiteral(".draft.json")), 1);
    }

    void savingAndTakingBackEndTheDraft()
    {
        TestWorld world;
        Recovery recovery(*world.workspace, draftsOf(world));
        const auto file = recovery.keeper().path();
        changeSeed(*world.workspace, 11);
        QTRY_VERIFY(std::filesystem::exists(file));
        QSignalSpy saved(world.workspace.get(), &Workspace::experimentSaved);
        world.workspace->saveExperiment(world.file("mine.json"));
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(!recovery.keeper().isUnsaved());
        QTRY_VERIFY(!std::filesystem::exists(file));
        QVERIFY(QFile::exists(world.file("mine.json")));
        changeSeed(*world.workspace, 13);
        QTRY_VERIFY(std::filesystem::exists(file));
        world.workspace->edits().undo(); // as it was saved
        QTRY_VERIFY(!std::filesystem::exists(file));
    }

    void whatWasNotSavedIsOfferedUntilItIsSaved()
    {
        TestWorld world;
        {
            Recovery first(*world.workspace, draftsOf(world));
            changeSeed(*world.workspace, 11);
        } // not even the pause before writing was over
        Workspace next(std::make_shared<FakeEngine>(), world.file("runs.sqlite").toStdString());
        Recovery second(next, draftsOf(world));
        QTRY_COMPARE(second.drafts().size(), std::size_t(1));
        QCOMPARE(second.drafts().front().name, QStringLiteral("seeds"));
        QSignalSpy opened(&next.edits(), &QUndoStack::cleanChanged);
        second.open(second.drafts().front().path);
        QCOMPARE(next.focus().experiment().seed, std::uint64_t(11));
        QVERIFY(second.drafts().empty());
        QVERIFY(second.keeper().isUnsaved());
        QCOMPARE(seedIn(second.keeper().path()), std::uint64_t(11)); // a second crash finds it too
        next.saveExperiment(world.file("saved.json"));
        QTRY_VERIFY(!std::filesystem::exists(second.keeper().path()));
    }

    void aRecoveredDraftIsSavedToTheFileItCameFrom()
    {
        TestWorld world;
        const QString file = world.file("mine.json");
        QSignalSpy saved(world.workspace.get(), &Workspace::experimentSaved);
        world.workspace->saveExperiment(file);
        QTRY_COMPARE(saved.size(), 1);
        {
            Recovery first(*world.workspace, draftsOf(world));
            changeSeed(*world.workspace, 11);
        }
        Workspace next(std::make_shared<FakeEngine>(), world.file("runs.sqlite").toStdString());
        Recovery second(next, draftsOf(world));
        QTRY_COMPARE(second.drafts().size(), std::size_t(1));
        second.open(second.drafts().front().path);
        QCOMPARE(next.experimentFile(), file);
        QVERIFY(second.keeper().isUnsaved());
    }

    void anotherExperimentDoesNotSweepUnsavedChangesAway()
    {
        TestWorld world;
        Recovery recovery(*world.workspace, draftsOf(world));
        changeSeed(*world.workspace, 11);
        world.workspace->takeExperiment(draftExperiment());
        QCOMPARE(recovery.drafts().size(), std::size_t(1));
        QCOMPARE(seedIn(recovery.drafts().front().path), std::uint64_t(11));
        QVERIFY(!recovery.keeper().isUnsaved());
        const auto kept = recovery.drafts().front().path;
        recovery.discard(kept);
        QVERIFY(recovery.drafts().empty() && !std::filesystem::exists(kept));
    }

    void draftsOfALivingSessionAreNotOffered()
    {
        TestWorld world;
        Recovery other(*world.workspace, draftsOf(world));
        changeSeed(*world.workspace, 11);
        QTRY_VERIFY(std::filesystem::exists(other.keeper().path()));
        QVERIFY(findDrafts(draftsOf(world), QStringLiteral("me")).empty());
    }

    void aBrokenDraftIsLeftOutAndStays()
    {
        TestWorld world;
        std::filesystem::create_directories(draftsOf(world));
        const auto path = draftPath(draftsOf(world), QStringLiteral("old"), 1);
        QVERIFY(writeFile(path, "{\"format\": \"driftscope-dr").has_value());
        QVERIFY(findDrafts(draftsOf(world), QStringLiteral("me")).empty());
        QVERIFY(std::filesystem::exists(path));
    }

    void theBarOffersDraftAndModelWithAButtonEach()
    {
        TestWorld world;
        crash(draftsOf(world), QStringLiteral("/models/large"));
        {
            const DraftKeeper old(*world.workspace, draftsOf(world), QStringLiteral("old"));
            changeSeed(*world.workspace, 11);
        }
        Workspace next(std::make_shared<FakeEngine>(), world.file("runs.sqlite").toStdString());
        Recovery recovery(next, draftsOf(world));
        RecoveryBar bar;
        bar.watch(recovery, next);
        QVERIFY(bar.text().contains(QStringLiteral("no model is loaded by itself")));
        QTRY_VERIFY(button(bar, QStringLiteral("Open the draft")));
        QVERIFY(button(bar, QStringLiteral("Load the model")));
        QVERIFY(!next.modelJob().isRunning());
        bar.show();
        QTest::mouseClick(button(bar, QStringLiteral("Open the draft")), Qt::LeftButton);
        QCOMPARE(next.focus().experiment().seed, std::uint64_t(11));
        QVERIFY(!bar.text().contains(QStringLiteral("not saved")));
    }
};

QTEST_MAIN(TestRecovery)
#include "tst_recovery.moc"
