// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probepage.h"
#include "ui/widgets/promptview.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;
using State = ProbePresenter::State;

class TestProbe : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatIsMissingAndOffersIt()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        QCOMPARE(page.presenter().state(), State::NeedsDataset);
        QSignalSpy wanted(&page, &ProbePage::datasetWanted);
        for (auto* button : page.findChildren<QPushButton*>())
            if (button->text().contains(QStringLiteral("Open a dataset")))
                button->click();
        QCOMPARE(wanted.count(), 1);
        QVERIFY(world.openDataset());
        QCOMPARE(page.presenter().state(), State::NeedsCheckpoint);
    }

    void showsPromptsWithoutAModel()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        world.workspace->openFakeModel();
        QVERIFY(world.openDataset());
        QTRY_COMPARE(page.presenter().state(), State::Prompt);
        QVERIFY(!page.presenter().isWaitingForScores());
        QVERIFY(page.findChild<PromptView*>()->toPlainText().contains(QStringLiteral("Film")));
        QVERIFY(page.presenter().answer()->scores.empty());
    }

    void ranksAsTheScorerSays()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        QVERIFY(world.loadFakeModel());
        QVERIFY(world.openDataset());
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        const auto rows = page.presenter().rankingRows();
        QVERIFY(!rows.empty());
        for (std::size_t i = 1; i < rows.size(); ++i)
            QVERIFY(rows[i - 1].score >= rows[i].score);
        QCOMPARE(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.isTarget; }), 1);
        QCOMPARE(world.workspace->focus().leaks(), std::uint64_t(0));
    }

    void stepsThroughTimeWithTheKeyboard()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        QVERIFY(world.loadFakeModel());
        QVERIFY(world.openDataset());
        auto* user = page.findChild<QLineEdit*>();
        user->setText(QStringLiteral("u3"));
        QTest::keyClick(user, Qt::Key_Return);
        QCOMPARE(page.presenter().userId(), QStringLiteral("u3"));
        auto* timeline = page.findChild<Timeline*>();
        QCOMPARE(timeline->count(), TestWorld::eventsPerUser);
        QTest::keyClick(timeline, Qt::Key_Home);
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        QVERIFY(page.presenter().demonstrationRows().empty()); // nothing was known yet
        QTest::keyClick(timeline, Qt::Key_End);
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        QCOMPARE(page.presenter().position(), TestWorld::eventsPerUser - 1);
        QCOMPARE(page.presenter().answer()->moment, *world.workspace->focus().moment());
    }

    void anEditIsStaleUntilItIsAnswered()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        QVERIFY(world.loadFakeModel());
        QVERIFY(world.openDataset());
        world.workspace->focus().setArm(1); // recent 4
        page.step(10);
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        QCOMPARE(page.presenter().demonstrationRows().size(), std::size_t(4));
        auto* k = page.findChild<QSpinBox*>(QStringLiteral("k"));
        QVERIFY(k);
        k->setValue(2);
        QVERIFY(page.presenter().isStale());
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        QVERIFY(!page.presenter().isStale());
        QCOMPARE(page.presenter().demonstrationRows().size(), std::size_t(2));
        QVERIFY(page.presenter().rankingRows().front().change.has_value()); // against the ranking before
    }

    void anEditedArmBecomesAnArmOfTheDraft()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        const auto before = world.workspace->focus().experiment().arms.size();
        page.presenter().addArmToDraft();
        page.presenter().addArmToDraft();
        const auto& arms = world.workspace->focus().experiment().arms;
        QCOMPARE(arms.size(), before + 2);
        QVERIFY(arms[before].name != arms[before + 1].name);
        QCOMPARE(world.workspace->focus().arm(), before + 1);
    }

    void anUnknownUserIsSaid()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        QVERIFY(world.openDataset());
        QVERIFY(!page.presenter().chooseUser(QStringLiteral("nobody")));
    }
};

QTEST_MAIN(TestProbe)
#include "tst_probe.moc"
