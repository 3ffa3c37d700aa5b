// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"
#include "ui/pages/data/badrowview.h"
#include "ui/pages/data/columndialog.h"
#include "ui/pages/data/columnsession.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/data/healthview.h"
#include "ui/plots/barplot.h"
#include "ui/widgets/messagebar.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

constexpr int allRows = TestWorld::users * TestWorld::eventsPerUser;

template<typename W>
W* named(QWidget& parent, const char* accessibleName)
{
    for (auto* widget : parent.findChildren<W*>())
        if (widget->accessibleName() == QLatin1String(accessibleName))
            return widget;
    return nullptr;
}

bool says(QWidget& parent, const QString& text)
{
    return std::ranges::any_of(parent.findChildren<QLabel*>(), [&](const QLabel* label) {
        return label->isVisibleTo(&parent) && label->text().contains(text);
    });
}

/// A table whose columns have names that nobody would guess.
QString writeOddTable(const TestWorld& world)
{
    QFile csv(world.file("odd.csv"));
    if (!csv.open(QIODevice::WriteOnly))
        return {};
    csv.write("wer;was;wann;wie;titel\n"
              "a;x;880000000;5;Alien\n"
              "a;y;880000100;1;Heat\n"
              "b;x;880000200;sehr;Alien\n");
    return csv.fileName();
}

} // namespace

class TestData : public QObject
{
    Q_OBJECT

private slots:
    void labelsAreCountedWhileARuleIsTyped()
    {
        TestWorld world;
        DataSession session(*world.workspace);
        QVERIFY(session.ruleText().isEmpty());
        QVERIFY(world.openDataset());
        QTRY_VERIFY(session.rule().counts.has_value());
        const auto before = *session.rule().counts;
        session.tryRule(QStringLiteral("rating>=5"));
        QVERIFY(!session.rule().counts); // old counts are not passed as new
        QTRY_VERIFY(session.rule().counts.has_value());
        QVERIFY(session.rule().counts->liked < before.liked);
        QCOMPARE(session.rule().counts->liked + session.rule().counts->disliked, before.liked + before.disliked);
        QVERIFY(session.ruleText().contains(QStringLiteral("liked")));
        session.tryRule(QStringLiteral("rating>"));
        QVERIFY(session.ruleText().contains(QStringLiteral("user-mean"))); // says what can be written
        QCOMPARE(world.workspace->focus().dataset()->rule.text(), std::string("rating>=4")); // nothing applied yet
    }

