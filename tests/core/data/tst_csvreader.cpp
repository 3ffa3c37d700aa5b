// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/base/textfile.h"

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

class TestCsvReader : public QObject
{
    Q_OBJECT

private slots:
    void filesGiveWhatIsExpected_data();
    void filesGiveWhatIsExpected();
    void rowsGiveWhatIsExpected_data();
    void rowsGiveWhatIsExpected();
    void headersGiveWhatIsExpected_data();
    void headersGiveWhatIsExpected();
    void columnsAreFoundByTheMap();
    void lineNumbersCountLinesInsideQuotes();
    void aBrokenQuoteCostsTheRowsItSwallowsOnly();
    void timesMayBeMillisecondsOrDates_data();
    void timesMayBeMillisecondsOrDates();
    void oneStrangeTimeDoesNotChangeTheUnit();
    void titlesOfAnInteractionFileAreKept();
    void withoutRatingAllCountAsLiked();
    void blocksMayEndAnywhere();
    void stopIsHonoured();
};

void TestCsvReader::filesGiveWhatIsExpected_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("error");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("goodRows");
    const std::string origin = DRIFTSCOPE_TEST_DATA "/interactions/expected.json";
    const auto expected = parseJson(readFile(origin).value(), origin).value();
    for (const auto& [name, entry] : expected.at("files").items()) {
        const bool isAccepted = entry.at("verdict") == "accept";
        QTest::newRow(name.c_str()) << QString::fromStdString(name)
                                    << QString::fromStdString(entry.at("verdict").get<std::string>())
                                    << (isAccepted ? QString()
                                                   : QString::fromStdString(entry.at("error").get<std::string>()))
                                    << entry.value("line", 0) << entry.value(isAccepted ? "rows" : "good_rows", 0);
    }
}

void TestCsvReader::filesGiveWhatIsExpected()
{
    QFETCH(QString, file);
    QFETCH(QString, verdict);
    QFETCH(QString, error);
    QFETCH(int, line);
    QFETCH(int, goodRows);
    const auto dataset = openDataset(std::string(DRIFTSCOPE_TEST_DATA "/interactions/") + file.toStdString());
    if (verdict == "reject") {
        QVERIFY2(!dataset, "it was opened");
        QCOMPARE(QString::fromStdString(std::string(errorName(dataset.error().code))), error);
        QVERIFY(dataset.error().message.find(file.toStdString()) != std::string::npos);
        return;
    }
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->size(), static_cast<std::size_t>(goodRows));
    QCOMPARE(problemsOf(**dataset), verdict == "accept" ? QString() : QString("%1:%2").arg(error).arg(line));
    const RowReport& report = (*dataset)->report();
    QCOMPARE(report.badRows + report.duplicates, std::uint64_t(verdict == "accept" ? 0 : 1));
}

