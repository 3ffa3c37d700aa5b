// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/interactiontablemodel.h"
#include "ui/models/tables.h"

#include <QAbstractItemModelTester>

#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;
using Tester = QAbstractItemModelTester;

class TestTables : public QObject
{
    Q_OBJECT

private slots:
    void interactionsAreFilteredAndSorted()
    {
        data::DatasetParts parts;
        for (int user = 0; user < 1200; ++user) {
            parts.userIds.push_back(std::to_string(user));
            parts.interactions.push_back(
                {static_cast<data::UserIndex>(user), parts.catalog.intern("i" + std::to_string(user % 7)),
                 static_cast<float>(user % 5), fromUnix(1000 + user), static_cast<std::uint32_t>(user + 1)});
        }
        const auto dataset = data::Dataset::build(std::move(parts));
        QVERIFY(dataset.has_value());
        const auto history = std::make_shared<const data::UserHistory>(*dataset, data::LabelRule());
        InteractionTableModel model;
        QCOMPARE(model.rowCount(), 0);
        model.setHistory(history);
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 1200);
        const auto show = [&](const InteractionFilter& filter, int column, Qt::SortOrder order) {
            model.setOrder(interactionRows(*history, filter, column, order, {}).value());
        };
        show({}, InteractionTableModel::RatingColumn, Qt::DescendingOrder);
        QCOMPARE(model.index(0, InteractionTableModel::RatingColumn).data(InteractionTableModel::SortRole).toFloat(),
                 4.0F);
        QCOMPARE(model.index(0, InteractionTableModel::LikedColumn).data().toString(), QStringLiteral("liked"));
        QCOMPARE(model.index(0, InteractionTableModel::UserColumn).data().toString(),
                 QStringLiteral("4")); // ties stay in time
        show({}, InteractionTableModel::TimeColumn, Qt::DescendingOrder);
        QCOMPARE(model.index(0, InteractionTableModel::UserColumn).data().toString(), QStringLiteral("1199"));
        show({.user = QStringLiteral("119")}, InteractionTableModel::TimeColumn, Qt::AscendingOrder);
        QCOMPARE(model.rowCount(), 1); // a user has this id
        show({.user = QStringLiteral("119x")}, InteractionTableModel::TimeColumn, Qt::AscendingOrder);
        QCOMPARE(model.rowCount(), 0);
        show({.isLiked = false}, InteractionTableModel::UserColumn, Qt::DescendingOrder);
        QVERIFY(model.rowCount() > 0 && model.rowCount() < 1200);
        QVERIFY(model.index(0, InteractionTableModel::UserColumn).data().toString()
                > model.index(1, InteractionTableModel::UserColumn).data().toString());
        show({.item = history->dataset().item(3)}, InteractionTableModel::ItemColumn, Qt::AscendingOrder);
        QVERIFY(model.rowCount() > 0);
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(model.index(row, InteractionTableModel::ItemColumn).data(),
                     model.index(0, InteractionTableModel::ItemColumn).data());
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(interactionRows(*history, {}, 0, Qt::AscendingOrder, {stop.get_token()}).error().code,
                 ErrorCode::Cancelled);
    }

    void listModelsAreSound()
    {
        const auto ranking = makeRankingModel();
        const Tester tester(ranking.get(), Tester::FailureReportingMode::QtTest);
        RankingRow best {1, QStringLiteral("Alien"), 1.5, 1.0, 0.82, true, 3};
        RankingRow other {2, QStringLiteral("Babe"), 0.5, 0.0, 0.62, false, {}};
        ranking->setRows({best, other});
        QCOMPARE(ranking->rowCount(), 2);
        QVERIFY(!ranking->data({}).isValid()); // what Ctrl+C asks for in a table without a current cell
        QCOMPARE(ranking->index(0, 1).data().toString(), QStringLiteral("★ Alien"));
        QCOMPARE(ranking->index(0, 5).data().toString(), QStringLiteral("▲ 3"));
        QCOMPARE(ranking->index(1, 5).data().toString(), QString());
        QCOMPARE(ranking->index(0, 4).data().toString(), QStringLiteral("0.180"));
        QVERIFY(ranking->index(0, 2).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        ranking->setRows({other});
        QCOMPARE(ranking->rowCount(), 1);
    }

    void badRowsNameFileAndLine()
    {
        const auto model = makeBadRowModel();
        const Tester tester(model.get(), Tester::FailureReportingMode::QtTest);
        model->setRows({{"ratings.csv", 812, ErrorCode::BadNumber, "1,2,x"}});
        QCOMPARE(model->index(0, 0).data().toString(), QStringLiteral("ratings.csv"));
        QCOMPARE(model->index(0, 1).data(BadRowModel::SortRole).toULongLong(), 812ULL);
        QCOMPARE(model->index(0, 2).data().toString(), QStringLiteral("the rating or the time is no number"));
    }

    void verdictsSayWhoWinsAndWhetherItIsClear_data()
    {
        QTest::addColumn<double>("difference");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<bool>("isHigherBetter");
        QTest::addColumn<QString>("expected");
        QTest::newRow("wins") << 0.031 << 0.012 << 0.05 << true
                              << "recent 4 beats none by 0.031 NDCG@10 [0.012, 0.050], 400 users.";
        QTest::newRow("loses") << -0.031 << -0.05 << -0.012 << true
                               << "recent 4 loses to none by 0.031 NDCG@10 [-0.050, -0.012], 400 users.";
        QTest::newRow("less is better") << -0.031 << -0.05 << -0.012 << false
                                        << "recent 4 beats none by 0.031 NDCG@10 [-0.050, -0.012], 400 users.";
        QTest::newRow("unclear")
            << 0.01 << -0.02 << 0.04 << true
            << "recent 4 and none cannot be told apart on NDCG@10: difference 0.010 [-0.020, 0.040], 400 users.";
    }

    void verdictsSayWhoWinsAndWhetherItIsClear()
    {
        QFETCH(double, difference);
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(bool, isHigherBetter);
        QFETCH(QString, expected);
        simulate::PairedDifference paired;
        paired.a = "recent 4";
        paired.b = "none";
        paired.metric = "ndcg@10";
        paired.difference = difference;
        paired.low = low;
        paired.high = high;
        paired.users = 400;
        QCOMPARE(verdict(paired, isHigherBetter), expected);
    }

    void aSelectorIsSaidInAFewWords()
    {
        simulate::Arm arm;
        arm.selector = "recent";
        arm.selectorParameters = {{"k", std::int64_t {4}}};
        QCOMPARE(selectorText(arm), QStringLiteral("most recent, k = 4"));
    }
};

QTEST_MAIN(TestTables)
#include "tst_tables.moc"
