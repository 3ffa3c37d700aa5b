// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/data/recbolewriter.h"

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

namespace {

/// Compares what a dataset holds by source ids; positions and source rows may differ.
void compareContent(const Dataset& a, const Dataset& b)
{
    QCOMPARE(a.size(), b.size());
    QCOMPARE(a.itemCount(), b.itemCount());
    QCOMPARE(a.ratingKind(), b.ratingKind());
    for (InteractionIndex i = 0; i < a.size(); ++i) {
        QCOMPARE(a.userId(a.user(i)), b.userId(b.user(i)));
        QCOMPARE(a.catalog().id(a.item(i)), b.catalog().id(b.item(i)));
        QCOMPARE(a.rating(i), b.rating(i));
        QCOMPARE(toUnix(a.time(i)), toUnix(b.time(i)));
    }
    QCOMPARE(a.catalog().attributeNames(), b.catalog().attributeNames());
    for (ItemIndex item = 0; item < a.itemCount(); ++item) {
        const auto twin = b.catalog().find(a.catalog().id(item));
        QVERIFY(twin);
        QCOMPARE(a.catalog().title(item), b.catalog().title(*twin));
        for (const std::string& name : a.catalog().attributeNames())
            QCOMPARE(std::string(a.catalog().attribute(item, name)), std::string(b.catalog().attribute(*twin, name)));
    }
}

} // namespace

class TestRecBoleWriter : public QObject
{
    Q_OBJECT

private slots:
    void filesAreAsDocumented();
    void whatIsWrittenIsReadBack_data();
    void whatIsWrittenIsReadBack();
    void allReadersRoundTrip();
    void idsThatBreakRowsAreRefused();
    void unwritableFoldersAreAnError();
};

void TestRecBoleWriter::filesAreAsDocumented()
{
    SourceFolder folder;
    DatasetParts parts = partsOf({{0, 1, 4.5F, 200}, {1, 0, 3, 100}});
    parts.catalog.setTitle(0, "Tab\tand\nline");
    parts.catalog.setAttribute(1, "genres", "Drama, Sci-Fi");
    const auto written = writeRecBole(*Dataset::build(std::move(parts)).value(), folder.path() / "new" / "set");
    REQUIRE_RESULT(written);
    QCOMPARE(
        readFile(folder.path() / "new/set/set.inter").value(),
        std::string("user_id:token\titem_id:token\trating:float\ttimestamp:float\nu1\ti0\t3\t100\nu0\ti1\t4.5\t200\n"));
    QCOMPARE(readFile(folder.path() / "new/set/set.item").value(),
             std::string("item_id:token\ttitle:token_seq\tgenres:token\ni0\tTab and line\t\ni1\ti1\tDrama, Sci-Fi\n"));
}

void TestRecBoleWriter::whatIsWrittenIsReadBack_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("rating") << static_cast<int>(RatingKind::Rating);
    QTest::newRow("label") << static_cast<int>(RatingKind::Label);
    QTest::newRow("none") << static_cast<int>(RatingKind::None);
}

void TestRecBoleWriter::whatIsWrittenIsReadBack()
{
    QFETCH(int, kind);
    const auto ratingKind = static_cast<RatingKind>(kind);
    RandomStream random(7, "writer-test");
    std::vector<Row> rows;
    for (int i = 0; i < 500; ++i) {
        const auto rating = ratingKind == RatingKind::None ? 1.0F : static_cast<float>(random.uniform() * 5);
        rows.push_back({static_cast<UserIndex>(random.index(20)), static_cast<ItemIndex>(random.index(90)), rating,
                        static_cast<std::int64_t>(random.index(400))});
    }
    DatasetParts parts = partsOf(rows, ratingKind);
    parts.catalog.setTitle(3, "The Caf\xc3\xa9 \"Noir\" (1999)");
    parts.catalog.setAttribute(3, "year", "1999");
    parts.catalog.setAttribute(5, "genres", "Film-Noir, Sci-Fi");
    parts.catalog.setAttribute(6, "studio: main", "A | B");
    parts.catalog.setTitle(parts.catalog.intern("never rated"), "Never Rated");
    const auto dataset = Dataset::build(std::move(parts)).value();
    SourceFolder folder;
    REQUIRE_RESULT(writeRecBole(*dataset, folder.path()));
    const auto again = openDataset(folder.path());
    REQUIRE_RESULT(again);
    compareContent(*dataset, **again);
}

void TestRecBoleWriter::allReadersRoundTrip()
{
    SourceFolder folder;
    folder.write("csv/rows.csv",
                 "user,item,title,rating,time\na,b,\"B, A, The\",1.5,5\na,c,\"C, 2nd\",2,4\nd,b,,5,3\n");
    folder.write("latest/ratings.csv", "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n");
    folder.write("latest/movies.csv", "movieId,title,genres\n31,\"American President, The (1995)\",Comedy|Drama\n");
    folder.write("ml1m/ratings.dat", "1::1193::5::978300760\n");
    folder.write("ml1m/movies.dat", "1193::Caf\xe9 (1975)::Drama\n");
    for (const char* const name : {"csv", "latest", "ml1m"}) {
        const auto dataset = openDataset(folder.path() / name);
        REQUIRE_RESULT(dataset);
        REQUIRE_RESULT(writeRecBole(**dataset, folder.path() / "out" / name));
        const auto again = openDataset(folder.path() / "out" / name);
        REQUIRE_RESULT(again);
        compareContent(**dataset, **again);
    }
}

void TestRecBoleWriter::idsThatBreakRowsAreRefused()
{
    SourceFolder folder;
    const auto dataset = openDataset(folder.write("rows.csv", "user,item,rating,time\na,\"b\nc\",1,1\n")).value();
    COMPARE_ERROR(writeRecBole(*dataset, folder.path() / "out"), ErrorCode::BadValue);
    const auto byUser = openDataset(folder.write("rows.csv", "user,item,rating,time\n\"a\tb\",c,1,1\n")).value();
    COMPARE_ERROR(writeRecBole(*byUser, folder.path() / "out"), ErrorCode::BadValue);
}

void TestRecBoleWriter::unwritableFoldersAreAnError()
{
    SourceFolder folder;
    folder.write("file", "x");
    COMPARE_ERROR(writeRecBole(*datasetOf({{0, 0, 5, 1}}), folder.path() / "file" / "inside"), ErrorCode::NotWritable);
}

QTEST_APPLESS_MAIN(TestRecBoleWriter)
#include "tst_recbolewriter.moc"
