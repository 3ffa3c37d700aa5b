// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/healthcard.h"

#include <QStandardPaths>

#include <algorithm>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

namespace {

constexpr std::int64_t day = 86'400;
const LabelRule likedFromFour = LabelRule::defaultFor(RatingKind::Rating);

} // namespace

class TestHealthCard : public QObject
{
    Q_OBJECT

private slots:
    void countsOfAHandWorkedDataset();
    void medianSpanOfAnEvenNumberOfUsers();
    void tiesAreCountedPerUser();
    void coldShareLooksAtTheLastTenth();
    void periodsAreGaplessAndFew_data();
    void periodsAreGaplessAndFew();
    void clockReplayIsAdvisedForSpreadOutData();
    void clockReplayIsNotAdvisedForBursts();
    void oneRowIsEnough();
    void ratingsAndLikedItemsAreCounted();
    void adviceNamesWhatIsWrong();
    void goodDataGetGoodAdvice();
    void movieLens100kOfTheUserHasTheKnownFacts();
};

void TestHealthCard::countsOfAHandWorkedDataset()
{
    DatasetParts parts = partsOf({{0, 0, 5, 100},
                                  {0, 1, 2, 100},
                                  {0, 2, 4, 400},
                                  {1, 0, 4, 150},
                                  {1, 2, 5, 250},
                                  {2, 1, 1, 90},
                                  {0, 0, 1, 500}});
    parts.catalog.intern("never rated");
    parts.userIds.push_back("never seen");
    parts.report.add({"rows.csv", 9, ErrorCode::BadNumber, "x"});
    const HealthCard card = healthCardOf(*Dataset::build(std::move(parts)).value(), likedFromFour);
    QCOMPARE(card.users, std::uint64_t {3});
    QCOMPARE(card.items, std::uint64_t {3});
    QCOMPARE(card.catalogItems, std::uint64_t {4});
    QCOMPARE(card.interactions, std::uint64_t {6});
    QCOMPARE(toUnix(card.firstTime), 90);
    QCOMPARE(toUnix(card.lastTime), 400);
    QCOMPARE(card.positives, std::uint64_t {4});
    QCOMPARE(card.duplicates, std::uint64_t {1});
    QCOMPARE(card.badRows, std::uint64_t {1});
    QCOMPARE(card.tiedShare, 2.0 / 6);
    QCOMPARE(card.medianUserSpanSeconds, 100); // of 0, 100, 300
    QCOMPARE(card.usersWithBothLabels, std::uint64_t {1});
}

void TestHealthCard::medianSpanOfAnEvenNumberOfUsers()
{
    const auto dataset = datasetOf({{0, 0, 5, 0}, {0, 1, 5, 100}, {1, 0, 5, 0}, {1, 1, 5, 201}});
    QCOMPARE(healthCardOf(*dataset, likedFromFour).medianUserSpanSeconds, 150);
}

void TestHealthCard::tiesAreCountedPerUser()
{
    // Users 0 and 1 share a second: no tie. User 2 has three rows in one second and one alone.
    const auto dataset =
        datasetOf({{0, 0, 5, 7}, {1, 1, 5, 7}, {2, 0, 5, 9}, {2, 1, 5, 9}, {2, 2, 5, 9}, {2, 3, 5, 10}});
    QCOMPARE(healthCardOf(*dataset, likedFromFour).tiedShare, 3.0 / 6);
}

void TestHealthCard::coldShareLooksAtTheLastTenth()
{
    std::vector<Row> rows;
    for (std::uint32_t i = 0; i < 18; ++i)
        rows.push_back({i, i % 5, 5, i});
    rows.push_back({0, 9, 5, 100}); // new, and the only row of the last tenth that is
    rows.push_back({1, 2, 5, 101});
    QCOMPARE(healthCardOf(*datasetOf(rows), likedFromFour).coldItemShareLast10Percent, 0.5);
    // 29 rows: the last tenth is two rows, rounded down.
    for (std::uint32_t i = 0; i < 9; ++i)
        rows.push_back({20 + i, 9, 5, 200 + i});
    QCOMPARE(healthCardOf(*datasetOf(rows), likedFromFour).coldItemShareLast10Percent, 0.0);
}

