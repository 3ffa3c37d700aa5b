// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/recentselector.h"

#include <QTest>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;
using Labels = RecentSelector::Labels;

namespace {

std::vector<Choice> choose(const data::UserHistory& history, const data::Moment& moment, std::size_t k,
                           Labels labels = Labels::Both, data::Lag lag = {})
{
    return *RecentSelector(k, labels).select({history, moment, lag, 1});
}

/// Ids of what is shown when k and the block are so, before each of u's interactions "0", "1", ...
QStringList growing(std::size_t k, std::size_t block, int interactions, Labels labels = Labels::Both)
{
    std::vector<Row> rows;
    for (int i = 0; i < interactions; ++i)
        rows.push_back({"u", std::to_string(i), i % 2 == 0 ? 5.0F : 1.0F, i * day});
    const auto history = makeHistory(makeDataset(rows));
    QStringList shown;
    for (data::InteractionIndex i = 0; i < rows.size(); ++i) {
        const auto choices = *RecentSelector(k, labels, block).select({history, history.momentOf(i), {}, 1});
        shown << QString::fromStdString(
            itemIds(history.dataset(), choices, [](const Choice& choice) { return choice.interaction; }));
    }
    return shown;
}

std::string ids(const data::UserHistory& history, const std::vector<Choice>& choices)
{
    return itemIds(history.dataset(), choices, [](const Choice& choice) { return choice.interaction; });
}

} // namespace

class RecentSelectorTest : public QObject
{
    Q_OBJECT

private slots:
    void takesTheLastKOldestFirst()
    {
        QCOMPARE(ids(m_ann, choose(m_ann, m_x, 3)), std::string("c d e"));
        QCOMPARE(ids(m_ann, choose(m_ann, m_x, 0)), std::string());
        QCOMPARE(ids(m_ann, choose(m_ann, m_x, 64)), std::string("a b c d e"));
    }

    void eachChoiceSaysWhy()
    {
        const auto choices = choose(m_ann, m_x, 4);
        QCOMPARE(choices[3].reason, std::string("most recent interaction, 5 days before"));
        QCOMPARE(choices[2].reason, std::string("2nd most recent interaction, 6 days before"));
        QCOMPARE(choices[1].reason, std::string("3rd most recent interaction, 7 days before"));
        QCOMPARE(choices[0].reason, std::string("4th most recent interaction, 8 days before"));
    }

    void distancesUseTheLargestWholeUnit_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("words");
        QTest::newRow("second") << qint64(1) << "1 second before";
        QTest::newRow("minutes") << qint64(119) << "1 minute before";
        QTest::newRow("hours") << qint64(7'200) << "2 hours before";
        QTest::newRow("days") << qint64(364 * day) << "364 days before";
        QTest::newRow("years") << qint64(800 * day) << "2 years before";
    }

    void distancesUseTheLargestWholeUnit()
    {
        QFETCH(qint64, seconds);
        QFETCH(QString, words);
        const auto history = makeHistory(makeDataset({{"u", "a", 5, 0}, {"u", "b", 5, seconds}}));
        const auto choices = choose(history, history.momentOf(1), 1);
        QCOMPARE(QString::fromStdString(choices.at(0).reason), "most recent interaction, " + words);
    }

    void labelsLimitTheChoice()
    {
        QCOMPARE(ids(m_ann, choose(m_ann, m_x, 2, Labels::Liked)), std::string("c e"));
        const auto disliked = choose(m_ann, m_x, 4, Labels::Disliked);
        QCOMPARE(ids(m_ann, disliked), std::string("b d"));
        QCOMPARE(disliked[0].reason, std::string("2nd most recent disliked interaction, 8 days before"));
    }

    void blocksOfTwoAreTrimmedWhenThereWouldBeMoreThanK()
    {
        QCOMPARE(growing(4, 2, 9),
                 (QStringList {"", "0", "0 1", "0 1 2", "0 1 2 3", "2 3 4", "2 3 4 5", "4 5 6", "4 5 6 7"}));
    }

    void aBlockThatDoesNotDivideKIsStillAnchored()
    {
        QCOMPARE(growing(4, 3, 9),
                 (QStringList {"", "0", "0 1", "0 1 2", "0 1 2 3", "3 4", "3 4 5", "3 4 5 6", "6 7"}));
    }

    void blocksCountTheWantedLabelsOnly()
    {
        QCOMPARE(growing(2, 2, 8, Labels::Liked), (QStringList {"", "0", "0", "0 2", "0 2", "4", "4", "4 6"}));
    }

    void aBlockOfOneIsTheMostRecentK()
    {
        QCOMPARE(growing(3, 1, 7), (QStringList {"", "0", "0 1", "0 1 2", "1 2 3", "2 3 4", "3 4 5"}));
        QCOMPARE(growing(3, 0, 7), growing(3, 1, 7));
    }

    void aBlockLongerThanKIsK()
    {
        QCOMPARE(growing(2, 64, 6), (QStringList {"", "0", "0 1", "2", "2 3", "4"}));
        QCOMPARE(growing(0, 64, 2), (QStringList {"", ""}));
        QCOMPARE(RecentSelector(2, Labels::Both, 64).trimBlock(), std::size_t(2));
    }

    void theLabelRuleDecidesWhatIsLiked()
    {
        const auto strict = makeHistory(annAndBob(), data::TiePolicy::Exclude, "rating>=5");
        QCOMPARE(ids(strict, choose(strict, m_x, 4, Labels::Liked)), std::string("a e"));
        const auto implicit = makeHistory(annAndBob(), data::TiePolicy::Exclude, "implicit");
        QCOMPARE(ids(implicit, choose(implicit, m_x, 9, Labels::Disliked)), std::string());
    }

    void theLagHidesTheNewest()
    {
        QCOMPARE(ids(m_ann, choose(m_ann, m_x, 2, Labels::Both, {data::Lag::Unit::Events, 1})), std::string("c d"));
        QCOMPARE(ids(m_ann, choose(m_ann, m_x, 2, Labels::Both, {data::Lag::Unit::Days, 7})), std::string("b c"));
    }

    void theFirstInteractionHasNoDemonstrations()
    {
        QVERIFY(choose(m_ann, m_ann.momentOf(interactionOf(m_ann.dataset(), "ann", "a")), 4).empty());
    }

    void whatStandsAtTheMomentsSecondIsNotChosen()
    {
        const auto dataset =
            makeDataset({{"u", "a", 5, 100}, {"u", "b", 5, 200}, {"u", "c", 5, 200}, {"u", "d", 5, 200}});
        const auto strict = makeHistory(dataset);
        QCOMPARE(ids(strict, choose(strict, strict.momentOf(2), 4)), std::string("a"));
        const auto rowOrder = makeHistory(dataset, data::TiePolicy::RowOrder);
        const auto choices = choose(rowOrder, rowOrder.momentOf(2), 4);
        QCOMPARE(ids(rowOrder, choices), std::string("a b"));
        QCOMPARE(choices[1].reason, std::string("most recent interaction, in the same second"));
    }

private:
    data::UserHistory m_ann = makeHistory(annAndBob());
    data::Moment m_x = m_ann.momentOf(interactionOf(m_ann.dataset(), "ann", "x"));
};

QTEST_APPLESS_MAIN(RecentSelectorTest)
#include "tst_recentselector.moc"