    void theNewestFilterWins()
    {
        TestWorld world;
        DataSession session(*world.workspace);
        QVERIFY(world.openDataset());
        QTRY_VERIFY(!session.isChoosingRows());
        QCOMPARE(session.interactions().rowCount(), allRows);
        session.setFilter({.user = QStringLiteral("u1")});
        session.setFilter({.user = QStringLiteral("u3"), .isLiked = true});
        QTRY_VERIFY(!session.isChoosingRows());
        const auto& model = session.interactions();
        QVERIFY(model.rowCount() > 0 && model.rowCount() < TestWorld::eventsPerUser);
        for (int row = 0; row < model.rowCount(); ++row) {
            QCOMPARE(model.index(row, InteractionTableModel::UserColumn).data().toString(), QStringLiteral("u3"));
            QCOMPARE(model.index(row, InteractionTableModel::LikedColumn).data().toString(), QStringLiteral("liked"));
        }
        QVERIFY(session.rowsText().contains(QStringLiteral("of 360")));
        // Relabelling keeps the filter and asks it anew.
        QSignalSpy ended(&world.workspace->datasetJob(), &JobRunner::ended);
        world.workspace->relabel(QStringLiteral("implicit"));
        QVERIFY(ended.wait(10'000));
        QTRY_VERIFY(!session.isChoosingRows());
        QCOMPARE(model.rowCount(), TestWorld::eventsPerUser);
    }

    void itemsAreFoundByWords()
    {
        TestWorld world;
        DataSession session(*world.workspace);
        QVERIFY(world.openDataset());
        QTRY_COMPARE(session.items().found, std::size_t {TestWorld::items});
        session.searchItems(QStringLiteral("film 12"));
        QTRY_COMPARE(session.items().found, std::size_t {1});
        QVERIFY(session.items().best.front().interactions > 0);
    }

    void columnsAreTriedBeforeTheTableIsOpened()
    {
        TestWorld world;
        ColumnSession session(writeOddTable(world), {});
        QTRY_VERIFY(session.preview().has_value());
        QVERIFY(!session.canOpen());
        QVERIFY(session.verdict().contains(QStringLiteral("no column holds the user")));
        QCOMPARE(separatorName(session.preview()->separator), QStringLiteral("semicolon"));
        session.setColumns({.user = "wer", .item = "was", .rating = "wie", .time = "wann", .title = "titel"});
        QTRY_VERIFY(session.canOpen());
        QVERIFY(session.verdict().contains(QStringLiteral("1 of the first 3 rows would be left out")));
        QCOMPARE(session.preview()->rows.front().title, std::string("Alien"));
        session.setColumns({.user = "nobody"});
        QTRY_VERIFY(session.verdict().contains(QStringLiteral("nobody")));
        QVERIFY(!session.canOpen());
    }

    void chartsHoldWhatTheCardSays()
    {
        TestWorld world;
        QVERIFY(world.openDataset());
        const auto& card = *world.workspace->healthCard();
        const auto charts = healthCharts(card);
        QCOMPARE(charts.size(), std::size_t {6});
        double events = 0;
        for (const PlotBar& bar : charts[0].chart.bars)
            events += bar.value;
        QCOMPARE(events, double(allRows));
        QCOMPARE(charts.back().chart.names, (QStringList {"1", "2", "3", "4", "5"}));
        QVERIFY(charts[0].chart.toText().startsWith(QStringLiteral("Time (UTC)\tevents per")));
        QCOMPARE(charts[4].chart.toText().count(QLatin1Char('\n')), 11);
        QVERIFY(std::ranges::any_of(
            healthRows(card), [](const CardRow& row) { return row.name == QStringLiteral("New users at the end"); }));
    }

    /// As a person does it: open, read why, filter, search an item, go to its rows, look at a moment.
    void aPersonLooksAtADataset()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        DataPage& page = window.dataPage();
        auto* path = named<QLineEdit>(page, "Path");
        path->setText(world.writeDataset());
        QTest::keyClick(path, Qt::Key_Return);
        QTRY_VERIFY(says(page, QStringLiteral("Read as CSV: the file's name ends in .csv")));
        QTRY_VERIFY(says(page, QStringLiteral("only 12 users"))); // advice
        auto* table = named<QTableView>(page, "Interactions");
        QTRY_COMPARE(table->model()->rowCount(), allRows);

        QTest::keyClick(&page, Qt::Key_F, Qt::ControlModifier);
        auto* words = named<QLineEdit>(page, "Words of the title or genre");
        QTRY_VERIFY(words->hasFocus());
        QTest::keyClicks(words, QStringLiteral("film 12"));
        QTRY_VERIFY(says(page, QStringLiteral("of 360 interactions")));
        const int filtered = table->model()->rowCount();
        QVERIFY(filtered > 0 && filtered < allRows);
        QTest::mouseClick(button(page, QStringLiteral("Clear")), Qt::LeftButton);
        QTRY_COMPARE(table->model()->rowCount(), allRows);
        table->setFocus();
        QTest::keyClicks(table, QStringLiteral("f")); // typed in the table, it goes to the filter
        QVERIFY(words->hasFocus());
        QCOMPARE(words->text(), QStringLiteral("f"));
        QTest::mouseClick(button(page, QStringLiteral("Clear")), Qt::LeftButton);
        QTRY_COMPARE(table->model()->rowCount(), allRows);

        page.findChild<QTabWidget*>()->setCurrentIndex(2);
        auto* search = named<QLineEdit>(page, "Search for items");
        QTest::keyClicks(search, QStringLiteral("film 12"));
        QTRY_VERIFY(says(page, QStringLiteral("1 items")));
        QTest::mouseClick(button(page, QStringLiteral("Show its interactions")), Qt::LeftButton);
        QTRY_COMPARE(table->model()->rowCount(), filtered);
        QCOMPARE(words->text(), QStringLiteral("Film 12 (1990)"));

        table->selectRow(0);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(window.page(), MainWindow::Probe);
        QVERIFY(world.workspace->focus().moment().has_value());
    }

    void aPersonChangesTheLabelRule()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        window.showPage(MainWindow::Data);
        QVERIFY(world.openDataset());
        DataPage& page = window.dataPage();
        auto* apply = button(page, QStringLiteral("Apply"));
        QTRY_VERIFY(says(page, QStringLiteral("of 12 users have both")));
        QVERIFY(!apply->isEnabled());
        QComboBox* rule = nullptr;
        for (auto* box : page.findChildren<QComboBox*>())
            if (box->isEditable())
                rule = box;
        rule->lineEdit()->selectAll();
        QTest::keyClicks(rule->lineEdit(), QStringLiteral("rating>=x"));
        QVERIFY(!apply->isEnabled());
        rule->lineEdit()->selectAll();
        QTest::keyClicks(rule->lineEdit(), QStringLiteral("implicit"));
        QTRY_VERIFY(says(page, QStringLiteral("360 liked, 0 disliked")));
        QVERIFY(apply->isEnabled());
        QTest::mouseClick(apply, Qt::LeftButton);
        QTRY_COMPARE(world.workspace->focus().dataset()->rule.text(), std::string("implicit"));
        QTRY_VERIFY(says(page, QStringLiteral("Everything counts as liked"))); // the advice follows
        QVERIFY(!apply->isEnabled());
    }

