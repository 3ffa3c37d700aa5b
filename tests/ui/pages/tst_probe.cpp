// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/interactionpicker.h"
#include "ui/pages/probe/probepage.h"
#include "ui/pages/probe/templatequickedit.h"
#include "ui/widgets/promptview.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;
using State = ProbePresenter::State;

namespace {

/// A page with a scored ranking under the arm "recent 4", late in a life.
struct ReadyPage {
    ReadyPage()
        : page(*world.workspace)
    {
        page.resize(1100, 640);
        page.show();
        isReady = world.loadFakeModel() && world.openDataset();
        world.workspace->focus().setArm(1); // recent 4
        page.presenter().moveTo(TestWorld::eventsPerUser - 3);
    }

    template<typename T>
    T* find(const char* name)
    {
        return page.findChild<T*>(QString::fromLatin1(name));
    }
    [[nodiscard]] QTableView& demonstrations() { return *find<QTableView>("demonstrations"); }
    [[nodiscard]] bool isScored() { return page.presenter().state() == State::Scored && !page.presenter().isStale(); }
    [[nodiscard]] QString titleAt(int row) { return demonstrations().model()->index(row, 0).data().toString(); }
    /// The tool button of an action, as a person finds it.
    [[nodiscard]] QToolButton* tool(const QString& text)
    {
        for (auto* one : page.findChildren<QToolButton*>())
            if (one->text() == text)
                return one;
        return nullptr;
    }

