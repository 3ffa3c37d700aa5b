// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/demonstrationselector.h"

#include <QTest>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;

class DemonstrationSelectorTest : public QObject
{
    Q_OBJECT

private slots:
    void eachDemonstrationHasTheHistoryOfItsOwnTime()
    {
        const auto shown = demonstrations({"b", "d", "e"}, {});
        QCOMPARE(historyOf(shown[0]), std::string("a"));
        QCOMPARE(historyOf(shown[1]), std::string("a c"));
        QCOMPARE(historyOf(shown[2]), std::string("a c"));
        QCOMPARE(shown[0].isLiked, false);
        QCOMPARE(shown[2].isLiked, true);
        QCOMPARE(shown[1].reason, std::string("because d"));
    }

    void theHistoryIsLimitedToTheLastLiked()
    {
        QCOMPARE(historyOf(demonstrations({"e"}, {.maxItems = 1, .lag = {}})[0]), std::string("c"));
        QCOMPARE(historyOf(demonstrations({"e"}, {.maxItems = 0, .lag = {}})[0]), std::string());
        QCOMPARE(historyOf(demonstrations({"e"}, {.maxItems = -3, .lag = {}})[0]), std::string());
    }

    void theLagCountsFromTheDemonstration()
    {
        const HistoryPolicy policy {.maxItems = 10, .lag = {data::Lag::Unit::Events, 2}};
        QCOMPARE(historyOf(demonstrations({"e"}, policy)[0]), std::string("a")); // c and d are hidden
    }

private:
    [[nodiscard]] std::vector<Demonstration> demonstrations(const std::vector<std::string>& items,
                                                            const HistoryPolicy& policy) const
    {
        std::vector<Choice> choices;
        for (const auto& item : items)
            choices.push_back({interactionOf(m_history.dataset(), "ann", item), "because " + item});
        return withHistories(m_history, std::move(choices), policy);
    }

    [[nodiscard]] std::string historyOf(const Demonstration& demonstration) const
    {
        return itemIds(m_history.dataset(), demonstration.history, [](data::InteractionIndex i) { return i; });
    }

    data::UserHistory m_history = makeHistory(annAndBob());
};

QTEST_APPLESS_MAIN(DemonstrationSelectorTest)
#include "tst_demonstrationselector.moc"
