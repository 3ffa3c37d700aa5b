// SPDX-License-Identifier: GPL-3.0-or-later
#include <QStandardPaths>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

namespace {

std::string attributeOf(const Dataset& dataset, const std::string& item, const std::string& name)
{
    return std::string(dataset.catalog().attribute(dataset.catalog().find(item).value(), name));
}

std::string titleOf(const Dataset& dataset, const std::string& item)
{
    return dataset.catalog().title(dataset.catalog().find(item).value());
}

} // namespace

class TestReaders : public QObject
{
    Q_OBJECT

private slots:
    void movieLens100kHasTitlesInLatin1AndGenreFlags();
    void movieLens100kReportsBadRowsOfBothFiles();
    void movieLens1mHasTwoColonsAndLatin1();
    void movieLensLatestHasQuotedTitles();
    void recBoleHasTypedColumns();
    void recBoleLabelsStandInForRatings();
    void recBoleFolderNeedsOneInteractionFile();
    void recBoleReportsBadRows();
    void recBoleRefusesBadHeaders();
    void formatsAreRecognised();
    void unknownPathsAndFormatsAreRefused();
    void namedFormatsNeedTheirFile_data();
    void namedFormatsNeedTheirFile();
    void filesAreHashed();
    void movieLens100kOfTheUserHasTheKnownCounts();
};

void TestReaders::movieLens100kHasTitlesInLatin1AndGenreFlags()
{
    SourceFolder folder;
    folder.write("u.data", "196\t242\t3\t881250949\n186\t302\t5\t891717742\n");
    folder.write("u.item",
                 "242|Caf\xe9, The (1997)|24-Jan-1997||http://x|0|1|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
                 "302|L.A. Confidential (1997)|01-Jan-1997||http://y|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
                 "7|Never Rated|||z|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1|0|0|0\n");
    const auto dataset = openDataset(folder.path());
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->format(), std::string("movielens-100k"));
    QCOMPARE((*dataset)->size(), std::size_t {2});
    QCOMPARE((*dataset)->itemCount(), std::size_t {3});
    QCOMPARE(titleOf(**dataset, "242"), std::string("The Caf\xc3\xa9 (1997)"));
    QCOMPARE(attributeOf(**dataset, "242", "genres"), std::string("Action, Comedy"));
    QCOMPARE(attributeOf(**dataset, "242", "year"), std::string("1997"));
    QCOMPARE(attributeOf(**dataset, "302", "genres"), std::string());
    QCOMPARE(attributeOf(**dataset, "7", "genres"), std::string("Sci-Fi"));
    QCOMPARE(attributeOf(**dataset, "7", "year"), std::string());
    const auto byFile = openDataset(folder.path() / "u.data");
    REQUIRE_RESULT(byFile);
    QCOMPARE(titleOf(**byFile, "242"), std::string("The Caf\xc3\xa9 (1997)"));
}

void TestReaders::movieLens100kReportsBadRowsOfBothFiles()
{
    SourceFolder folder;
    folder.write("u.data", "1\t2\t3\t4\n1\t2\t3\n1 3 3 4\nx\ty\tz\t5\n1\t5\t3\t-4\n1\t6\t5\t9\n1\t2\t5\t9\n");
    folder.write("u.item", "2|Only a title\n");
    const auto dataset = openDataset(folder.path());
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset),
             QString("column-count:2 column-count:3 bad-number:4 bad-time:5 duplicate:7 column-count:1"));
    QCOMPARE((*dataset)->report().problems.back().file, std::string("u.item"));
    QCOMPARE((*dataset)->report().badRows, std::uint64_t {5});
    QCOMPARE((*dataset)->size(), std::size_t {2});
}

void TestReaders::movieLens1mHasTwoColonsAndLatin1()
{
    SourceFolder folder;
    folder.write("ratings.dat", "1::1193::5::978300760\r\n1::661::3::978302109\r\n2::1193::4\r\n");
    folder.write("movies.dat",
                 "1193::One Flew Over: the Nest (1975)::Drama\n661::Cit\xe9 des enfants perdus, La "
                 "(1995)::Animation|Children's\n");
    const auto dataset = openDataset(folder.path());
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->format(), std::string("movielens-1m"));
    QCOMPARE((*dataset)->size(), std::size_t {2});
    QCOMPARE(problemsOf(**dataset), QString("column-count:3"));
    QCOMPARE(titleOf(**dataset, "1193"), std::string("One Flew Over: the Nest (1975)"));
    QCOMPARE(titleOf(**dataset, "661"), std::string("Cit\xc3\xa9 des enfants perdus, La (1995)"));
    QCOMPARE(attributeOf(**dataset, "661", "genres"), std::string("Animation, Children's"));
    // The same titles in UTF-8, as some copies have them.
    folder.write("movies.dat", "661::Cit\xc3\xa9 des enfants perdus, La (1995)::Animation\n");
    QCOMPARE(titleOf(*openDataset(folder.path()).value(), "661"),
             std::string("Cit\xc3\xa9 des enfants perdus, La (1995)"));
}

