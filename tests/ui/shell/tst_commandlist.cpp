// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandlist.h"
#include "ui/shell/commandpalette.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QMenuBar>
#include <QSignalSpy>
#include <QTest>

using namespace driftscope::ui;

namespace {

/// A window with a few menus, one of them within another.
class SmallWindow : public QMainWindow
{
public:
    SmallWindow()
    {
        QMenu& file = *menuBar()->addMenu(QStringLiteral("&File"));
        open = file.addAction(QStringLiteral("Open dataset &folder…"));
        open->setShortcut(QKeySequence(QStringLiteral("Ctrl+O")));
        QMenu* recent = file.addMenu(QStringLiteral("Open &recent"));
        recent->addAction(QStringLiteral("ml-100k"));
        file.addSeparator();
        figure = file.addAction(QStringLiteral("E&xport figure…"));
        QMenu& run = *menuBar()->addMenu(QStringLiteral("&Run"));
        load = run.addAction(QStringLiteral("&Load model"));
        pause = run.addAction(QStringLiteral("&Pause run"));
        pause->setEnabled(false);
        resize(900, 600);
    }

    QAction* open;
    QAction* figure;
    QAction* load;
    QAction* pause;
};

} // namespace

class TestCommandList : public QObject
{
    Q_OBJECT

private slots:
    void lettersInOrderAreFound_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isFound");
        QTest::newRow("nothing typed") << ""
                                       << "Load model" << true;
        QTest::newRow("beginnings of words") << "lm"
                                             << "Load model" << true;
        QTest::newRow("capitals") << "LOAD"
                                  << "Load model" << true;
        QTest::newRow("two words in another order") << "fig exp"
                                                    << "Export figure" << true;
        QTest::newRow("letters out of order") << "dl"
                                              << "Load" << false;
        QTest::newRow("a letter too many") << "loadx"
                                           << "Load model" << false;
    }
    void lettersInOrderAreFound()
    {
        QFETCH(QString, typed);
        QFETCH(QString, text);
        QFETCH(bool, isFound);
        QCOMPARE(fuzzyScore(typed, text).has_value(), isFound);
    }

    void beginningsOfWordsCountMore()
    {
        QVERIFY(*fuzzyScore(QStringLiteral("ef"), QStringLiteral("Export figure"))
                > *fuzzyScore(QStringLiteral("ef"), QStringLiteral("Open reference")));
        QVERIFY(*fuzzyScore(QStringLiteral("load"), QStringLiteral("Load model"))
                > *fuzzyScore(QStringLiteral("load"), QStringLiteral("Leave out a demo")));
    }

    void allActionsOfTheMenusAreThereAndTheBestComesFirst()
    {
        SmallWindow window;
        CommandList list;
        const QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        list.setCommands(commandsOf(*window.menuBar()));
        QCOMPARE(list.rowCount(), 5);
        QCOMPARE(list.index(0).data().toString(), QStringLiteral("Open dataset folder"));
        QCOMPARE(list.index(0).data(CommandList::MenuRole).toString(), QStringLiteral("File"));
        QCOMPARE(list.index(1).data(CommandList::MenuRole).toString(), QStringLiteral("File › Open recent"));
        list.setTyped(QStringLiteral("exp fig"));
        QCOMPARE(list.index(0).data().toString(), QStringLiteral("Export figure"));
        list.setTyped(QStringLiteral("recent"));
        QCOMPARE(list.index(0).data().toString(), QStringLiteral("ml-100k")); // found by its menu
    }

    void whatCannotBeDoneNowIsNotDone()
    {
        SmallWindow window;
        QSignalSpy paused(window.pause, &QAction::triggered);
        CommandList list;
        list.setCommands(commandsOf(*window.menuBar()));
        list.setTyped(QStringLiteral("pause"));
        QCOMPARE(list.rowCount(), 1);
        QVERIFY(!list.trigger(0));
        QCOMPARE(list.firstEnabled(), -1);
        QVERIFY(paused.isEmpty());
    }

    void typingAndEnterCarriesACommandOut()
    {
        SmallWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QSignalSpy loaded(window.load, &QAction::triggered);
        CommandPalette palette(&window);
        palette.open(*window.menuBar());
        auto* typed = palette.findChild<QLineEdit*>();
        QTest::keyClicks(typed, QStringLiteral("load"));
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_COMPARE(loaded.size(), 1);
        QVERIFY(!palette.isVisible());
    }

    void arrowsLeaveOutWhatCannotBeChosenAndEscapeLeaves()
    {
        SmallWindow window;
        window.show();
        CommandPalette palette(&window);
        palette.open(*window.menuBar());
        auto* typed = palette.findChild<QLineEdit*>();
        auto* list = palette.findChild<QListView*>();
        QCOMPARE(list->currentIndex().row(), 0);
        for (int i = 0; i < 10; ++i)
            QTest::keyClick(typed, Qt::Key_Down);
        QCOMPARE(list->currentIndex().data().toString(), QStringLiteral("Load model"));
        QTest::keyClick(typed, Qt::Key_Escape);
        QVERIFY(!palette.isVisible());
    }
};

QTEST_MAIN(TestCommandList)
#include "tst_commandlist.moc"
