// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/itemsearch.h"

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

class TestItemSearch : public QObject
{
    Q_OBJECT

private slots:
    void wordsFindTitles_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("title");
        QTest::addColumn<bool>("isFound");
        QTest::newRow("beginnings of words") << "sta wa"
                                             << "Star Wars (1977)" << true;
        QTest::newRow("in any order") << "wars star"
                                      << "Star Wars (1977)" << true;
        QTest::newRow("not the middle of a word") << "tar"
                                                  << "Star Wars (1977)" << false;
        QTest::newRow("all of them") << "star trek"
                                     << "Star Wars (1977)" << false;
        QTest::newRow("after a hyphen") << "fi"
                                        << "Sci-Fi" << true;
        QTest::newRow("capitals of Latin-1") << "ÉTÉ"
                                             << "Un été" << true;
        QTest::newRow("a sign") << "(1977)"
                                << "Star Wars (1977)" << true;
        QTest::newRow("nothing") << ""
                                 << "Alien" << true;
        QTest::newRow("the id") << "I7"
                                << "Alien" << true;
        QTest::newRow("no part of the id") << "I"
                                           << "Alien" << false;
        QTest::newRow("the kinds") << "dra"
                                   << "Alien" << true;
        QTest::newRow("title and kind") << "ALIEN space"
                                        << "Alien" << true;
        QTest::newRow("no word over their edge") << "alien space drama x"
                                                 << "Alien" << false;
    }
    void wordsFindTitles()
    {
        QFETCH(QString, words);
        QFETCH(QString, title);
        QFETCH(bool, isFound);
        Catalog catalog;
        const ItemIndex item = catalog.intern("i7");
        catalog.setTitle(item, title.toStdString());
        catalog.setAttribute(item, "genres", "Space, Drama");
        QCOMPARE(ItemQuery(catalog, words.toStdString()).matches(item), isFound);
    }

    void theMostFrequentComeFirstWithTheirCounts()
    {
        DatasetParts parts =
            partsOf({{0, 0, 5, 1}, {1, 0, 1, 2}, {0, 1, 5, 3}, {0, 2, 5, 4}, {1, 2, 4, 5}, {2, 2, 1, 6}});
        parts.catalog.setTitle(0, "Star Wars");
        parts.catalog.setTitle(1, "Alien");
        parts.catalog.setTitle(2, "Star Trek");
        parts.catalog.intern("never rated");
        const UserHistory history(Dataset::build(std::move(parts)).value(), LabelRule::defaultFor(RatingKind::Rating));
        const auto stars = searchItems(history, "star", 10, {});
        QCOMPARE(stars.found, std::size_t {2});
        QCOMPARE(stars.best[0].item, ItemIndex {2});
        QCOMPARE(stars.best[0].interactions, std::uint64_t {3});
        QCOMPARE(stars.best[0].liked, std::uint64_t {2});
        QCOMPARE(stars.best[1].item, ItemIndex {0});
        const auto unknown = searchItems(history, "star", 10, {}, {false, false, true, false});
        QCOMPARE(unknown.found, std::size_t {1});
        QCOMPARE(unknown.best[0].item, ItemIndex {0});
        const auto all = searchItems(history, "", 1, {});
        QCOMPARE(all.found, std::size_t {3}); // not the one that never occurs
        QCOMPARE(all.best.size(), std::size_t {1});
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(searchItems(history, "", 5, {stop.get_token()}).best.empty());
    }
};

QTEST_APPLESS_MAIN(TestItemSearch)
#include "tst_itemsearch.moc"