void TestReaders::movieLensLatestHasQuotedTitles()
{
    SourceFolder folder;
    folder.write("ratings.csv", "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,32,4.0,1260759179\n");
    folder.write("movies.csv",
                 "movieId,title,genres\n31,\"American President, The (1995)\",Comedy|Drama\n"
                 "32,\"Dr. \"\"X\"\" (1996)\",(no genres listed)\n99,Unseen,Drama\n");
    folder.write("tags.csv", "userId,movieId,tag,timestamp\n1,31,nice,5\n");
    for (const auto& path : {folder.path(), folder.path() / "ratings.csv"}) {
        const auto dataset = openDataset(path);
        REQUIRE_RESULT(dataset);
        QCOMPARE((*dataset)->format(), std::string("movielens-latest"));
        QCOMPARE((*dataset)->rating(0), 2.5F);
        QCOMPARE(titleOf(**dataset, "31"), std::string("The American President (1995)"));
        QCOMPARE(titleOf(**dataset, "32"), std::string("Dr. \"X\" (1996)"));
        QCOMPARE(attributeOf(**dataset, "31", "genres"), std::string("Comedy, Drama"));
        QCOMPARE(attributeOf(**dataset, "32", "genres"), std::string());
        QCOMPARE(attributeOf(**dataset, "31", "year"), std::string("1995"));
        QCOMPARE((*dataset)->itemCount(), std::size_t {3});
    }
}

void TestReaders::recBoleHasTypedColumns()
{
    SourceFolder folder;
    folder.write("small.inter",
                 "item_id:token\tuser_id:token\trating:float\tsplit:token\ttimestamp:float\n242\t196\t3."
                 "0\ttrain\t881250949.0\n");
    folder.write("small.item",
                 "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\tstudio:token\n"
                 "242\tKolya, A\t1996\tComedy Film-Noir\tBig One\n");
    const auto dataset = openDataset(folder.path());
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->format(), std::string("recbole"));
    QCOMPARE((*dataset)->ratingKind(), RatingKind::Rating);
    QCOMPARE((*dataset)->userId(0), std::string("196"));
    QCOMPARE(toUnix((*dataset)->firstTime()), 881'250'949);
    QCOMPARE(titleOf(**dataset, "242"), std::string("A Kolya"));
    QCOMPARE(attributeOf(**dataset, "242", "year"), std::string("1996"));
    QCOMPARE(attributeOf(**dataset, "242", "genres"), std::string("Comedy, Film-Noir"));
    QCOMPARE(attributeOf(**dataset, "242", "studio"), std::string("Big One"));
    QCOMPARE((*dataset)->files().size(), std::size_t {2});
}

void TestReaders::recBoleLabelsStandInForRatings()
{
    SourceFolder folder;
    const auto file =
        folder.write("x.inter", "user_id:token\titem_id:token\tlabel:float\ttimestamp:float\n1\t2\t1\t5\n");
    const auto labels = openDataset(file);
    REQUIRE_RESULT(labels);
    QCOMPARE((*labels)->ratingKind(), RatingKind::Label);
    folder.write("x.inter",
                 "user_id:token\titem_id:token\tlabel:float\ttimestamp:float\trating:float\n1\t2\t1\t5\t3\n");
    const auto ratings = openDataset(file);
    REQUIRE_RESULT(ratings);
    QCOMPARE((*ratings)->ratingKind(), RatingKind::Rating);
    QCOMPARE((*ratings)->rating(0), 3.0F);
    folder.write("x.inter", "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t5\n");
    QCOMPARE(openDataset(file).value()->ratingKind(), RatingKind::None);
}

void TestReaders::recBoleFolderNeedsOneInteractionFile()
{
    SourceFolder folder;
    const std::string content = "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t5\n";
    folder.write("set/a.inter", content);
    folder.write("set/b.inter", content);
    COMPARE_ERROR(openDataset(folder.path() / "set"), ErrorCode::BadArgument);
    folder.write("set/set.inter", content + "1\t3\t5\n");
    const auto named = openDataset(folder.path() / "set");
    REQUIRE_RESULT(named);
    QCOMPARE((*named)->size(), std::size_t {2});
}

void TestReaders::recBoleReportsBadRows()
{
    SourceFolder folder;
    folder.write(
        "x.inter",
        std::string(
            "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3\t4\n1\t3\tx\t4\n1\t4\t3\n\t5\t3\t4\n"
            "1\t6\t3\t-1\n1\tc\xe9\t3\t4\n1\t2\t3\t9\n1\t\"7\t3\t4\n"));
    folder.write("x.item", "item_id:token\ttitle:token_seq\n2\tTwo\n3\n\tNo id\n4\tb\xe9\n");
    const auto dataset = openDataset(folder.path());
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset),
             QString("bad-number:3 column-count:4 missing-value:5 bad-time:6 invalid-utf8:7 duplicate:8 "
                     "column-count:3 missing-value:4 invalid-utf8:5"));
    QCOMPARE((*dataset)->size(), std::size_t {2}); // quotes mean nothing here
    QVERIFY((*dataset)->catalog().find("\"7"));
}