void TestCsvReader::rowsGiveWhatIsExpected_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QString>("problem"); // empty: a good row
    QTest::newRow("infinite rating") << QByteArray("u,i,inf,5") << "bad-number";
    QTest::newRow("negative infinity") << QByteArray("u,i,-Infinity,5") << "bad-number";
    QTest::newRow("rating beyond a float") << QByteArray("u,i,1e99,5") << "bad-number";
    QTest::newRow("hexadecimal rating") << QByteArray("u,i,0x4,5") << "bad-number";
    QTest::newRow("two points") << QByteArray("u,i,4.5.1,5") << "bad-number";
    QTest::newRow("a lone minus") << QByteArray("u,i,-,5") << "bad-number";
    QTest::newRow("text in the rating's middle") << QByteArray("u,i,4 5,5") << "bad-number";
    QTest::newRow("blanks around a number") << QByteArray("u,i, 4 , 5 ") << "";
    QTest::newRow("negative rating") << QByteArray("u,i,-1.5,5") << "";
    QTest::newRow("exponent") << QByteArray("u,i,4e0,5") << "";
    QTest::newRow("empty rating") << QByteArray("u,i,,5") << "missing-value";
    QTest::newRow("blank rating") << QByteArray("u,i,  ,5") << "missing-value";
    QTest::newRow("empty item") << QByteArray("u,,4,5") << "missing-value";
    QTest::newRow("quoted nothing as user") << QByteArray("\"\",i,4,5") << "missing-value";
    QTest::newRow("all empty") << QByteArray(",,,") << "missing-value";
    QTest::newRow("time is a word") << QByteArray("u,i,4,yesterday") << "bad-number";
    QTest::newRow("time nan") << QByteArray("u,i,4,nan") << "bad-number";
    QTest::newRow("time of 20 digits") << QByteArray("u,i,4,18446744073709551616") << "bad-number";
    QTest::newRow("time far below zero") << QByteArray("u,i,4,-99999999999999999999") << "bad-number";
    QTest::newRow("time just below zero") << QByteArray("u,i,4,-0.5") << "bad-time";
    QTest::newRow("month 13") << QByteArray("u,i,4,2001-13-01") << "bad-time";
    QTest::newRow("date before 1970") << QByteArray("u,i,4,1969-12-31") << "bad-time";
    QTest::newRow("time after the year 9999") << QByteArray("u,i,4,99999999999999") << "bad-time";
    QTest::newRow("time zero") << QByteArray("u,i,4,0") << "";
    QTest::newRow("time with a fraction") << QByteArray("u,i,4,5.75") << "";
    QTest::newRow("one column") << QByteArray("u") << "column-count";
    QTest::newRow("comma at the end") << QByteArray("u,i,4,5,") << "column-count";
    QTest::newRow("unquoted decimal comma") << QByteArray("u,i,4,5,5") << "column-count";
    QTest::newRow("a control character") << QByteArray("u,i\x01,4,5") << "control-character";
    QTest::newRow("delete") << QByteArray("u,i\x7f,4,5") << "control-character";
    QTest::newRow("NUL in quotes") << QByteArray("u,\"i\0\",4,5", 11) << "control-character";
    QTest::newRow("cut UTF-8") << QByteArray("u,caf\xc3,4,5") << "invalid-utf8";
    QTest::newRow("overlong UTF-8") << QByteArray("u,\xc0\xaf,4,5") << "invalid-utf8";
    QTest::newRow("surrogate") << QByteArray("u,\xed\xa0\x80,4,5") << "invalid-utf8";
    QTest::newRow("good UTF-8") << QByteArray("u,caf\xc3\xa9 \xf0\x9f\x8e\xac,4,5") << "";
    QTest::newRow("quotes in an unquoted field") << QByteArray("u,12\" disc,4,5") << "";
    QTest::newRow("text after a closing quote") << QByteArray("u,\"i\"x,4,5") << "unterminated-quote";
    QTest::newRow("doubled quotes") << QByteArray("u,\"\"\"i\"\"\",4,5") << "";
    QTest::newRow("long line") << QByteArray("u,") + QByteArray(100'000, 'i') + ",4,5"
                               << "line-too-long";
    QTest::newRow("long quoted line") << QByteArray("u,\"") + QByteArray(100'000, 'i') + "\",4,5"
                                      << "line-too-long";
    QTest::newRow("very long line") << QByteArray("u,") + QByteArray(3'000'000, 'i') + ",4,5"
                                    << "line-too-long";
    QTest::newRow("longest line") << QByteArray("u,") + QByteArray(60'000, 'i') + ",4,5"
                                  << "";
}

void TestCsvReader::rowsGiveWhatIsExpected()
{
    QFETCH(QByteArray, row);
    QFETCH(QString, problem);
    SourceFolder folder;
    for (const char* const end : {"\n", "\r\n", "\r", "\r\r\n"}) {
        const std::string content =
            std::string("user,item,rating,time") + end + "a,b,1,1" + end + row.toStdString() + end + "c,d,5,3" + end;
        const auto dataset = openDataset(folder.write("rows.csv", content));
        REQUIRE_RESULT(dataset);
        QCOMPARE(problemsOf(**dataset), problem.isEmpty() ? QString() : problem + ":3");
        QCOMPARE((*dataset)->size(), std::size_t(problem.isEmpty() ? 3 : 2));
        QVERIFY((*dataset)->findUser("c"));
    }
}

void TestCsvReader::headersGiveWhatIsExpected_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("error"); // empty: opens
    QTest::newRow("MovieLens names") << QByteArray("userId,movieId,rating,timestamp\na,b,1,1\n") << "";
    QTest::newRow("Amazon names") << QByteArray("user_id,parent_asin,rating,timestamp\na,b,1,1\n") << "";
    QTest::newRow("old Amazon names") << QByteArray("reviewerID,asin,overall,unixReviewTime\na,b,1,1\n") << "";
    QTest::newRow("Yelp names") << QByteArray("review_id,user_id,business_id,stars,date\nr,a,b,1,2018-07-07 22:09:11\n")
                                << "";
    QTest::newRow("spaces and case") << QByteArray(" User ID , Item-ID ,RATING, Timestamp \na,b,1,1\n") << "";
    QTest::newRow("quoted") << QByteArray("\"user_id\",\"item_id\",\"rating\",\"timestamp\"\na,b,1,1\n") << "";
    QTest::newRow("semicolons") << QByteArray("user_id;item_id;rating;timestamp\na;b;1;1\n") << "";
    QTest::newRow("tabs") << QByteArray("user_id\titem_id\trating\ttimestamp\na\tb\t1\t1\n") << "";
    QTest::newRow("empty lines") << QByteArray("\n\r\nuser_id,item_id,rating,timestamp\n\na,b,1,1\n\n\n") << "";
    QTest::newRow("mark and quotes") << QByteArray("\xef\xbb\xbf\"user_id\",item_id,rating,timestamp\na,b,1,1\n") << "";
    QTest::newRow("no user") << QByteArray("item_id,rating,timestamp\nb,1,1\n") << "missing-column";
    QTest::newRow("no item") << QByteArray("user_id,rating,timestamp\na,1,1\n") << "missing-column";
    QTest::newRow("user twice") << QByteArray("user_id,item_id,userId,timestamp\na,b,1,1\n") << "duplicate-column";
    QTest::newRow("time twice") << QByteArray("user_id,item_id,rating,timestamp,timestamp\na,b,1,1,1\n")
                                << "duplicate-column";
    QTest::newRow("mark only") << QByteArray("\xef\xbb\xbf") << "empty-file";
    QTest::newRow("line ends only") << QByteArray("\n\r\n\n") << "empty-file";
    QTest::newRow("header only, no line end") << QByteArray("user_id,item_id,rating,timestamp") << "no-rows";
    QTest::newRow("bad rows only") << QByteArray("user_id,item_id,rating,timestamp\na,b,x,1\n") << "no-rows";
    QTest::newRow("Latin-1") << QByteArray("user_id,item_id,rating,zeitma\xdf,timestamp\na,b,1,1,1\n")
                             << "invalid-utf8";
    QTest::newRow("UTF-16 big end first") << QByteArray("\xfe\xff\0u\0s\0e\0r\0,\0i", 14) << "invalid-utf8";
    QTest::newRow("UTF-16 without a mark") << QByteArray("u\0s\0e\0r\0,\0i\0t\0e\0m\0\n\0", 20) << "invalid-utf8";
    QTest::newRow("open quote") << QByteArray("\"user_id,item_id,rating,timestamp\na,b,1,1\n") << "unterminated-quote";
    QTest::newRow("NUL") << QByteArray("user_id,item_id,rating,time\0stamp\na,b,1,1\n", 42) << "control-character";
    QTest::newRow("endless") << QByteArray(200'000, 'x') << "line-too-long";
}

void TestCsvReader::headersGiveWhatIsExpected()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, error);
    SourceFolder folder;
    const auto dataset = openDataset(folder.write("rows.csv", content.toStdString()));
    if (error.isEmpty()) {
        REQUIRE_RESULT(dataset);
        QCOMPARE((*dataset)->size(), std::size_t {1});
        QCOMPARE((*dataset)->userId(0), std::string("a"));
        QCOMPARE((*dataset)->catalog().id(0), std::string("b"));
        QCOMPARE(problemsOf(**dataset), QString());
    } else {
        QVERIFY2(!dataset, "it was opened");
        QCOMPARE(QString::fromStdString(std::string(errorName(dataset.error().code))), error);
    }
}