    void aPersonMapsTheColumnsOfATable()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        window.showPage(MainWindow::Data);
        DataPage& page = window.dataPage();
        auto* columns = button(page, QStringLiteral("Columns…"));
        QVERIFY(!columns->isEnabled());
        auto* path = named<QLineEdit>(page, "Path");
        path->setText(writeOddTable(world));
        QTest::keyClick(path, Qt::Key_Return);
        QTRY_VERIFY(says(page, QStringLiteral("its columns can be chosen")));
        QTest::mouseClick(columns, Qt::LeftButton);
        auto* dialog = page.findChild<ColumnDialog*>();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->session().preview().has_value());
        auto* open = button(*dialog, QStringLiteral("Open with these columns"));
        QVERIFY(!open->isEnabled());
        QCOMPARE(dialog->focusWidget(), named<QComboBox>(*dialog, "User"));
        const std::vector<std::pair<const char*, const char*>> choices {
            {"User", "wer"}, {"Item", "was"}, {"Time", "wann"}, {"Rating", "wie"}, {"Title", "titel"}};
        for (const auto& [part, column] : choices) {
            auto* choice = named<QComboBox>(*dialog, part);
            choice->setFocus();
            QTest::keyClicks(choice, QString::fromLatin1(column)); // as a person finds a row of a list by its letters
            QTRY_COMPARE(choice->currentText(), QString::fromLatin1(column));
            QTRY_VERIFY(!dialog->session().preview()->columns.empty());
        }
        QTRY_VERIFY(open->isEnabled());
        auto* read = named<QTableView>(*dialog, "First rows as they are read");
        QCOMPARE(read->model()->index(0, 6).data().toString(), QStringLiteral("Alien"));
        QVERIFY(read->model()->index(2, 6).data().toString().startsWith(QStringLiteral("left out")));
        QTest::mouseClick(open, Qt::LeftButton);
        QTRY_VERIFY(world.workspace->focus().dataset().has_value());
        QCOMPARE(world.workspace->focus().dataset()->dataset().size(), std::size_t {2});
        QCOMPARE(world.workspace->focus().experiment().dataset.columns.user, std::string("wer")); // a run opens it so
    }

    void badRowsAreCopiedAndSaved()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        window.showPage(MainWindow::Data);
        QVERIFY(world.openDataset());
        DataPage& page = window.dataPage();
        page.findChild<QTabWidget*>()->setCurrentIndex(1);
        auto* view = page.findChild<BadRowView*>();
        QVERIFY(says(*view, QStringLiteral("1 × the rating or the time is no number")));
        QTest::mouseClick(button(*view, QStringLiteral("Copy")), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text().count(QLatin1Char('\n')), 3);
        QVERIFY(view->saveTo(world.file("report.csv")));
        QVERIFY(window.messages().text().contains(QStringLiteral("report.csv")));
        QFile file(world.file("report.csv"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith("file,line,problem,why,text\n"));
        QVERIFY(!view->saveTo(QStringLiteral("/nowhere/report.csv")));
        QVERIFY(window.messages().text().contains(QStringLiteral("/nowhere")));
    }
};

QTEST_MAIN(TestData)
#include "tst_data.moc"
