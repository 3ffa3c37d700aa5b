// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"
#include "ui/pages/checkpoint/modelpage.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/live/livepage.h"
#include "ui/pages/probe/probepage.h"
#include "ui/pages/results/exportdialog.h"
#include "ui/pages/results/resultspage.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/pages/start/startpage.h"
#include "ui/settings/settings.h"
#include "ui/settings/settingsdialog.h"
#include "ui/shell/aboutdialog.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/eventlog.h"
#include "ui/shell/logview.h"
#include "ui/shell/statusline.h"
#include "ui/widgets/messagebar.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryFile>
#include <QToolButton>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/layoutcheck.h"
#include "tests/ui/support/testworld.h"
#include "tests/ui/support/windowscene.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

void checkTexts(const QWidget& window)
{
    const QString problems = layoutReport(window);
    QVERIFY2(problems.isEmpty(), qPrintable(problems));
}

/// What can be chosen in menus, and in those within them.
QList<const QAction*> actionsOf(const QList<QAction*>& entries)
{
    QList<const QAction*> found;
    for (const QAction* entry : entries)
        if (const QMenu* menu = entry->menu())
            found += actionsOf(menu->actions());
        else if (!entry->isSeparator())
            found << entry;
    return found;
}

void picture(QWidget& window, const QString& name)
{
    const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
    if (!folder.isEmpty())
        window.grab().save(folder + QLatin1Char('/') + QString(name).replace(QLatin1Char(' '), QLatin1Char('-'))
                           + QStringLiteral(".png"));
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void startsOnThreeCardsAndGoesToPagesByKeys()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(window.page(), MainWindow::Start);
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(window.page(), MainWindow::Probe);
        QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
        QCOMPARE(window.page(), MainWindow::Results);
    }

    void theStatusBarSaysFiveThings()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        const auto says = [&window](const QString& text) {
            for (const auto* part : window.status().findChildren<QToolButton*>())
                if (part->text() == text)
                    return true;
            for (const auto* label : window.status().findChildren<QLabel*>())
                if (label->isVisible() && label->text() == text)
                    return true;
            return false;
        };
        for (const char* text : {"no dataset", "no checkpoint", "model not loaded", "leaks 0", "no job running"})
            QVERIFY2(says(QString::fromLatin1(text)), text);
        QVERIFY(world.openDataset());
        QVERIFY(world.loadFakeModel());
        QVERIFY(says(QStringLiteral("interactions.csv")) && says(QStringLiteral("fake model")));
        QTRY_VERIFY(says(QStringLiteral("no job running")));
        QTest::mouseClick(window.status().findChild<QToolButton*>(QStringLiteral("Checkpoint")), Qt::LeftButton);
        QCOMPARE(window.page(), MainWindow::Model);
    }

    void whatIsDroppedAnywhereIsOpened()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        window.showPage(MainWindow::Probe);
        auto* field = window.probePage().findChild<QLineEdit*>(); // which would take the address as text
        QVERIFY(field);
        const QString before = field->text();
        QMimeData files;
        files.setUrls({QUrl::fromLocalFile(world.writeDataset())});
        QDragEnterEvent enter({5, 5}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(field, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({5, 5}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(field, &drop);
        QTRY_COMPARE(window.page(), MainWindow::Data);
        QTRY_VERIFY(world.workspace->focus().dataset());
        QCOMPARE(field->text().contains(QStringLiteral("file:")), false);
    }

    void noShortcutMeansTwoThingsOnAPage()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        QMap<QString, QStringList> everywhere;
        for (const QAction* action : window.findChildren<QAction*>())
            for (const QKeySequence& keys : action->shortcuts())
                if (action->shortcutContext() == Qt::WindowShortcut)
                    everywhere[keys.toString()] << action->text();
        for (auto one = everywhere.cbegin(); one != everywhere.cend(); ++one)
            QVERIFY2(one->size() == 1, qPrintable(one.key() + QStringLiteral(": ") + one->join(QStringLiteral(", "))));
        QSet<QString> onProbe;
        for (const QAction* action : window.probePage().pageActions())
            for (const QKeySequence& keys : action->shortcuts()) {
                QVERIFY2(!everywhere.contains(keys.toString()) && !onProbe.contains(keys.toString()),
                         qPrintable(keys.toString() + QStringLiteral(": ") + action->text()));
                onProbe.insert(keys.toString());
            }
    }

    void aPageChosenInTheRailByKeysTakesTheKeys()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* rail = window.findChild<PageRail*>();
        QWidget* button = rail->widgetForAction(rail->pageActions().at(0));
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(window.page(), MainWindow::Data);
        QVERIFY(window.findChild<DataPage*>()->isAncestorOf(QApplication::focusWidget()));
    }

    void emptyPagesOpenWhatComesWithTheProgram()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        window.showPage(MainWindow::Data);
        QPushButton* data = button(window, QStringLiteral("Open the bundled data"));
        QTest::mouseClick(data, Qt::LeftButton);
        QTRY_VERIFY(world.workspace->focus().dataset());
        QVERIFY(!data->isVisible());
        window.showPage(MainWindow::Model);
        QPushButton* model = button(window, QStringLiteral("Open the bundled model"));
        QTest::mouseClick(model, Qt::LeftButton);
        QTRY_VERIFY(world.workspace->focus().checkpoint());
        QVERIFY(!model->isVisible());
    }

    void whatFailedIsNoLongerSaidOnceItIsOpen()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QTemporaryFile table(QDir::tempPath() + QStringLiteral("/XXXXXX.csv"));
        QVERIFY(table.open());
        table.write("Kunde;Artikel\nk1;a1\n");
        table.close();
        window.openPath(table.fileName());
        QTRY_VERIFY(window.messages().text().contains(QStringLiteral("no column holds")));
        const auto fields = window.findChild<DataPage*>()->findChildren<QLineEdit*>();
        QVERIFY(std::ranges::any_of(fields, [&](const auto* field) { return field->text() == table.fileName(); }));
        window.openPath(world.writeDataset());
        QTRY_VERIFY(world.workspace->focus().dataset());
        QTRY_COMPARE(window.messages().text(), QString());
    }

    void aPathIsOpenedOnItsPage()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        const QString source = QStringLiteral(DRIFTSCOPE_SOURCE_DIR);
        window.openPath(source + QStringLiteral("/resources/experiments/drift-seen.json"));
        QTRY_COMPARE(window.page(), MainWindow::Simulate);
        QTRY_COMPARE(world.workspace->focus().experiment().name, std::string("Drift, seen"));
        QVERIFY(window.windowTitle().startsWith(QStringLiteral("Drift, seen")));
        window.openPath(source + QStringLiteral("/resources/tuning/drift-tiny.json"));
        QTRY_COMPARE(window.page(), MainWindow::Tune);
        window.openPath(QStringLiteral("/nowhere"));
        QTRY_VERIFY(window.messages().text().contains(QStringLiteral("/nowhere")));
        QVERIFY(window.log().text().contains(QStringLiteral("/nowhere: there is no")));
    }

    void whatIsWrongWithAnExperimentFileIsSaidInTheBar()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        QFile broken(world.file("broken.json"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("{\"arms\": 3}") > 0);
        broken.close();
        const std::string before = world.workspace->focus().experiment().name;
        window.openPath(broken.fileName());
        QTRY_VERIFY(window.messages().text().contains(QStringLiteral("broken.json")));
        QCOMPARE(world.workspace->focus().experiment().name, before);
        QVERIFY(world.workspace->experimentFile().isEmpty());
    }

    void changesAreTakenBackByKeysAndShownInTheTitle()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        simulate::Experiment draft = world.workspace->focus().experiment();
        const auto before = draft.seed;
        draft.seed = before + 1;
        world.workspace->editExperiment(QStringLiteral("change seed"), draft);
        QVERIFY(window.isWindowModified());
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(world.workspace->focus().experiment().seed, before);
        QVERIFY(!window.isWindowModified());
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(world.workspace->focus().experiment().seed, before + 1);
    }

    void thePaletteDialogsAndLogOpenByKeys()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        const QString tag = QStringLiteral("dialog ");
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        auto* palette = window.findChild<CommandPalette*>();
        QVERIFY(palette && palette->isVisible());
        picture(*palette, tag + QStringLiteral("palette"));
        auto* typed = palette->findChild<QLineEdit*>();
        QTest::keyClicks(typed, QStringLiteral("about"));
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_VERIFY(window.findChild<AboutDialog*>());
        auto* about = window.findChild<AboutDialog*>();
        QTRY_VERIFY(about->isVisible());
        checkTexts(*about);
        picture(*about, tag + QStringLiteral("about"));
        about->close();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        auto* log = window.findChild<LogView*>();
        QVERIFY(log && log->isVisible());
        window.log().add(EventLog::Kind::Note, QStringLiteral("hello"));
        picture(*log, tag + QStringLiteral("log"));
        QTest::mouseClick(button(*log, QStringLiteral("&Copy all")), Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("hello")));
        log->close();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_Comma, Qt::ControlModifier);
        auto* settings = window.findChild<SettingsDialog*>();
        QVERIFY(settings && settings->isVisible());
        picture(*settings, tag + QStringLiteral("settings"));
    }

    void eachActionHasAShortcutOfItsOwnAndIsInThePalette()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        QSet<const QAction*> offered;
        for (const Command& command : commandsOf(*window.menuBar()))
            offered.insert(command.action);
        QHash<QString, QString> owners; // of keys
        QStringList clashes;
        QStringList missing;
        for (const QAction* action : actionsOf(window.menuBar()->actions())) {
            if (!offered.contains(action))
                missing << action->text();
            for (const QKeySequence& keys : action->shortcuts()) {
                const QString owner = owners.value(keys.toString());
                if (!owner.isEmpty())
                    clashes << QStringLiteral("%1: %2, %3").arg(keys.toString(), owner, action->text());
                owners.insert(keys.toString(), action->text());
            }
        }
        QVERIFY(owners.size() > 30);
        QVERIFY2(clashes.isEmpty(), qPrintable(clashes.join(QLatin1Char('\n'))));
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(QLatin1Char('\n'))));
    }

    void settingsCountAtOnceAndStay()
    {
        const QPalette palette = QApplication::palette();
        const QFont font = QApplication::font();
        TestWorld world;
        Settings().setTheme(Theme::System);
        Settings().setTypePercent(100);
        MainWindow window(*world.workspace);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_Comma, Qt::ControlModifier);
        auto* settings = window.findChild<SettingsDialog*>();
        QVERIFY(settings);
        auto* theme = settings->findChild<QComboBox*>();
        QTest::keyClick(theme, Qt::Key_End); // dark
        QCOMPARE(Settings().theme(), Theme::Dark);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() < 100);
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_Plus, Qt::ControlModifier);
        QCOMPARE(Settings().typePercent(), 110);
        QVERIFY(QApplication::font().pointSizeF() > font.pointSizeF());
        Settings().setTheme(Theme::System);
        Settings().setTypePercent(100);
        QApplication::setPalette(palette);
        QApplication::setFont(font);
    }

    void everyControlHasANameForThoseWhoCannotSeeIt()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QStringList nameless;
        for (const auto* widget : window.findChildren<QAbstractButton*>())
            if (widget->text().isEmpty() && widget->accessibleName().isEmpty() && widget->toolTip().isEmpty()
                && !widget->objectName().startsWith(QLatin1String("qt_"))
                && !qobject_cast<const QAbstractItemView*>(widget->parentWidget()))
                nameless << QString::fromLatin1(widget->metaObject()->className()) + QStringLiteral(" in ")
                        + QString::fromLatin1(widget->parentWidget()->metaObject()->className());
        nameless.removeAll(QStringLiteral("QLineEditIconButton in QLineEdit")); // has Qt's own
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral(", "))));
    }

    void pagesFitTheWindow_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("isDark");
        QTest::newRow("small light") << QSize(1100, 700) << false;
        QTest::newRow("small dark") << QSize(1100, 700) << true;
        QTest::newRow("large light") << QSize(1920, 1080) << false;
        QTest::newRow("large dark") << QSize(1920, 1080) << true;
    }

    /// Nothing is cut, overlaps or lacks a name, and no page is larger than the window. With DRIFTSCOPE_PICTURES set to
    /// a folder, pictures of all pages are left there.
    void pagesFitTheWindow()
    {
        QFETCH(QSize, size);
        QFETCH(bool, isDark);
        const QPalette before = QApplication::palette();
        if (isDark)
            QApplication::setPalette(QPalette(QColor(0x35, 0x35, 0x35), QColor(0x2b, 0x2b, 0x2b)));
        TestWorld world;
        MainWindow window(*world.workspace);
        window.resize(size);
        window.show();
        QVERIFY(world.openDataset());
        QVERIFY(world.loadFakeModel());
        world.useSmallExperiment();
        QTRY_COMPARE(window.probePage().presenter().state(), ProbePresenter::State::Scored);
        QSignalSpy ended(&window.simulatePage().session(), &RunSession::runEnded);
        window.simulatePage().session().start(false);
        QVERIFY(ended.wait(30'000));
        QStringList problems;
        for (const MainWindow::Page page : allPages()) {
            window.showPage(page);
            if (page == MainWindow::Results)
                QTRY_VERIFY(window.resultsPage().presenter().result().has_value());
            QTest::qWait(60); // plots lay themselves out with the event loop
            QCOMPARE(window.size(), size);
            if (const QString found = layoutReport(window); !found.isEmpty())
                problems << pageName(page) + QStringLiteral(":\n") + found;
            picture(window, QString::number(page) + QLatin1Char('-') + QString::fromLatin1(QTest::currentDataTag()));
        }
        QApplication::setPalette(before);
        for (const QString& page : problems)
            qWarning("%s", qPrintable(page)); // the message of a failure is cut
        QVERIFY2(problems.isEmpty(), qPrintable(problems.value(0)));
    }

    void seeDriftLeadsToTheFirstScenario()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QTest::mouseClick(button(window.startPage(), QStringLiteral("&See drift happen")), Qt::LeftButton);
        LivePresenter& live = window.livePage().presenter();
        QTRY_VERIFY_WITH_TIMEOUT(live.scenario() && live.state() == LivePresenter::State::Scored, 20'000);
        QCOMPARE(window.page(), MainWindow::Live);
        QVERIFY(world.workspace->focus().moment()); // the Probe stands after a shift meanwhile
        window.livePage().step(1);
        QTRY_VERIFY_WITH_TIMEOUT(!live.isStale() && !live.effects().empty(), 20'000);
        // The same again with its experiment open: what is there serves.
        window.showPage(MainWindow::Start);
        QTest::mouseClick(button(window.startPage(), QStringLiteral("&See drift happen")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window.page() == MainWindow::Live && live.setting().step == 0
                                     && live.state() == LivePresenter::State::Scored,
                                 20'000);
    }

    void aMissingFileIsSaidInTheWindowAndWorkGoesOn()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        world.workspace->openDataset(QStringLiteral("/nowhere/ratings.csv"));
        QTRY_VERIFY(window.messages().text().contains(QStringLiteral("/nowhere/ratings.csv")));
        QVERIFY(world.openDataset());
    }

    void wholePathFromDataToFigure()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        window.showPage(MainWindow::Data);
        auto* path = window.dataPage().findChild<QLineEdit*>();
        path->setText(world.writeDataset());
        QTest::keyClick(path, Qt::Key_Return);
        QTRY_VERIFY(world.workspace->focus().dataset());
        auto* tabs = window.dataPage().findChild<QTabWidget*>();
        QVERIFY(tabs->tabText(1).contains(QStringLiteral("(2)"))); // the bad row and the duplicate

        world.workspace->openFakeModel();
        window.showPage(MainWindow::Model);
        QTest::mouseClick(button(window.modelPage(), QStringLiteral("Load")), Qt::LeftButton);
        QTRY_VERIFY(world.workspace->focus().engine());

        window.showPage(MainWindow::Probe);
        QTRY_COMPARE(window.probePage().presenter().state(), ProbePresenter::State::Scored);

        world.useSmallExperiment();
        window.showPage(MainWindow::Simulate);
        RunSession& session = window.simulatePage().session();
        QTRY_VERIFY(session.estimate());
        QCOMPARE(session.estimate()->arms, std::size_t(2));
        QSignalSpy ended(&session, &RunSession::runEnded);
        QTest::mouseClick(button(window.simulatePage(), QStringLiteral("▶ Start")), Qt::LeftButton);
        QVERIFY(ended.wait(30'000));
        QCOMPARE(ended.first().first().value<Outcome>(), Outcome::Finished);
        QTRY_VERIFY(session.figure().hasPoints());
        QVERIFY(session.run());

        QTest::mouseClick(button(window.simulatePage(), QStringLiteral("Show results")), Qt::LeftButton);
        ResultsPresenter& results = window.resultsPage().presenter();
        QTRY_VERIFY_WITH_TIMEOUT(results.result().has_value() && !results.isStale(), 20'000);
        QCOMPARE(results.result()->run().id, *session.run());
        QCOMPARE(results.result()->run().state, store::RunState::Finished);
        QCOMPARE(results.result()->summary.queries,
                 std::uint64_t(session.estimate() ? session.estimate()->queries : 0));
        QVERIFY(!results.verdicts().isEmpty());

        window.resultsPage().exportFigure();
        auto* dialog = window.findChild<ExportDialog*>();
        QVERIFY(dialog);
        checkTexts(*dialog);
        dialog->findChild<QComboBox*>()->setCurrentIndex(1); // SVG
        dialog->setPath(world.file("figure.svg"));
        QTest::mouseClick(button(*dialog, QStringLiteral("Export")), Qt::LeftButton);
        QFile svg(world.file("figure.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray text = svg.readAll();
        QVERIFY(text.startsWith("<?xml"));
        QVERIFY(!text.contains("<image"));
        QVERIFY(window.messages().text().contains(QStringLiteral("figure.svg")));
    }

    void aStoppedRunGoesOnAndGivesTheSameTable()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        QVERIFY(world.openDataset());
        QVERIFY(world.loadFakeModel());
        world.useSmallExperiment();
        RunSession& session = window.simulatePage().session();
        QSignalSpy ended(&session, &RunSession::runEnded);
        session.start(false);
        session.setPaused(true);
        QVERIFY(session.isPaused());
        session.stop(); // ends a paused run too
        QVERIFY(ended.wait(20'000));
        if (ended.first().first().value<Outcome>() == Outcome::Cancelled && session.run()) {
            const auto first = *session.run();
            session.start(true);
            QVERIFY(ended.wait(30'000));
            QTRY_COMPARE(*session.run(), first);
        } else {
            session.start(true);
            QVERIFY(ended.wait(30'000));
        }
        QCOMPARE(ended.last().first().value<Outcome>(), Outcome::Finished);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
