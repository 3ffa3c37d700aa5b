// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rowreport.h"

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

class TestTablePreview : public QObject
{
    Q_OBJECT

private slots:
    void formatsSayWhyTheyFit_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("why");
        QTest::addColumn<bool>("hasColumns");
        QTest::newRow("ml-100k") << "u.data"
                                 << "1\t2\t3\t4\n"
                                 << "movielens-100k"
                                 << "u.data" << false;
        QTest::newRow("ml-1m") << "ratings.dat"
                               << "1::2::3::4\n"
                               << "movielens-1m"
                               << "ratings.dat" << false;
        QTest::newRow("latest") << "ratings.csv"
                                << "userId,movieId,rating,timestamp\n1,2,3,4\n"
                                << "movielens-latest"
                                << "begins with userId" << true;
        QTest::newRow("recbole") << "a.inter"
                                 << "user_id:token\titem_id:token\ttimestamp:float\n"
                                 << "recbole"
                                 << "a.inter" << true;
        QTest::newRow("csv") << "x.csv"
                             << "user,item,time\n"
                             << "csv"
                             << "one table, x.csv" << true;
    }
    void formatsSayWhyTheyFit()
    {
        QFETCH(QString, file);
        QFETCH(QString, content);
        QFETCH(QString, id);
        QFETCH(QString, why);
        QFETCH(bool, hasColumns);
        SourceFolder folder;
        folder.write(file.toStdString(), content.toStdString());
        const auto format = recogniseFormat(folder.path());
        REQUIRE_RESULT(format);
        QCOMPARE(QString::fromStdString(format->id), id);
        QVERIFY2(QString::fromStdString(format->why).contains(why), format->why.c_str());
        QCOMPARE(format->hasNamedColumns, hasColumns);
        QVERIFY(!format->title.empty());
        COMPARE_ERROR(recogniseFormat(folder.path() / "missing"), ErrorCode::NotFound);
        QCOMPARE(recogniseFormat(folder.path(), "csv")->why, std::string("it was chosen by name"));
    }

    void rowsAreShownAsTheyStandAndAsTheyAreRead()
    {
        SourceFolder folder;
        const auto file = folder.write("rows.csv",
                                       "userId,movieId,stars,when,title,genres\n"
                                       "a,7,4.5,880000000,\"Matrix, The (1999)\",Action|Sci-Fi\n"
                                       "a,8,good,880000001,Heat,\n"
                                       "b,7\n");
        const auto preview = previewTable(file, {}, {.time = "when"}, 10);
        REQUIRE_RESULT(preview);
        QCOMPARE(preview->problem, std::string());
        QCOMPARE(preview->separator, std::string(","));
        QCOMPARE(preview->columns.size(), std::size_t {6});
        QCOMPARE(preview->parts.user, std::string("userId"));
        QCOMPARE(preview->parts.rating, std::string("stars"));
        QCOMPARE(preview->parts.genres, std::string("genres"));
        QCOMPARE(preview->rows.size(), std::size_t {3});
        const PreviewRow& first = preview->rows[0];
        QCOMPARE(first.line, std::uint64_t {2});
        QCOMPARE(first.fields[4], std::string("Matrix, The (1999)"));
        QCOMPARE(first.title, std::string("The Matrix (1999)"));
        QCOMPARE(first.genres, std::string("Action, Sci-Fi"));
        QCOMPARE(toUnix(*first.time), std::int64_t {880000000});
        QCOMPARE(*first.rating, 4.5F);
        QVERIFY(!first.problem);
        QCOMPARE(*preview->rows[1].problem, ErrorCode::BadNumber);
        QCOMPARE(*preview->rows[2].problem, ErrorCode::ColumnCount);
        QCOMPARE(previewTable(file, {}, {.time = "when"}, 1)->rows.size(), std::size_t {1});
    }

    void whatIsMissingIsSaidAndTheRestIsFound()
    {
        SourceFolder folder;
        const auto file = folder.write("rows.csv", "user,film,hour\na,b,1\n");
        const auto preview = previewTable(file, {}, {}, 10);
        REQUIRE_RESULT(preview);
        QVERIFY(preview->problem.find("item") != std::string::npos);
        QCOMPARE(preview->parts.user, std::string("user"));
        QCOMPARE(preview->parts.item, std::string());
        QCOMPARE(preview->rows.front().fields[1], std::string("b"));
        QCOMPARE(previewTable(file, {}, {.item = "film", .time = "hour"}, 10)->problem, std::string());
    }

    void tablesWithoutHeaderAndWithOtherSeparatorsAreRead()
    {
        SourceFolder folder;
        const auto file = folder.write("ratings.csv", "a|x|5|880000000\nb|y|1|880000001\n");
        const ColumnMap columns {.user = "column 1",
                                 .item = "column 2",
                                 .rating = "column 3",
                                 .time = "column 4",
                                 .separator = "|",
                                 .hasHeader = false};
        const auto preview = previewTable(file, "csv", columns, 10);
        REQUIRE_RESULT(preview);
        QCOMPARE(preview->problem, std::string());
        QCOMPARE(preview->rows.size(), std::size_t {2});
        QCOMPARE(preview->rows[0].line, std::uint64_t {1});
        QCOMPARE(preview->columns.back(), std::string("column 4"));
        const auto dataset = openDataset(file, "csv", columns);
        REQUIRE_RESULT(dataset);
        QCOMPARE((*dataset)->size(), std::size_t {2});
        QCOMPARE((*dataset)->rating(1), 1.0F);
    }

    void recBoleIsPreviewedAndFixedFormatsAreNot()
    {
        SourceFolder folder;
        folder.write("a/x.inter", "who:token\titem_id:token\ttimestamp:float\nu\ti\t5\n");
        const auto preview = previewTable(folder.path() / "a", {}, {.user = "who"}, 10);
        REQUIRE_RESULT(preview);
        QCOMPARE(preview->rows.front().user, std::string("u"));
        QCOMPARE(preview->ratingKind, RatingKind::None);
        folder.write("b/u.data", "1\t2\t3\t4\n");
        COMPARE_ERROR(previewTable(folder.path() / "b", {}, {}, 10), ErrorCode::UnsupportedFormat);
        // A file of no known format is looked at as CSV.
        const auto other = folder.write("notes.txt", "who,what\nx,y\n");
        QCOMPARE(previewTable(other, {}, {}, 10)->columns.size(), std::size_t {2});
    }

    void reportsAreWrittenAsCsv()
    {
        RowReport report;
        report.add({"a,b.csv", 3, ErrorCode::BadNumber, "x,\"y\""});
        report.add({"a.csv", 4, ErrorCode::Duplicate, "z"});
        report.add({"a.csv", 5, ErrorCode::Duplicate, "z"});
        QCOMPARE(toCsv(report),
                 std::string("file,line,problem,why,text\n"
                             "\"a,b.csv\",3,bad-number,the rating or the time is no number,\"x,\"\"y\"\"\"\n"
                             "a.csv,4,duplicate,an earlier row has the same user and item,z\n"
                             "a.csv,5,duplicate,an earlier row has the same user and item,z\n"));
        const auto counts = problemCounts(report);
        QCOMPARE(counts.size(), std::size_t {2});
        QCOMPARE(counts.front().first, ErrorCode::Duplicate);
        QCOMPARE(counts.front().second, std::uint64_t {2});
    }
};

QTEST_APPLESS_MAIN(TestTablePreview)
#include "tst_tablepreview.moc"