void TestCsvReader::columnsAreFoundByTheMap()
{
    SourceFolder folder;
    const auto file = folder.write("rows.csv", "who,what,how,when,called\nann,b7,4.5,99,Blue Seven\n");
    COMPARE_ERROR(openDataset(file), ErrorCode::MissingColumn);
    const auto dataset = openDataset(file, "csv", {"who", "what", "how", "When", "called"});
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->rating(0), 4.5F);
    QCOMPARE((*dataset)->catalog().title(0), std::string("Blue Seven"));
    const auto wrong = openDataset(file, "csv", {"who", "what", "how", "hour", ""});
    COMPARE_ERROR(wrong, ErrorCode::MissingColumn);
    QVERIFY2(wrong.error().message.find("'hour'") != std::string::npos, wrong.error().message.c_str());
}

void TestCsvReader::lineNumbersCountLinesInsideQuotes()
{
    SourceFolder folder;
    const auto dataset = openDataset(
        folder.write("rows.csv", "user,item,rating,time\na,\"b\r\n\nc\",1,1\na,d,x,2\na,\"e\nf\",y,3\na,g,1,4\n"));
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset), QString("bad-number:5 bad-number:6"));
    QCOMPARE((*dataset)->catalog().id(0), std::string("b\n\nc"));
    QCOMPARE((*dataset)->sourceRow(0), 2U);
    QCOMPARE((*dataset)->sourceRow(1), 8U);
}

void TestCsvReader::aBrokenQuoteCostsTheRowsItSwallowsOnly()
{
    SourceFolder folder;
    // The quote of line 3 ends in line 4, where a letter follows it.
    const auto dataset = openDataset(
        folder.write("rows.csv", "user,item,rating,time\na,b,1,1\na,\"c,1,2\na,\"d\",1,3\na,e,1,4\na,\"f\",1,5\n"));
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset), QString("unterminated-quote:3"));
    QCOMPARE((*dataset)->size(), std::size_t {3});
}