void TestReaders::recBoleRefusesBadHeaders()
{
    SourceFolder folder;
    COMPARE_ERROR(openDataset(folder.write("a.inter", "")), ErrorCode::EmptyFile);
    COMPARE_ERROR(openDataset(folder.write("b.inter", "user_id:token\titem_id:token\n1\t2\n")),
                  ErrorCode::MissingColumn);
    COMPARE_ERROR(openDataset(folder.write("c.inter", "user_id:text\titem_id:token\ttimestamp:float\n")),
                  ErrorCode::UnknownType);
    COMPARE_ERROR(
        openDataset(folder.write("d.inter", "user_id:token\tuser_id:token\titem_id:token\ttimestamp:float\n")),
        ErrorCode::DuplicateColumn);
    COMPARE_ERROR(openDataset(folder.write("e.inter", "user_id:token\titem_id:token\ttimestamp:float\n")),
                  ErrorCode::NoRows);
    folder.write("f.item", "title:token_seq\nTwo\n");
    COMPARE_ERROR(openDataset(folder.write("f.inter", "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3\n")),
                  ErrorCode::MissingColumn);
}

void TestReaders::formatsAreRecognised()
{
    SourceFolder folder;
    QCOMPARE(openDataset(folder.write("a/ratings.csv", "user,film,stars\n")).error().code, ErrorCode::MissingColumn);
    const std::string rows = "user_id,item_id,rating,timestamp\n1,2,3,4\n";
    QCOMPARE(openDataset(folder.write("b/ratings.csv", rows)).value()->format(), std::string("csv"));
    QCOMPARE(openDataset(folder.path() / "b").value()->format(), std::string("csv"));
    QCOMPARE(openDataset(folder.write("c/log.txt", rows)).value()->format(), std::string("csv"));
    QCOMPARE(openDataset(folder.write("d/u.data", "1\t2\t3\t4\n"), "movielens-100k").value()->format(),
             std::string("movielens-100k"));
}

void TestReaders::unknownPathsAndFormatsAreRefused()
{
    SourceFolder folder;
    folder.write("notes.md", "nothing\n");
    COMPARE_ERROR(openDataset(folder.path()), ErrorCode::UnsupportedFormat);
    COMPARE_ERROR(openDataset(folder.path() / "notes.md"), ErrorCode::UnsupportedFormat);
    COMPARE_ERROR(openDataset(folder.path() / "missing"), ErrorCode::NotFound);
    COMPARE_ERROR(openDataset(""), ErrorCode::NotFound);
    COMPARE_ERROR(openDataset(folder.path(), "movielens-9"), ErrorCode::UnknownName);
    folder.write("a.csv", "x");
    folder.write("b.csv", "x");
    COMPARE_ERROR(openDataset(folder.path()), ErrorCode::UnsupportedFormat);
    COMPARE_ERROR(openDataset(folder.path(), "csv"), ErrorCode::BadArgument);
}

void TestReaders::namedFormatsNeedTheirFile_data()
{
    QTest::addColumn<QString>("format");
    for (const auto& reader : datasetReaders())
        QTest::newRow(reader.id.c_str()) << QString::fromStdString(reader.id);
}

void TestReaders::namedFormatsNeedTheirFile()
{
    QFETCH(QString, format);
    SourceFolder folder;
    COMPARE_ERROR(openDataset(folder.path(), format.toStdString()), ErrorCode::NotFound);
    COMPARE_ERROR(openDataset(folder.path() / "missing", format.toStdString()), ErrorCode::NotFound);
}

void TestReaders::filesAreHashed()
{
    SourceFolder folder;
    const std::string rows = "user_id,item_id,rating,timestamp\n1,2,3,4\n";
    const std::string hash = openDataset(folder.write("a.csv", rows)).value()->files().front().hash;
    QCOMPARE(hash.size(), std::size_t {32});
    QCOMPARE(openDataset(folder.write("b.csv", rows)).value()->files().front().hash, hash);
    QVERIFY(openDataset(folder.write("b.csv", rows + "1,3,3,4\n")).value()->files().front().hash != hash);
}

void TestReaders::movieLens100kOfTheUserHasTheKnownCounts()
{
    const QString folder =
        QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/driftscope/datasets/ml-100k";
    if (!QFile::exists(folder + "/ml-100k.inter"))
        QSKIP("MovieLens 100K is not in the data folder; packaging/setup.sh puts it there.");
    const auto dataset = openDataset(folder.toStdString());
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->userCount(), std::size_t {943});
    QCOMPARE((*dataset)->itemCount(), std::size_t {1682});
    QCOMPARE((*dataset)->size(), std::size_t {100'000});
    QCOMPARE((*dataset)->report().badRows, std::uint64_t {0});
    QCOMPARE(titleOf(**dataset, "12"), std::string("The Usual Suspects"));
}

QTEST_APPLESS_MAIN(TestReaders)
#include "tst_readers.moc"
