// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/drifttruth.h"
#include "ui/pages/probe/demonstrationeditor.h"
#include "ui/pages/probe/probeanalyses.h"
#include "ui/pages/probe/probepresenter.h"

#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;
using State = ProbePresenter::State;
using Kind = demonstrations::DemonstrationEdit::Kind;

namespace {

/// A presenter late in a life, under the arm "recent 4".
struct Probe {
    Probe()
        : presenter(*world.workspace)
    {
        isReady = world.loadFakeModel() && world.openDataset();
        world.workspace->focus().setArm(1);
        presenter.moveTo(TestWorld::eventsPerUser - 3);
    }

    [[nodiscard]] bool isScored() const { return presenter.state() == State::Scored && !presenter.isStale(); }
    [[nodiscard]] const std::vector<demonstrations::Demonstration>& shown() const
    {
        return presenter.answer()->built.context.demonstrations;
    }
    void appendArm(const std::function<void(simulate::Arm&)>& change)
    {
        auto draft = world.workspace->focus().experiment();
        simulate::Arm arm = draft.arms[1];
        arm.name = "changed";
        change(arm);
        draft.arms.push_back(std::move(arm));
        world.workspace->focus().setExperiment(std::move(draft));
    }

    TestWorld world;
    ProbePresenter presenter;
    bool isReady = false;
};

} // namespace

class TestProbePresenter : public QObject
{
    Q_OBJECT

private slots:
    /// Many edits in a row: whatever is shown as the answer is the answer to what is asked.
    void theNewestEditWinsAndOlderAnswersNeverAppear()
    {
        Probe probe;
        QVERIFY(probe.isReady);
        QTRY_VERIFY(probe.isScored());
        int answers = 0;
        connect(&probe.presenter, &ProbePresenter::changed, this, [&] {
            if (probe.presenter.isStale() || !probe.presenter.answer())
                return;
            ++answers;
            QVERIFY(probe.presenter.answer()->question.edits == probe.presenter.edits());
            QCOMPARE(probe.presenter.answer()->moment, *probe.world.workspace->focus().moment());
        });
        DemonstrationEditor editor(probe.presenter);
        for (int round = 0; round < 12; ++round) {
            editor.relabel(round % 4);
            if (round % 3 == 0)
                QCoreApplication::processEvents(); // some answers come in between
        }
        QVERIFY(probe.presenter.isStale());
        QTRY_VERIFY(probe.isScored());
        QCOMPARE(probe.presenter.answer()->question.edits.size(), std::size_t(12));
        QVERIFY(answers > 0);
    }

