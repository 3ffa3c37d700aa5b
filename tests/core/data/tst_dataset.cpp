// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <set>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

class TestDataset : public QObject
{
    Q_OBJECT

private slots:
    void rowsAreSortedByTimeThenSourceRow();
    void laterRowsOfAPairAreLeftOutAndListed();
    void firstOfAPairIsTheEarliestNotTheTopmost();
    void countsGoOnWhenTheListIsFull();
    void problemsStandInFileOrder();
    void usersAreFoundByTheirId();
    void itemsKnowWhenTheyWereFirstSeen();
    void noRowIsAnError();
    void randomRowsKeepTheInvariants();
    void catalogKeepsTitlesAndAttributes();
};

void TestDataset::rowsAreSortedByTimeThenSourceRow()
{
    const auto dataset = datasetOf({{0, 0, 5, 300}, {1, 1, 4, 100}, {0, 2, 3, 200}, {1, 3, 2, 200}});
    QCOMPARE(dataset->size(), std::size_t {4});
    std::vector<std::uint32_t> lines;
    for (InteractionIndex i = 0; i < dataset->size(); ++i)
        lines.push_back(dataset->sourceRow(i));
    QCOMPARE(lines, (std::vector<std::uint32_t> {3, 4, 5, 2}));
    QCOMPARE(toUnix(dataset->firstTime()), 100);
    QCOMPARE(toUnix(dataset->lastTime()), 300);
    const auto ofFirst = dataset->ofUser(0);
    QCOMPARE(std::vector<InteractionIndex>(ofFirst.begin(), ofFirst.end()), (std::vector<InteractionIndex> {1, 3}));
    QCOMPARE(dataset->rating(3), 5.0F);
}

void TestDataset::laterRowsOfAPairAreLeftOutAndListed()
{
    const auto dataset = datasetOf({{0, 0, 5, 100}, {0, 1, 4, 200}, {0, 0, 1, 300}, {1, 0, 2, 300}});
    QCOMPARE(dataset->size(), std::size_t {3});
    QCOMPARE(dataset->report().duplicates, std::uint64_t {1});
    QCOMPARE(dataset->report().badRows, std::uint64_t {0});
    QCOMPARE(problemsOf(*dataset), QString("duplicate:4"));
    QCOMPARE(dataset->report().problems.front().file, std::string("rows.csv"));
    QVERIFY(dataset->report().problems.front().text.find("line 2") != std::string::npos);
}

void TestDataset::firstOfAPairIsTheEarliestNotTheTopmost()
{
    const auto dataset = datasetOf({{0, 0, 5, 900}, {0, 0, 1, 100}, {0, 0, 2, 100}});
    QCOMPARE(dataset->size(), std::size_t {1});
    QCOMPARE(dataset->rating(0), 1.0F);
    QCOMPARE(problemsOf(*dataset), QString("duplicate:2 duplicate:4"));
}

void TestDataset::countsGoOnWhenTheListIsFull()
{
    std::vector<Row> rows;
    for (std::size_t i = 0; i <= RowReport::maxListed + 5; ++i)
        rows.push_back({0, 0, 1, static_cast<std::int64_t>(i)});
    const auto dataset = datasetOf(rows);
    QCOMPARE(dataset->report().duplicates, std::uint64_t {RowReport::maxListed + 5});
    QCOMPARE(dataset->report().problems.size(), std::size_t {RowReport::maxListed});
}

void TestDataset::problemsStandInFileOrder()
{
    DatasetParts parts = partsOf({{0, 0, 5, 100}, {0, 0, 4, 200}});
    parts.report.add({"rows.csv", 7, ErrorCode::BadNumber, "x"});
    parts.report.add({"items.csv", 1, ErrorCode::ColumnCount, "y"});
    const auto dataset = Dataset::build(std::move(parts));
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset), QString("duplicate:3 bad-number:7 column-count:1"));
}