void TestHealthCard::periodsAreGaplessAndFew_data()
{
    QTest::addColumn<qint64>("span");
    QTest::addColumn<QString>("name");
    QTest::newRow("ten minutes") << qint64(600) << "minute";
    QTest::newRow("a day") << qint64(day) << "hour";
    QTest::newRow("ten days") << qint64(10 * day) << "6 hours";
    QTest::newRow("a month") << qint64(30 * day) << "day";
    QTest::newRow("seven months") << qint64(214 * day) << "week";
    QTest::newRow("three years") << qint64(1'100 * day) << "30 days";
    QTest::newRow("ten years") << qint64(3'650 * day) << "quarter";
    QTest::newRow("forty years") << qint64(14'600 * day) << "year";
    QTest::newRow("three centuries") << qint64(110'000 * day) << "decade";
    QTest::newRow("seven millennia") << qint64(2'600'000 * day) << "period";
}

void TestHealthCard::periodsAreGaplessAndFew()
{
    QFETCH(qint64, span);
    QFETCH(QString, name);
    const std::int64_t first = 1'000'000'007;
    const auto dataset = datasetOf({{0, 0, 5, first}, {0, 1, 5, first + 1}, {1, 0, 5, first + span}});
    const HealthCard card = healthCardOf(*dataset, likedFromFour);
    QCOMPARE(QString::fromStdString(card.periodName), name);
    QVERIFY(card.periods.size() >= 2 && card.periods.size() <= 61);
    QVERIFY(card.periods.front().start <= card.firstTime);
    QVERIFY(card.periods.back().start <= card.lastTime
            && card.lastTime < card.periods.back().start + card.periodLength);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < card.periods.size(); ++i) {
        total += card.periods[i].interactions;
        if (i > 0)
            QVERIFY(card.periods[i].start == card.periods[i - 1].start + card.periodLength);
    }
    QCOMPARE(total, std::uint64_t {3});
    QCOMPARE(card.periods.front().coldItemRows, std::uint64_t {2});
    QCOMPARE(card.periods.front().coldUserRows, std::uint64_t {2});
    QCOMPARE(card.periods.back().coldItemRows, std::uint64_t {0}); // item 0 was there before
    QCOMPARE(card.periods.back().coldUserRows, std::uint64_t {1});
}

void TestHealthCard::clockReplayIsAdvisedForSpreadOutData()
{
    const auto dataset = datasetOf({{0, 0, 5, 0}, {0, 1, 5, 3 * day}, {1, 0, 5, day}, {1, 1, 5, 2 * day}});
    const HealthCard card = healthCardOf(*dataset, likedFromFour);
    QVERIFY(card.isClockReplayAdvised);
    QVERIFY(!card.clockReplayReason.empty());
}

void TestHealthCard::clockReplayIsNotAdvisedForBursts()
{
    const HealthCard shortSpans = healthCardOf(*datasetOf({{0, 0, 5, 0}, {0, 1, 5, 60}}), likedFromFour);
    QVERIFY(!shortSpans.isClockReplayAdvised);
    QVERIFY(shortSpans.clockReplayReason.find("1 min") != std::string::npos);
    const HealthCard tied = healthCardOf(*datasetOf({{0, 0, 5, 0}, {0, 1, 5, 0}, {0, 2, 5, 9 * day}}), likedFromFour);
    QVERIFY(!tied.isClockReplayAdvised);
    QVERIFY(tied.clockReplayReason.find("66.7 %") != std::string::npos);
}

void TestHealthCard::oneRowIsEnough()
{
    const HealthCard card = healthCardOf(*datasetOf({{0, 0, 5, 0}}), likedFromFour);
    QCOMPARE(card.users, std::uint64_t {1});
    QCOMPARE(card.coldItemShareLast10Percent, 1.0);
    QCOMPARE(card.periods.size(), std::size_t {1});
    QCOMPARE(card.tiedShare, 0.0);
}

void TestHealthCard::ratingsAndLikedItemsAreCounted()
{
    // User 0 likes three items, two of them in one second; user 1 none.
    const auto dataset = datasetOf({{0, 0, 5, 100}, {0, 1, 4, 100}, {0, 2, 4, 400}, {1, 0, 1, 150}});
    const HealthCard card = healthCardOf(*dataset, likedFromFour);
    QCOMPARE(card.ratings.size(), std::size_t {3});
    QCOMPARE(card.ratings[1].rating, 4.0F);
    QCOMPARE(card.ratings[1].interactions, std::uint64_t {2});
    QCOMPARE(card.likedPerUser[0].users, std::uint64_t {1}); // 0
    QCOMPARE(card.likedPerUser[3].users, std::uint64_t {1}); // 3 to 4
    QCOMPARE(card.likedPerUser[3].to, std::uint64_t {4});
    std::uint64_t tied = 0;
    for (const HealthPeriod& period : card.periods)
        tied += period.tiedRows;
    QCOMPARE(tied, std::uint64_t {2});
    QCOMPARE(card.titledItems, std::uint64_t {0}); // their titles are their ids
    QVERIFY(!card.isImplicit);
}

namespace {

bool says(const std::vector<HealthAdvice>& advice, HealthAdvice::Kind kind, const std::string& part)
{
    return std::any_of(advice.begin(), advice.end(), [&](const HealthAdvice& one) {
        return one.kind == kind && one.text.find(part) != std::string::npos;
    });
}

HealthCard goodCard()
{
    HealthCard card;
    card.users = 200;
    card.items = 300;
    card.titledItems = 300;
    card.interactions = 10'000;
    card.positives = 5'500;
    card.usersWithBothLabels = 190;
    card.likedPerUser = {{0, 4, 10}, {5, 90, 190}};
    card.isClockReplayAdvised = true;
    card.clockReplayReason = "The order of events is clear.";
    return card;
}

} // namespace

void TestHealthCard::adviceNamesWhatIsWrong()
{
    using Kind = HealthAdvice::Kind;
    HealthCard card = goodCard();
    card.titledItems = 0;
    card.badRows = 500;
    card.positives = 300;
    card.usersWithBothLabels = 20;
    card.coldItemShareLast10Percent = 0.4;
    card.coldUserShareLast10Percent = 0.858;
    card.users = 40;
    card.likedPerUser = {{0, 4, 30}, {5, 90, 10}};
    card.tiedShare = 0.758;
    card.isClockReplayAdvised = false;
    const auto advice = adviceOn(card);
    QVERIFY(says(advice, Kind::Warning, "No item has a title"));
    QVERIFY(says(advice, Kind::Warning, "4.8 % of the rows could not be read"));
    QVERIFY(says(advice, Kind::Note, "3.0 % of the interactions are liked"));
    QVERIFY(says(advice, Kind::Note, "86 % of the last tenth is by users not seen before"));
    QVERIFY(says(advice, Kind::Note, "40 % of the last tenth is about items"));
    QVERIFY(says(advice, Kind::Note, "75 % of the users like fewer than 5 items"));
    QVERIFY(says(advice, Kind::Note, "The order within a second is not known"));
    QVERIFY(says(advice, Kind::Note, "only 40 users"));
    QCOMPARE(advice.front().kind, Kind::Warning); // the most serious first
    card.positives = 0;
    QVERIFY(says(adviceOn(card), Kind::Warning, "Nothing counts as liked"));
    card.positives = card.interactions;
    QVERIFY(says(adviceOn(card), Kind::Note, "Everything counts as liked"));
}

void TestHealthCard::goodDataGetGoodAdvice()
{
    const auto advice = adviceOn(goodCard());
    QCOMPARE(advice.size(), std::size_t {1});
    QCOMPARE(advice.front().kind, HealthAdvice::Kind::Good);
}

void TestHealthCard::movieLens100kOfTheUserHasTheKnownFacts()
{
    const QString folder =
        QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/driftscope/datasets/ml-100k";
    if (!QFile::exists(folder + "/ml-100k.inter"))
        QSKIP("MovieLens 100K is not in the data folder; packaging/setup.sh puts it there.");
    const HealthCard card = healthCardOf(*openDataset(folder.toStdString()).value(), likedFromFour);
    QCOMPARE(card.positives, std::uint64_t {55'375});
    QCOMPARE(QString::number(card.tiedShare, 'f', 3), QString("0.758"));
    QCOMPARE(card.medianUserSpanSeconds / 60, 49);
    QVERIFY(!card.isClockReplayAdvised);
}

QTEST_APPLESS_MAIN(TestHealthCard)
#include "tst_healthcard.moc"