    TestWorld world;
    ProbePage page;
    bool isReady = false;
};

} // namespace

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
        QVERIFY(page.findChild<PromptView*>(QStringLiteral("prompt"))->toPlainText().contains(QStringLiteral("Film")));
        QVERIFY(page.presenter().answer()->scores.empty());
    }

    void ranksAsTheScorerSays()
    {
        TestWorld world;
        ProbePage page(*world.workspace);
        QVERIFY(world.loadFakeModel());
        QVERIFY(world.openDataset());
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        const auto rows = rankingRows(*page.presenter().answer(), nullptr, nullptr, *page.presenter().dataset());
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
        QCOMPARE(page.findChild<QTableView*>(QStringLiteral("demonstrations"))->model()->rowCount(),
                 0); // nothing was known
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
        QCOMPARE(page.findChild<QTableView*>(QStringLiteral("demonstrations"))->model()->rowCount(), 4);
        auto* k = page.findChild<QSpinBox*>(QStringLiteral("k"));
        QVERIFY(k);
        k->setValue(2);
        QVERIFY(page.presenter().isStale());
        QTRY_COMPARE(page.presenter().state(), State::Scored);
        QVERIFY(!page.presenter().isStale());
        QCOMPARE(page.findChild<QTableView*>(QStringLiteral("demonstrations"))->model()->rowCount(), 2);
        QVERIFY(page.presenter().previous()); // what movement is counted from
        QVERIFY(!page.findChild<QLabel*>(QStringLiteral("change"))->text().isEmpty());
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

    void aDemonstrationIsDroppedByKeyAndComesBackByUndo()
    {
        ReadyPage ready;
        QVERIFY(ready.isReady);
        QTRY_VERIFY(ready.isScored());
        const QString second = ready.titleAt(1);
        ready.demonstrations().selectRow(1);
        ready.demonstrations().setFocus();
        QTest::keyClick(&ready.demonstrations(), Qt::Key_Delete);
        QTRY_COMPARE(ready.demonstrations().model()->rowCount(), 3);
        QTRY_VERIFY(ready.isScored());
        QVERIFY(ready.page.presenter().isEdited());
        QVERIFY(ready.titleAt(1) != second);
        ready.world.workspace->edits().undo();
        QTRY_COMPARE(ready.demonstrations().model()->rowCount(), 4);
        QTRY_COMPARE(ready.titleAt(1), second);
        QVERIFY(!ready.page.presenter().isEdited());
        ready.world.workspace->edits().redo();
        QTRY_COMPARE(ready.demonstrations().model()->rowCount(), 3);
    }

    void rowsAreReorderedByKeysButtonsAndDragging()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        const QString first = ready.titleAt(0);
        ready.demonstrations().selectRow(0);
        QTest::keyClick(&ready.demonstrations(), Qt::Key_Down, Qt::AltModifier);
        QTRY_COMPARE(ready.titleAt(1), first);
        QTRY_VERIFY(ready.isScored());
        QTest::mouseClick(ready.tool(QStringLiteral("Move down")), Qt::LeftButton); // goes on with the same one
        QTRY_COMPARE(ready.titleAt(2), first);
        QTRY_VERIFY(ready.isScored());

        QHeaderView* numbers = ready.demonstrations().verticalHeader();
        const auto at = [&](int row) {
            return QPoint(numbers->width() / 2, numbers->sectionViewportPosition(row) + numbers->sectionSize(row) / 2);
        };
        QWidget* viewport = numbers->viewport();
        QTest::mousePress(viewport, Qt::LeftButton, {}, at(2));
        for (const int y : {at(1).y(), at(0).y(), at(0).y() - 2}) {
            const QPoint to(at(2).x(), y);
            QMouseEvent moved(QEvent::MouseMove, to, viewport->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
            QCoreApplication::sendEvent(viewport, &moved);
        }
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, at(0));
        QTRY_COMPARE(ready.titleAt(0), first);
        QCOMPARE(ready.world.workspace->edits().count(), 3);
    }

    void labelsAreTurnedRoundAndPinsStay()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        ready.demonstrations().selectRow(0);
        const QString pinned = ready.titleAt(0);
        const bool wasLiked = ready.page.presenter().answer()->built.context.demonstrations[0].isLiked;
        QTest::mouseClick(ready.tool(QStringLiteral("Relabel")), Qt::LeftButton);
        QTRY_VERIFY(ready.isScored());
        QVERIFY(ready.page.presenter().answer()->built.context.demonstrations[0].isLiked != wasLiked);
        QTest::mouseClick(ready.tool(QStringLiteral("Pin")), Qt::LeftButton);
        QTRY_VERIFY(ready.isScored());
        ready.page.step(2); // the selector leaves it behind now
        QTRY_VERIFY(ready.isScored());
        QCOMPARE(ready.demonstrations().model()->rowCount(), 5);
        QCOMPARE(ready.titleAt(0), QStringLiteral("◆ ") + pinned);
        QTest::mouseClick(ready.tool(QStringLiteral("Reset")), Qt::LeftButton);
        QTRY_COMPARE(ready.demonstrations().model()->rowCount(), 4);
    }

    void demonstrationsAreAddedAndReplacedFromTheSearch()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        QTest::mouseClick(ready.tool(QStringLiteral("Add…")), Qt::LeftButton);
        auto* picker = ready.page.findChild<InteractionPicker*>();
        QVERIFY(picker);
        auto* list = picker->findChild<QListWidget*>();
        const int all = list->count();
        QCOMPARE(all, TestWorld::eventsPerUser - 3 - 4); // the past less what is shown
        auto* search = picker->findChild<QLineEdit*>();
        const QString title = list->item(7)->text().section(QStringLiteral(" · "), 0, 0);
        QTest::keyClicks(search, title.section(QLatin1Char(' '), 1, 1));
        QVERIFY(list->count() < all && list->count() > 0);
        const QString chosen = list->currentItem()->text().section(QStringLiteral(" · "), 0, 0);
        QTest::keyClick(search, Qt::Key_Return);
        QTRY_COMPARE(ready.demonstrations().model()->rowCount(), 5);
        QTRY_VERIFY(ready.isScored());
        QCOMPARE(ready.titleAt(4), chosen); // next to the query
        QTRY_VERIFY(!ready.page.findChild<InteractionPicker*>());

        ready.demonstrations().selectRow(0);
        QTest::mouseClick(ready.tool(QStringLiteral("Replace…")), Qt::LeftButton);
        picker = ready.page.findChild<InteractionPicker*>();
        QTest::keyClick(picker->findChild<QLineEdit*>(), Qt::Key_Down);
        const QString other = picker->findChild<QListWidget*>()->currentItem()->text();
        QTest::keyClick(picker->findChild<QLineEdit*>(), Qt::Key_Return);
        QTRY_VERIFY(other.startsWith(ready.titleAt(0)));
        QCOMPARE(ready.demonstrations().model()->rowCount(), 5);
        QCOMPARE(ready.world.workspace->focus().leaks(), std::uint64_t(0));
    }

    void aControlIsOneClickAndOneUndo()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        const auto before = ready.page.presenter().answer()->built.prompts.front().text;
        for (auto* action : ready.page.findChildren<QAction*>())
            if (action->text() == QStringLiteral("Masked titles"))
                action->trigger();
        QTRY_VERIFY(ready.isScored());
        QVERIFY(ready.page.presenter().arm().areTitlesMasked);
        QVERIFY(ready.page.presenter().answer()->built.prompts.front().text != before);
        ready.world.workspace->edits().undo();
        QTRY_VERIFY(ready.isScored());
        QCOMPARE(ready.page.presenter().answer()->built.prompts.front().text, before);
    }

    void theTemplateAppliesAsOneTypesAndMistakesAreSaid()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        QTest::mouseClick(button(ready.page, QStringLiteral("Edit template")), Qt::LeftButton);
        auto* editor = ready.page.findChild<TemplateQuickEdit*>();
        QVERIFY(editor->isVisible());
        QVERIFY(ready.find<PromptView>("prompt")->height() > editor->height() / 2); // what it does is to be seen
        const auto blocks = editor->findChildren<QPlainTextEdit*>();
        QCOMPARE(blocks.size(), 3);
        blocks[0]->moveCursor(QTextCursor::Start);
        QTest::keyClicks(blocks[0], QStringLiteral("Hello! "));
        QTRY_VERIFY(ready.isScored());
        QTRY_VERIFY(ready.page.findChild<PromptView*>(QStringLiteral("prompt"))
                        ->toPlainText()
                        .startsWith(QStringLiteral("Hello! ")));
        QCOMPARE(ready.world.workspace->edits().count(), 1); // one step for what was typed in one go
        const QString good = blocks[2]->toPlainText();
        blocks[2]->selectAll();
        QTest::keyClicks(blocks[2], QStringLiteral("{nothing}"));
        auto* problem = ready.page.findChild<QLabel*>(QStringLiteral("templateProblem"));
        QVERIFY2(problem->text().contains(QStringLiteral("Not applied")), qPrintable(problem->text()));
        QTRY_VERIFY(ready.isScored()); // by the last sound one
        blocks[2]->setPlainText(good);
        QVERIFY(problem->text().isEmpty());
        ready.page.presenter().addArmToDraft(); // the wording goes with it
        QTRY_VERIFY(ready.isScored());
        QVERIFY(ready.page.findChild<PromptView*>(QStringLiteral("prompt"))
                    ->toPlainText()
                    .startsWith(QStringLiteral("Hello! ")));
    }

    void theScoreIsSwitchedWithoutAskingTheModel()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        auto* score = ready.find<QComboBox>("rankBy");
        QSignalSpy busy(&ready.world.workspace->inference(), &InferenceThread::busyChanged);
        score->setFocus();
        QTest::keyClick(score, Qt::Key_Down);
        QVERIFY(ready.page.presenter().arm().score == simulate::ScoreKind::PositiveLogit);
        QVERIFY(ready.isScored()); // at once
        const auto& answer = *ready.page.presenter().answer();
        QCOMPARE(answer.scores.front(), answer.answers.front().answers[0]);
        ready.world.workspace->edits().undo();
        QVERIFY(ready.isScored());
        QVERIFY(ready.page.presenter().arm().score == simulate::ScoreKind::LogOdds);
        QCOMPARE(busy.count(), 0);
    }

    void attributionsStandBesideTheRows()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        QVERIFY(ready.demonstrations().isColumnHidden(PartShapley));
        QTest::mouseClick(button(ready.page, QStringLiteral("Attribute")), Qt::LeftButton);
        QTRY_VERIFY(ready.page.analyses().effects().demonstrations);
        QVERIFY(!ready.demonstrations().isColumnHidden(PartLeaveOneOut));
        QVERIFY(!ready.demonstrations().isColumnHidden(PartShapley));
        QVERIFY(!ready.find<QLabel>("attributed")->text().isEmpty());
        double sum = 0;
        for (int row = 0; row < 4; ++row)
            sum +=
                ready.demonstrations().model()->index(row, PartShapley).data(DemonstrationModel::SortRole).toDouble();
        const auto& found = *ready.page.analyses().effects().demonstrations;
        QVERIFY(std::abs(sum - (found.all - found.none)) < 1e-9);
        QVERIFY(!ready.find<QTableView>("history")->isColumnHidden(PartLeaveOneOut));
        ready.page.step(1); // they were of another moment
        QVERIFY(!ready.page.analyses().effects().demonstrations);
        QVERIFY(ready.demonstrations().isColumnHidden(PartShapley));
    }

    void anotherOrderIsTakenFromTheSpread()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        QTest::mouseClick(button(ready.page, QStringLiteral("Try other orders")), Qt::LeftButton);
        QTRY_VERIFY(ready.page.analyses().spread());
        auto* table = ready.find<QTableView>("orders");
        QCOMPARE(table->model()->rowCount(), 24); // 4!
        QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("1 2 3 4"));
        QVERIFY(ready.page.analyses().spreadText().contains(QStringLiteral("all 24 orders")));
        const QString last = ready.titleAt(3);
        const double positive = ready.page.analyses().spread()->outcomes[23].positive; // 4 3 2 1
        table->selectRow(23);
        QTest::mouseClick(button(ready.page, QStringLiteral("Take this order")), Qt::LeftButton);
        QTRY_COMPARE(ready.titleAt(0), last);
        QTRY_VERIFY(ready.isScored());
        const auto& answer = *ready.page.presenter().answer();
        QCOMPARE(*answer.positive(answer.candidates.target), positive);
    }

    void allControlsAreTriedByOneClick()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        QTest::mouseClick(button(ready.page, QStringLiteral("Try all controls")), Qt::LeftButton);
        QTRY_COMPARE(ready.page.analyses().variantRows().size(), std::size_t(11)); // itself, six, the 2x2
        const auto& rows = ready.page.analyses().variantRows();
        const auto& answer = *ready.page.presenter().answer();
        QCOMPARE(*rows.front().yes, *answer.positive(answer.candidates.target));
        auto* table = ready.find<QTableView>("variants");
        table->selectRow(3); // flipped labels
        const double yes = *rows[3].yes;
        QTest::mouseClick(button(ready.page, QStringLiteral("Look through this one")), Qt::LeftButton);
        QTRY_VERIFY(ready.isScored());
        const auto& flipped = *ready.page.presenter().answer();
        QVERIFY(flipped.question.arm.demonstrations.areLabelsFlipped);
        QCOMPARE(*flipped.positive(flipped.candidates.target), yes);
    }

    void theCandidateChosenStaysChosenWhereverItMoves()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        auto* table = ready.find<QTableView>("ranking");
        table->selectRow(5);
        const QString title = table->model()->index(5, CandidateColumn).data().toString();
        const auto hasPromptOf = [&] {
            return ready.find<PromptView>("prompt")->toPlainText().contains(
                QString(title).remove(QStringLiteral("★ ")));
        };
        QVERIFY(hasPromptOf());
        ready.demonstrations().selectRow(0);
        QTest::mouseClick(ready.tool(QStringLiteral("Relabel")), Qt::LeftButton);
        QTRY_VERIFY(ready.isScored());
        QCOMPARE(table->currentIndex().siblingAtColumn(CandidateColumn).data().toString(), title);
        QVERIFY(hasPromptOf());
    }

    void promptAndRankingAreCopied()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        QTest::mouseClick(button(ready.page, QStringLiteral("Copy prompt")), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 ready.page.findChild<PromptView*>(QStringLiteral("prompt"))->toPlainText());
        const auto rows =
            rankingRows(*ready.page.presenter().answer(), nullptr, nullptr, *ready.page.presenter().dataset());
        const QString tabs = rankingTable(rows, TableFormat::TabSeparated);
        QCOMPARE(tabs.count(QLatin1Char('\n')), int(rows.size()) + 1);
        QCOMPARE(tabs.section(QLatin1Char('\n'), 1, 1).split(QLatin1Char('\t'))[1], rows.front().title);
        const QString markdown = rankingTable(rows, TableFormat::Markdown);
        QVERIFY(markdown.section(QLatin1Char('\n'), 1, 1).startsWith(QStringLiteral("| ---")));
    }

    void twoArmsStandSideBySide()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        auto* compare = ready.find<QComboBox>("compare");
        compare->setFocus();
        QTest::keyClick(compare, Qt::Key_Down); // the first arm: no demonstrations
        QTRY_VERIFY(ready.page.presenter().compared());
        const auto& answer = *ready.page.presenter().answer();
        const auto& other = *ready.page.presenter().compared();
        QVERIFY(answer.candidates.items == other.candidates.items);
        QVERIFY(other.built.context.demonstrations.empty());
        QVERIFY(!ready.find<QTableView>("ranking")->isColumnHidden(OtherRankColumn));
        QVERIFY(ready.find<PromptView>("otherPrompt")->isVisible());
        ready.page.step(-1);
        QTRY_VERIFY(ready.page.presenter().compared()
                    && ready.page.presenter().compared()->moment == ready.page.presenter().answer()->moment);
        QTest::keyClick(compare, Qt::Key_Up);
        QTRY_VERIFY(ready.find<QTableView>("ranking")->isColumnHidden(OtherRankColumn));
    }

    void aTimeIsTyped()
    {
        ReadyPage ready;
        QTRY_VERIFY(ready.isScored());
        auto* time = ready.find<QLineEdit>("goTo");
        time->setText(QStringLiteral("7"));
        QTest::keyClick(time, Qt::Key_Return);
        QCOMPARE(ready.page.presenter().position(), 6);
        const QString day = ready.page.presenter().timeline()[20].time.left(10);
        time->setText(day);
        QTest::keyClick(time, Qt::Key_Return);
        QCOMPARE(ready.page.presenter().timeline()[std::size_t(ready.page.presenter().position())].time.left(10), day);
        const int before = ready.page.presenter().position();
        time->setText(QStringLiteral("soon"));
        QTest::keyClick(time, Qt::Key_Return);
        QCOMPARE(ready.page.presenter().position(), before);
        time->setText(QStringLiteral("2100-01-01"));
        QTest::keyClick(time, Qt::Key_Return);
        QCOMPARE(ready.page.presenter().position(), TestWorld::eventsPerUser - 1);
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