void TestDataset::usersAreFoundByTheirId()
{
    const auto dataset = datasetOf({{0, 0, 5, 1}, {1, 0, 5, 2}, {2, 0, 5, 3}});
    QCOMPARE(dataset->findUser("u1"), std::optional<UserIndex>(1));
    QCOMPARE(dataset->userId(1), std::string("u1"));
    QVERIFY(!dataset->findUser("u9"));
    QVERIFY(!dataset->findUser(""));
}

void TestDataset::itemsKnowWhenTheyWereFirstSeen()
{
    DatasetParts parts = partsOf({{0, 0, 5, 300}, {1, 0, 4, 100}});
    const ItemIndex unseen = parts.catalog.intern("never");
    const auto dataset = Dataset::build(std::move(parts)).value();
    QCOMPARE(dataset->firstSeen(0), std::optional(fromUnix(100)));
    QVERIFY(!dataset->firstSeen(unseen));
}

void TestDataset::noRowIsAnError()
{
    COMPARE_ERROR(Dataset::build({}), ErrorCode::NoRows);
    DatasetParts parts;
    parts.report.add({"rows.csv", 7, ErrorCode::BadNumber, "x"});
    const auto result = Dataset::build(std::move(parts));
    COMPARE_ERROR(result, ErrorCode::NoRows);
    QVERIFY2(result.error().message.find("line 7") != std::string::npos, result.error().message.c_str());
}

void TestDataset::randomRowsKeepTheInvariants()
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        RandomStream random(seed, "dataset-test");
        std::vector<Row> rows;
        std::set<std::pair<UserIndex, ItemIndex>> pairs;
        for (std::size_t n = 1 + random.index(200); n > 0; --n) {
            rows.push_back({static_cast<UserIndex>(random.index(6)), static_cast<ItemIndex>(random.index(20)), 1,
                            static_cast<std::int64_t>(random.index(40))});
            pairs.insert({rows.back().user, rows.back().item});
        }
        const auto dataset = datasetOf(rows);
        QCOMPARE(dataset->size(), pairs.size());
        QCOMPARE(dataset->report().duplicates, rows.size() - pairs.size());
        for (InteractionIndex i = 1; i < dataset->size(); ++i)
            QVERIFY(std::pair(dataset->time(i - 1), dataset->sourceRow(i - 1))
                    < std::pair(dataset->time(i), dataset->sourceRow(i)));
        std::size_t total = 0;
        for (UserIndex user = 0; user < dataset->userCount(); ++user) {
            const auto events = dataset->ofUser(user);
            total += events.size();
            QVERIFY(std::is_sorted(events.begin(), events.end()));
            for (const InteractionIndex i : events)
                QCOMPARE(dataset->user(i), user);
        }
        QCOMPARE(total, dataset->size());
        // The kept row of a pair is the least of (time, line).
        for (std::size_t r = 0; r < rows.size(); ++r)
            for (InteractionIndex i = 0; i < dataset->size(); ++i)
                if (dataset->user(i) == rows[r].user && dataset->item(i) == rows[r].item)
                    QVERIFY(std::pair(toUnix(dataset->time(i)), std::size_t {dataset->sourceRow(i)})
                            <= std::pair(rows[r].time, r + 2));
    }
}

void TestDataset::catalogKeepsTitlesAndAttributes()
{
    Catalog catalog;
    const ItemIndex first = catalog.intern("a");
    const ItemIndex second = catalog.intern("b");
    QCOMPARE(catalog.intern("a"), first);
    QCOMPARE(catalog.size(), std::size_t {2});
    QCOMPARE(catalog.title(second), std::string("b")); // the id, until there is a title
    catalog.setTitle(second, "Second");
    catalog.setAttribute(second, "year", "1999");
    QCOMPARE(catalog.title(second), std::string("Second"));
    QCOMPARE(std::string(catalog.attribute(second, "year")), std::string("1999"));
    QVERIFY(catalog.attribute(first, "year").empty());
    QVERIFY(catalog.attribute(catalog.intern("c"), "year").empty());
    QVERIFY(catalog.attribute(first, "genres").empty());
    QCOMPARE(catalog.find("b"), std::optional(second));
    QVERIFY(!catalog.find("z"));
}

QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
