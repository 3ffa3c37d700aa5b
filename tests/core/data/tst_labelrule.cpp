// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/labelrule.h"

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;
using namespace driftscope::data::testing;

namespace {

using Labels = std::vector<std::uint8_t>;

Labels labelsOf(const char* rule, const Dataset& dataset)
{
    return LabelRule::parse(rule).value().apply(dataset);
}

} // namespace

class TestLabelRule : public QObject
{
    Q_OBJECT

private slots:
    void thresholdsIncludeTheirValue();
    void userMeanLooksAtEarlierRatingsOnly();
    void implicitLikesAll();
    void textIsReadBack_data();
    void textIsReadBack();
    void unknownRulesAreRefused_data();
    void unknownRulesAreRefused();
    void defaultsFollowTheRatingKind();
    void labelsAreCounted();
};

void TestLabelRule::thresholdsIncludeTheirValue()
{
    const auto dataset = datasetOf({{0, 0, 3.5F, 1}, {0, 1, 4, 2}, {0, 2, 5, 3}, {0, 3, 1, 4}});
    QCOMPARE(labelsOf("rating>=4", *dataset), (Labels {0, 1, 1, 0}));
    QCOMPARE(labelsOf("rating>=5", *dataset), (Labels {0, 0, 1, 0}));
    QCOMPARE(labelsOf("rating>=3.5", *dataset), (Labels {1, 1, 1, 0}));
}

void TestLabelRule::userMeanLooksAtEarlierRatingsOnly()
{
    // The scale is 1..5, its middle 3. User 0: 4 > 3; 4 > 4 no; 5 > 4; 4 > 13/3 no. User 1: 3 > 3 no; 1 > 3 no; 3 > 2.
    const auto dataset =
        datasetOf({{0, 0, 4, 1}, {0, 1, 4, 2}, {0, 2, 5, 3}, {0, 3, 4, 4}, {1, 0, 3, 5}, {1, 1, 1, 6}, {1, 2, 3, 7}});
    QCOMPARE(labelsOf("user-mean", *dataset), (Labels {1, 0, 1, 0, 0, 0, 1}));
    // A later rating changes no earlier label.
    const auto longer = datasetOf({{0, 0, 4, 1},
                                   {0, 1, 4, 2},
                                   {0, 2, 5, 3},
                                   {0, 3, 4, 4},
                                   {1, 0, 3, 5},
                                   {1, 1, 1, 6},
                                   {1, 2, 3, 7},
                                   {0, 5, 1, 8},
                                   {1, 5, 5, 9}});
    Labels labels = labelsOf("user-mean", *longer);
    labels.resize(7);
    QCOMPARE(labels, (Labels {1, 0, 1, 0, 0, 0, 1}));
}

void TestLabelRule::implicitLikesAll()
{
    QCOMPARE(labelsOf("implicit", *datasetOf({{0, 0, 1, 1}, {0, 1, 5, 2}})), (Labels {1, 1}));
}

void TestLabelRule::textIsReadBack_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("canonical");
    QTest::newRow("threshold") << "rating>=4"
                               << "rating>=4";
    QTest::newRow("blanks") << " rating >= 3.5 "
                            << "rating>=3.5";
    QTest::newRow("decimals") << "rating>=4.0"
                              << "rating>=4";
    QTest::newRow("mean") << "user-mean"
                          << "user-mean";
    QTest::newRow("implicit") << "implicit"
                              << "implicit";
}

void TestLabelRule::textIsReadBack()
{
    QFETCH(QString, text);
    QFETCH(QString, canonical);
    const auto rule = LabelRule::parse(text.toStdString());
    REQUIRE_RESULT(rule);
    QCOMPARE(QString::fromStdString(rule->text()), canonical);
}

void TestLabelRule::unknownRulesAreRefused_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "rating", "rating>=", "rating>=x", "rating>=4x", "rating>=nan", "rating>=inf",
                             "rating>4", "stars>=4", "mean", "IMPLICIT"})
        QTest::newRow(text) << text;
}

void TestLabelRule::unknownRulesAreRefused()
{
    QFETCH(QString, text);
    COMPARE_ERROR(LabelRule::parse(text.toStdString()), ErrorCode::BadValue);
}

void TestLabelRule::defaultsFollowTheRatingKind()
{
    QCOMPARE(LabelRule::defaultFor(RatingKind::Rating).text(), std::string("rating>=4"));
    QCOMPARE(LabelRule::defaultFor(RatingKind::Label).text(), std::string("rating>=1"));
    QCOMPARE(LabelRule::defaultFor(RatingKind::None).text(), std::string("implicit"));
}

void TestLabelRule::labelsAreCounted()
{
    const auto dataset = datasetOf({{0, 0, 5, 1}, {0, 1, 2, 2}, {1, 0, 5, 3}, {2, 1, 1, 4}});
    const LabelCounts counts = countLabels(*dataset, LabelRule::parse("rating>=4").value());
    QCOMPARE(counts.liked, std::uint64_t {2});
    QCOMPARE(counts.disliked, std::uint64_t {2});
    QCOMPARE(counts.usersWithBothLabels, std::uint64_t {1});
}

QTEST_APPLESS_MAIN(TestLabelRule)
#include "tst_labelrule.moc"