void TestCsvReader::timesMayBeMillisecondsOrDates_data()
{
    QTest::addColumn<QByteArray>("time");
    QTest::newRow("seconds") << QByteArray("1000000000");
    QTest::newRow("seconds with a fraction") << QByteArray("1000000000.9");
    QTest::newRow("exponent") << QByteArray("1e9");
    QTest::newRow("milliseconds") << QByteArray("1000000000999");
    QTest::newRow("microseconds") << QByteArray("1000000000999999");
    QTest::newRow("nanoseconds") << QByteArray("1000000000999999999");
    QTest::newRow("date and time") << QByteArray("2001-09-09 01:46:40");
    QTest::newRow("ISO 8601") << QByteArray("2001-09-09T01:46:40Z");
    QTest::newRow("ISO 8601 with a fraction") << QByteArray("2001-09-09T01:46:40.123Z");
    QTest::newRow("ISO 8601 with a zone") << QByteArray("2001-09-09T01:46:40+00:00");
}

void TestCsvReader::timesMayBeMillisecondsOrDates()
{
    QFETCH(QByteArray, time);
    SourceFolder folder;
    const auto dataset =
        openDataset(folder.write("rows.csv", "user,item,rating,time\na,b,1," + time.toStdString() + "\n"));
    REQUIRE_RESULT(dataset);
    QCOMPARE(toUnix((*dataset)->firstTime()), 1'000'000'000);
}

void TestCsvReader::oneStrangeTimeDoesNotChangeTheUnit()
{
    SourceFolder folder;
    const auto dataset = openDataset(folder.write(
        "rows.csv",
        "user,item,rating,time\na,b,1,1000000000\na,c,1,1000000001\na,d,1,1000000000000\na,e,1,2001-09-09\n"));
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset), QString("bad-time:4"));
    QCOMPARE(toUnix((*dataset)->firstTime()), 999'993'600); // the date, at midnight
    QCOMPARE(toUnix((*dataset)->lastTime()), 1'000'000'001);
}

void TestCsvReader::titlesOfAnInteractionFileAreKept()
{
    SourceFolder folder;
    const auto dataset = openDataset(
        folder.write("rows.csv", "user,item,title,rating,time\na,b,\"Matrix, The\",1,1\na,c,,1,2\nd,b,Other,1,3\n"));
    REQUIRE_RESULT(dataset);
    QCOMPARE((*dataset)->catalog().title(0), std::string("The Matrix"));
    QCOMPARE((*dataset)->catalog().title(1), std::string("c"));
}

void TestCsvReader::withoutRatingAllCountAsLiked()
{
    SourceFolder folder;
    const auto implicit = openDataset(folder.write("rows.csv", "user,item,time\na,b,1\n"));
    REQUIRE_RESULT(implicit);
    QCOMPARE((*implicit)->ratingKind(), RatingKind::None);
    QCOMPARE((*implicit)->rating(0), 1.0F);
    const auto labelled = openDataset(folder.write("rows.csv", "user,item,label,time\na,b,0,1\n"));
    REQUIRE_RESULT(labelled);
    QCOMPARE((*labelled)->ratingKind(), RatingKind::Label);
    QCOMPARE((*labelled)->rating(0), 0.0F);
}

void TestCsvReader::blocksMayEndAnywhere()
{
    // Rows of many lengths over several blocks of reading, with every kind of line end.
    SourceFolder folder;
    std::string content = "user,item,rating,time\r\n";
    std::size_t rows = 0;
    const std::array<std::string, 4> ends {"\n", "\r\n", "\r", "\r\r\n"};
    while (content.size() < 3'500'000) {
        content +=
            "u" + std::to_string(rows) + ",\"" + std::string(rows % 977, 'x') + "\n\",4," + std::to_string(rows + 1);
        content += ends[rows++ % ends.size()];
    }
    const auto dataset = openDataset(folder.write("rows.csv", content));
    REQUIRE_RESULT(dataset);
    QCOMPARE(problemsOf(**dataset), QString());
    QCOMPARE((*dataset)->size(), rows);
    for (InteractionIndex i = 0; i < rows; ++i)
        QCOMPARE((*dataset)->catalog().id((*dataset)->item(i)).size(), i % 977 + std::size_t {1});
}

void TestCsvReader::stopIsHonoured()
{
    SourceFolder folder;
    JobContext context;
    std::stop_source source;
    source.request_stop();
    context.stop = source.get_token();
    COMPARE_ERROR(openDataset(folder.write("rows.csv", "user,item,time\na,b,1\n"), {}, {}, context),
                  ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestCsvReader)
#include "tst_csvreader.moc"
