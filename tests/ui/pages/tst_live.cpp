// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/handview.h"
#include "ui/pages/live/livepage.h"
#include "ui/pages/live/livestage.h"
#include "ui/pages/live/opinionlist.h"
#include "ui/pages/live/rankingboard.h"
#include "ui/views/emptytext.h"
#include "ui/widgets/promptview.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;
using State = LivePresenter::State;

namespace {

/// A page on screen with the small dataset and the fake model.
struct LiveWorld : TestWorld {
    LiveWorld()
        : page(*workspace)
    {
        page.resize(1000, 640);
        page.show();
    }

    bool begin() { return openDataset() && loadFakeModel() && settled(); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return page.presenter().state() == State::Scored; }, 20'000);
    }
    ItemCard* card(std::size_t position) { return page.findChild<HandView*>()->cards()[position]; }

    LivePage page;
};

} // namespace

class TestLive : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatIsMissingAndOffersIt()
    {
        LiveWorld world;
        QCOMPARE(world.page.presenter().state(), State::NeedsDataset);
        QSignalSpy wanted(&world.page, &LivePage::datasetWanted);
        QTest::mouseClick(button(world.page, QStringLiteral("Open a dataset")), Qt::LeftButton);
        QCOMPARE(wanted.count(), 1);
        QVERIFY(world.openDataset());
        QCOMPARE(world.page.presenter().state(), State::NeedsCheckpoint);
        world.workspace->openFakeModel();
        QTRY_COMPARE(world.page.presenter().state(), State::NeedsModel);
        QVERIFY(button(world.page, QStringLiteral("Load the model"))->isVisible());
    }

    void aClickOnACardIsAnExampleOfTheNextPrompt()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        QVERIFY(world.page.presenter().examples().empty());
        const LiveItem liked = world.card(0)->item();
        QTest::mouseClick(button(*world.card(0), QStringLiteral("Like")), Qt::LeftButton);
        QVERIFY(world.page.presenter().isStale());
        QVERIFY(world.page.findChild<RankingBoard*>()->isGreyed());
        QVERIFY(world.page.presenter().said().front().isShown); // not said to have left a prompt that is to come
        QVERIFY(world.settled());
        QVERIFY(!world.page.findChild<RankingBoard*>()->isGreyed());
        const auto shown = world.page.presenter().examples();
        QCOMPARE(shown.size(), std::size_t(1));
        QCOMPARE(shown[0].what.item, liked.item);
        QVERIFY(shown[0].isLiked);
        QVERIFY(world.card(0)->item().item != liked.item); // another card took its place
        QVERIFY(world.page.findChild<PromptView*>()->toPlainText().contains(liked.title));
        QVERIFY(world.page.presenter().boardRows().front().rankBefore.has_value());
        QVERIFY(world.page.presenter().latencyMs() > 0);
    }

    void keysJudgeCardsAndRankedItems()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        const auto disliked = world.card(1)->item().item;
        QTest::keyClick(world.card(1), Qt::Key_D);
        QVERIFY(world.settled());
        auto* board = world.page.findChild<RankingBoard*>();
        QTest::keyClick(board, Qt::Key_Down);
        QCOMPARE(board->currentRow(), 0);
        const auto first = world.page.presenter().boardRows().front().what.item;
        QTest::keyClick(board, Qt::Key_L);
        QVERIFY(world.settled());
        const auto said = world.page.presenter().said(); // newest first
        QCOMPARE(said.size(), std::size_t(2));
        QCOMPARE(said[0].what.item, first);
        QCOMPARE(said[1].what.item, disliked);
        QVERIFY(said[0].isLiked && !said[1].isLiked);
        for (const auto& row : world.page.presenter().boardRows())
            QVERIFY(row.what.item != first); // judged, so no longer ranked
    }

    void whatWasSaidIsTakenBackByUndo()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        QTest::keyClick(world.card(0), Qt::Key_L);
        QTest::keyClick(world.card(0), Qt::Key_D);
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().said().size(), std::size_t(2));
        QTest::mouseClick(button(world.page, QStringLiteral("Undo")), Qt::LeftButton);
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().said().size(), std::size_t(1));
        QCOMPARE(world.page.presenter().examples().size(), std::size_t(1));
        QTest::mouseClick(button(world.page, QStringLiteral("Reset")), Qt::LeftButton);
        QVERIFY(world.settled());
        QVERIFY(world.page.presenter().said().empty());
        world.workspace->edits().undo();
        QCOMPARE(world.page.presenter().said().size(), std::size_t(1));
        world.workspace->edits().redo();
        QVERIFY(world.page.presenter().said().empty());
    }

    void onlyTheNewestOfManyClicksIsAnswered()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        QSignalSpy changes(&world.page.presenter(), &LivePresenter::changed);
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(world.card(0), Qt::Key_L);
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().examples().size(), std::size_t(5));
        QCOMPARE(world.page.presenter().answer()->question.persona.said().size(), std::size_t(5));
    }

    void searchedCardsAreNeitherJudgedNorRanked()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        QTest::keyClicks(world.page.findChild<QLineEdit*>(), QStringLiteral("film 5"));
        QTRY_VERIFY(!world.page.presenter().hand().empty()
                    && world.card(0)->item().title.contains(QStringLiteral("5")));
        for (const auto& row : world.page.presenter().boardRows())
            for (const auto& card : world.page.presenter().hand())
                QVERIFY(card.item != row.what.item);
        QTest::keyClicks(world.page.findChild<QLineEdit*>(), QStringLiteral(" no such"));
        QTRY_VERIFY(world.page.presenter().hand().empty());
        world.page.anotherHand();
        QTRY_COMPARE(world.page.presenter().hand().size(), LivePresenter::handCount);
    }

    void beginsAsAUser()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        QVERIFY(!world.page.presenter().startFromUser(QStringLiteral("nobody"), 3));
        QVERIFY(world.page.presenter().startFromUser(QStringLiteral("u3"), 9));
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().examples().size(), std::size_t(9));
        QVERIFY(world.page.presenter().startText().contains(QStringLiteral("u3")));
    }

    void theProbedUserIsOfTheDataInFocus()
    {
        TestWorld world;
        Focus& focus = world.workspace->focus();
        // As the Probe does, before the page hears of the new data.
        connect(&focus, &Focus::datasetChanged, this, [&focus] {
            focus.setMoment(static_cast<data::InteractionIndex>(focus.dataset()->dataset().size() - 1));
        });
        LivePage page(*world.workspace);
        QFile small(world.file("small.csv"));
        QVERIFY(small.open(QIODevice::WriteOnly));
        small.write("user_id,item_id,rating,timestamp,title\na,i1,5,880000000,One\na,i2,1,880000100,Two\n");
        small.close();
        QSignalSpy ended(&world.workspace->datasetJob(), &JobRunner::ended);
        world.workspace->openDataset(small.fileName());
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(page.presenter().probedUser()->first, QStringLiteral("a"));
        QVERIFY(world.openDataset()); // which has far more interactions
        QVERIFY(page.presenter().probedUser()->first.startsWith(QLatin1Char('u')));
    }

    void theOrderOfTheExamplesCanBeTurned()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(world.card(0), Qt::Key_L);
        QVERIFY(world.settled());
        const auto first = world.page.presenter().examples().front().what.item;
        world.page.findChild<QCheckBox*>()->click();
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().examples().back().what.item, first);
    }

    void twoClicksTurnAScenariosRanking()
    {
        LiveWorld world; // nothing is open: the scenario brings its data
        QTest::mouseClick(button(world.page, QStringLiteral("Interest switch")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(world.page.presenter().step() != nullptr, 20'000);
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().examples().size(), std::size_t(12));
        QTest::mouseClick(button(world.page, QStringLiteral("Next ▶")), Qt::LeftButton);
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().setting().step, 1);
        QCOMPARE(world.page.presenter().said().size(), std::size_t(16));
        QVERIFY(!world.page.presenter().effects().empty());
        QTest::mouseClick(button(world.page, QStringLiteral("◀ Back")), Qt::LeftButton);
        QVERIFY(world.settled());
        QCOMPARE(world.page.presenter().said().size(), std::size_t(12));
        QTest::keyClick(world.card(0), Qt::Key_L); // off the script
        QVERIFY(world.settled());
        QVERIFY(world.page.presenter().effects().empty());
        QTest::mouseClick(button(world.page, QStringLiteral("Play freely")), Qt::LeftButton);
        QVERIFY(!world.page.presenter().step());
        QVERIFY(world.settled());
        QVERIFY(world.page.presenter().said().empty());
    }

    void afterTheLastStepTheNextScenarioBegins()
    {
        LiveWorld world;
        QTest::mouseClick(button(world.page, QStringLiteral("Interest switch")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(world.page.presenter().step() != nullptr, 20'000);
        const auto& scenarios = world.page.presenter().scenarios();
        while (!world.page.presenter().isLastStep())
            world.page.step(1);
        QCOMPARE(QString::fromStdString(world.page.presenter().followingScenario()->title),
                 QString::fromStdString(scenarios[1].title));
        QTest::mouseClick(button(world.page, QStringLiteral("Next scenario ▶")), Qt::LeftButton);
        QTRY_COMPARE(world.page.presenter().scenario()->title, scenarios[1].title);
        QCOMPARE(world.page.presenter().setting().step, 0);
    }

    void emptyListsSayWhatWillStandThere()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        auto* said = world.page.findChild<OpinionList*>()->findChild<EmptyText*>();
        QVERIFY(said && said->isVisible());
        QTest::keyClick(world.card(0), Qt::Key_L);
        QVERIFY(world.settled());
        QVERIFY(!said->isVisible());
    }

    void thePresentationIsDrivenByKeys()
    {
        LiveWorld world;
        QTest::mouseClick(button(world.page, QStringLiteral("Position bias")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(world.page.presenter().step() != nullptr, 20'000);
        QVERIFY(world.settled());
        QTest::mouseClick(button(world.page, QStringLiteral("Present")), Qt::LeftButton);
        QPointer<LiveStage> stage = world.page.stage();
        QVERIFY(stage && stage->isFullScreen());
        QTest::keyClick(stage, Qt::Key_Right);
        QCOMPARE(world.page.presenter().setting().step, 1);
        QTest::keyClick(stage, Qt::Key_Space);
        QCOMPARE(world.page.presenter().setting().step, 2);
        QVERIFY(world.settled());
        QVERIFY(stage->findChild<PromptView*>()->isVisible()); // the step says so
        QTest::keyClick(stage, Qt::Key_P);
        QVERIFY(stage->findChild<OpinionList*>()->isVisible());
        QTest::keyClick(stage, Qt::Key_Left);
        QCOMPARE(world.page.presenter().setting().step, 1);
        QTest::keyClick(stage, Qt::Key_Escape);
        QTRY_VERIFY(!stage);
    }

    void theFakeModelIsCalledFake()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        bool isSaid = false;
        for (const auto* label : world.page.findChildren<QLabel*>())
            isSaid = isSaid || label->text().startsWith(QStringLiteral("Fake model"));
        QVERIFY(isSaid);
    }

    void anotherDatasetEndsWhatWasSaid()
    {
        LiveWorld world;
        QVERIFY(world.begin());
        QTest::keyClick(world.card(0), Qt::Key_L);
        QVERIFY(world.settled());
        QVERIFY(world.openDataset());
        QVERIFY(world.settled());
        QVERIFY(world.page.presenter().said().empty());
        world.workspace->edits().undo(); // of items that are no more
        QVERIFY(world.page.presenter().said().empty());
    }

    void aMissingScenarioFileIsSaid()
    {
        LiveWorld world;
        world.page.presenter().openScenario(QStringLiteral("/nowhere/at/all.json"));
        QTRY_COMPARE(world.page.presenter().state(), State::Failed);
        QVERIFY(world.page.presenter().problem().contains(QStringLiteral("all.json")));
    }
};

QTEST_MAIN(TestLive)
#include "tst_live.moc"