    void undoLeadsBackToWhereItWasMade()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        const QString user = probe.presenter.userId();
        DemonstrationEditor(probe.presenter).drop(0);
        QTRY_VERIFY(probe.isScored());
        QCOMPARE(probe.shown().size(), std::size_t(3));
        QVERIFY(probe.presenter.chooseUser(user == QStringLiteral("u1") ? QStringLiteral("u2") : QStringLiteral("u1")));
        QVERIFY(probe.presenter.edits().empty()); // each user has their own
        QTRY_VERIFY(probe.isScored());
        probe.world.workspace->edits().undo();
        QCOMPARE(probe.presenter.userId(), user);
        QTRY_VERIFY(probe.isScored());
        QCOMPARE(probe.shown().size(), std::size_t(4));
    }

    void resetIsAnEditToo()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        DemonstrationEditor(probe.presenter).drop(0);
        simulate::Arm arm = probe.presenter.arm();
        arm.areTitlesMasked = true;
        probe.presenter.setArm(arm);
        probe.presenter.reset();
        QVERIFY(!probe.presenter.isEdited());
        probe.world.workspace->edits().undo();
        QVERIFY(probe.presenter.isEdited() && probe.presenter.arm().areTitlesMasked);
        QCOMPARE(probe.presenter.edits().size(), std::size_t(1));
    }

    void aFlippedArmIsRelabelledAsItIsSeen()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        simulate::Arm arm = probe.presenter.arm();
        arm.demonstrations.areLabelsFlipped = true;
        probe.presenter.setArm(arm);
        QTRY_VERIFY(probe.isScored());
        const bool seen = probe.shown()[2].isLiked;
        DemonstrationEditor(probe.presenter).relabel(2);
        QTRY_VERIFY(probe.isScored());
        QVERIFY(probe.shown()[2].isLiked != seen);
    }

    void editsBecomeAnArmByHand()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        DemonstrationEditor editor(probe.presenter);
        editor.move(0, 3);
        QTRY_VERIFY(probe.isScored());
        editor.relabel(0);
        QTRY_VERIFY(probe.isScored());
        const auto text = probe.presenter.answer()->built.prompts.front().text;
        QSignalSpy told(&probe.presenter, &ProbePresenter::told);
        probe.presenter.addArmToDraft();
        QCOMPARE(told.count(), 1);
        QVERIFY(!told.first()[1].toBool());
        const auto& arm = probe.world.workspace->focus().experiment().arms.back();
        QCOMPARE(arm.selector, std::string("manual"));
        QTRY_VERIFY(probe.isScored());
        QCOMPARE(probe.presenter.answer()->question.arm.selector, std::string("manual"));
        QCOMPARE(probe.presenter.answer()->built.prompts.front().text, text);
        QVERIFY(!probe.presenter.isEdited()); // the arm has what was edited
    }

    void whatAnArmCannotKeepIsSaid()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        simulate::Arm arm = probe.presenter.arm();
        arm.context = simulate::ContextOf::OtherUsersDemonstrations;
        probe.presenter.setArm(arm);
        QTRY_VERIFY(probe.isScored());
        DemonstrationEditor(probe.presenter).drop(0);
        QTRY_VERIFY(probe.isScored());
        const auto before = probe.world.workspace->focus().experiment().arms.size();
        QSignalSpy told(&probe.presenter, &ProbePresenter::told);
        probe.presenter.addArmToDraft();
        QCOMPARE(told.count(), 1);
        QVERIFY(told.first()[1].toBool());
        QCOMPARE(probe.world.workspace->focus().experiment().arms.size(), before);
    }

    void anArmWithItsOwnCheckpointIsLoadedAndScored()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        probe.appendArm([](simulate::Arm& arm) { arm.checkpoint = "another-model"; });
        probe.world.workspace->focus().setArm(2);
        QTRY_VERIFY2(probe.isScored(), qPrintable(probe.presenter.problem()));
        const auto& question = probe.presenter.answer()->question;
        QCOMPARE(question.arm.checkpoint, std::string("another-model"));
        QVERIFY(question.engine && question.engine != probe.world.workspace->focus().engine());
        probe.presenter.compareWith(1); // two models at one moment
        QTRY_VERIFY(probe.presenter.compared() && probe.presenter.compared()->isScored());
        QVERIFY(probe.presenter.compared()->question.engine == probe.world.workspace->focus().engine());
    }

    void aBaselineRanksWithoutAPrompt()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        probe.appendArm([](simulate::Arm& arm) {
            arm = {};
            arm.name = "popular";
            arm.scorer = "popularity";
        });
        probe.presenter.compareWith(2);
        QTRY_VERIFY2(probe.presenter.compared() && probe.presenter.compared()->isScored(),
                     qPrintable(probe.presenter.comparedProblem()));
        probe.world.workspace->focus().setArm(2);
        QTRY_VERIFY2(probe.isScored(), qPrintable(probe.presenter.problem()));
        QVERIFY(probe.presenter.answer()->built.prompts.empty());
        QVERIFY(!probe.presenter.answer()->positive(0));
    }

    void anArmChangedElsewhereIsTaken()
    {
        Probe probe;
        QTRY_VERIFY(probe.isScored());
        auto draft = probe.world.workspace->focus().experiment();
        draft.arms[1].selectorParameters["k"] = std::int64_t {2};
        probe.world.workspace->focus().setExperiment(draft);
        QTRY_VERIFY(probe.isScored());
        QCOMPARE(probe.shown().size(), std::size_t(2));
    }

    void anAttributionIsStoppedAndForgottenWithItsMoment()
    {
        Probe probe;
        ProbeAnalyses analyses(probe.presenter);
        QVERIFY(!analyses.isPossible() || probe.isScored());
        QTRY_VERIFY(probe.isScored());
        QSignalSpy ended(&analyses.job(), &JobRunner::ended);
        analyses.tryOrders(720);
        QVERIFY(analyses.job().isRunning());
        probe.presenter.moveTo(5); // another question: the job is not worth its time any more
        QTRY_COMPARE(ended.count(), 1);
        QTRY_VERIFY(probe.isScored());
        QVERIFY(!analyses.spread());
        QVERIFY(probe.presenter.chooseUser(probe.presenter.userId())); // to a liked item, which is ranked among others
        QTRY_VERIFY(probe.isScored());
        QVERIFY(probe.presenter.answer()->candidates.items.size() > 1);
        analyses.attribute();
        QTRY_VERIFY(analyses.effects().demonstrations);
        analyses.setCandidate(probe.presenter.answer()->candidates.target == 0 ? 1 : 0);
        QVERIFY(!analyses.effects().demonstrations); // it was of another candidate
    }

    void shiftsOfAPlantedDatasetAreOnTheTimeline()
    {
        TestWorld world;
        ProbePresenter presenter(*world.workspace);
        world.workspace->openFakeModel();
        world.workspace->openDataset(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/datasets/planted"));
        QTRY_VERIFY(world.workspace->focus().dataset());
        int shifts = 0;
        for (const auto& event : presenter.timeline())
            shifts += event.shift.isEmpty() ? 0 : 1;
        QTRY_VERIFY(presenter.state() == State::Prompt);
        QVERIFY(!presenter.shownPositions().empty());
        for (const int position : presenter.shownPositions())
            QVERIFY(position < presenter.position());
        const auto* truth = presenter.dataset()->truth();
        QVERIFY(truth);
        const auto user = *presenter.dataset()->findUser(presenter.userId().toStdString());
        QCOMPARE(shifts, int(truth->users[user].shifts.size()));
    }
};

QTEST_MAIN(TestProbePresenter)
#include "tst_probepresenter.moc"
