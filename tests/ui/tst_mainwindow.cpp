// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"
#include "ui/pages/checkpoint/modelpage.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/probe/probepage.h"
#include "ui/pages/results/exportdialog.h"
#include "ui/pages/results/resultspage.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/widgets/messagebar.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

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
        QTest::keyClick(&window, Qt::Key_5, Qt::ControlModifier);
        QCOMPARE(window.page(), MainWindow::Results);
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
        QCOMPARE(results.result()->run.id, *session.run());
        QCOMPARE(results.result()->run.state, store::RunState::Finished);
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
