// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/promptbuilder.h"

#include <QTest>

#include "tests/core/prompt/promptdata.h"

using namespace driftscope;
using namespace driftscope::prompt;
using namespace driftscope::handmade;

namespace {

std::string describe(const data::Dataset& dataset, const PromptContext& context)
{
    const auto titles = [&](const auto& range, auto interaction) {
        std::string text;
        for (const auto& element : range)
            text += (text.empty() ? "" : " ") + dataset.catalog().title(dataset.item(interaction(element)));
        return text;
    };
    std::string text = titles(context.demonstrations, [](const auto& shown) { return shown.interaction; });
    text += " | " + titles(context.history, [](data::InteractionIndex i) { return i; });
    text += " | dropped " + titles(context.dropped, [](const Dropped& dropped) { return dropped.interaction; });
    return text;
}

} // namespace

/// Words are tokens. Header 1; demonstrations Heat 4 ("- > Heat? No"), Babe 4, Alien 4, Up 5; query "Heat, Alien >
/// Brazil ?" 5.
class BudgetFitterTest : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsDroppedWithinTheBudget()
    {
        QCOMPARE(fitted(23), std::string("Heat Babe Alien Up | Heat Alien | dropped "));
    }

    void dropsOldestDemonstrationWhenOverBudget()
    {
        QCOMPARE(fitted(22), std::string("Babe Alien Up | Heat Alien | dropped Heat"));
        QCOMPARE(fitted(19), std::string("Babe Alien Up | Heat Alien | dropped Heat"));
        QCOMPARE(fitted(18), std::string("Alien Up | Heat Alien | dropped Heat Babe"));
        QCOMPARE(fitted(6), std::string(" | Heat Alien | dropped Heat Babe Alien Up"));
    }

    void dropsWholeBlocksWhereTheContextIsTrimmedInBlocks()
    {
        QCOMPARE(fitted(23, 2), std::string("Heat Babe Alien Up | Heat Alien | dropped "));
        QCOMPARE(fitted(22, 2), std::string("Alien Up | Heat Alien | dropped Heat Babe"));
        QCOMPARE(fitted(14, 2), std::string(" | Heat Alien | dropped Heat Babe Alien Up"));
        QCOMPARE(fitted(22, 3), std::string("Up | Heat Alien | dropped Heat Babe Alien"));
        QCOMPARE(fitted(22, 9), std::string(" | Heat Alien | dropped Heat Babe Alien Up"));
    }

    void historyItemsGoOneByOneAfterTheBlocks()
    {
        QCOMPARE(fitted(5, 3), std::string(" | Alien | dropped Heat Babe Alien Up Heat"));
        auto context = contextOf(m_history, {"1", "2"});
        context.trimBlock = 2;
        const auto shorter = fit(context, {"5"}, 5);
        QCOMPARE(shorter->dropped[0].reason,
                 std::string("one of the 2 oldest demonstrations left, which go together: the whole prompt has 14 "
                             "tokens, the budget is 5"));
        QCOMPARE(shorter->dropped[2].reason,
                 std::string("oldest history item left: the whole prompt has 14 tokens, the budget is 5"));
        QCOMPARE(fit(context, {"5"}, 4).error().code, ErrorCode::ContextTooLong);
    }

    void thenDropsTheOldestHistoryItem()
    {
        QCOMPARE(fitted(5), std::string(" | Alien | dropped Heat Babe Alien Up Heat"));
    }

    void failsWhenNothingHelps()
    {
        const auto result = fit(contextOf(m_history, {"1", "2"}), {"5"}, 4);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::ContextTooLong);
        QCOMPARE(result.error().message,
                 std::string(
                     "The prompt needs 5 tokens with nothing but instruction, target and cue, which is more than the "
                     "budget of 4; raise the budget or shorten the template 'test'."));
    }

    void saysWhatWasDroppedAndWhy()
    {
        const auto context = *fit(contextOf(m_history, {"1", "2", "3", "4"}), {"5"}, 5);
        QCOMPARE(context.dropped.size(), std::size_t(5));
        QCOMPARE(context.dropped[0].kind, Dropped::Kind::Demonstration);
        QCOMPARE(context.dropped[0].reason,
                 std::string("oldest demonstration left: the whole prompt has 23 tokens, the budget is 5"));
        QCOMPARE(context.dropped[4].kind, Dropped::Kind::HistoryItem);
        QCOMPARE(context.dropped[4].reason,
                 std::string("oldest history item left: the whole prompt has 23 tokens, the budget is 5"));
    }

    void oldestMeansByTimeNotByPlace()
    {
        const auto context = fit(contextOf(m_history, {"4", "1", "3"}), {"5"}, 15);
        QCOMPARE(describe(*m_dataset, *context), std::string("Up Alien | Heat Alien | dropped Heat"));
    }

    void theLongestTargetDecides()
    {
        // "A Long Way Down" has three words more than "Brazil".
        const auto context = fit(contextOf(m_history, {"3", "4"}), {"5", "7", "6"}, 15);
        QCOMPARE(describe(*m_dataset, *context), std::string("Up | Heat Alien | dropped Alien"));
        QVERIFY(fit(contextOf(m_history, {"3", "4"}), {"5", "6"}, 15)->dropped.empty());
    }

    void aTargetThatIsLongerThanItLooksIsFound()
    {
        // The counter gives "Solaris" ten tokens more, but only behind a history: no tail can tell.
        const auto count = [](std::string_view text) {
            const bool isCostly = text.find("Alien > Solaris") != std::string_view::npos;
            return countWords(text) + (isCostly ? 3U : 0U);
        };
        const PromptBuilder builder(m_wording, m_dataset);
        const std::vector<data::ItemIndex> targets {itemOf(*m_dataset, "7"), itemOf(*m_dataset, "6")};
        const auto context = *builder.fitToBudget(contextOf(m_history, {"3"}), targets, 10, count);
        for (const auto target : targets)
            QVERIFY(count(builder.build(context, target).text) <= 10);
    }

    void withoutTargetsNothingIsDropped() { QVERIFY(fit(contextOf(m_history, {"1"}), {}, 1)->dropped.empty()); }

    void countsFewPrompts()
    {
        // 64 demonstrations and 20 targets: a count for each tail and about log2(74) whole prompts.
        std::vector<Row> rows;
        for (int i = 0; i < 100; ++i)
            rows.push_back({"u", "item " + std::to_string(i), 5, i * day});
        const auto dataset = makeDataset(rows);
        const auto history = makeHistory(dataset);
        std::vector<demonstrations::Choice> choices;
        for (data::InteractionIndex i = 16; i < 80; ++i)
            choices.push_back({i, ""});
        PromptContext context {.demonstrations = demonstrations::withHistories(history, choices, {}),
                               .history = history.likedBefore(history.momentOf(80), 10),
                               .dropped = {}};
        std::vector<data::ItemIndex> targets;
        for (data::ItemIndex item = 80; item < 100; ++item)
            targets.push_back(item);
        std::size_t bytes = 0;
        std::size_t wholePrompts = 0;
        const auto count = [&](std::string_view text) {
            bytes += text.size();
            wholePrompts += text.size() > 100 ? 1 : 0;
            return countWords(text);
        };
        QVERIFY(!PromptBuilder(m_wording, dataset).fitToBudget(context, targets, 500, count)->dropped.empty());
        QVERIFY2(wholePrompts <= 40, qPrintable(QString::number(wholePrompts)));
    }

private:
    [[nodiscard]] Result<PromptContext> fit(PromptContext context, const std::vector<std::string>& targets,
                                            std::size_t budget) const
    {
        std::vector<data::ItemIndex> items;
        for (const auto& target : targets)
            items.push_back(itemOf(*m_dataset, target));
        return PromptBuilder(m_wording, m_dataset).fitToBudget(std::move(context), items, budget, countWords);
    }

    [[nodiscard]] std::string fitted(std::size_t budget, std::size_t trimBlock = 1) const
    {
        auto context = contextOf(m_history, {"1", "2", "3", "4"});
        context.trimBlock = trimBlock;
        return describe(*m_dataset, *fit(std::move(context), {"5"}, budget));
    }

    std::shared_ptr<const data::Dataset> m_dataset = makeDataset({{"ann", "1", 5, 1 * day},
                                                                  {"ann", "2", 2, 2 * day},
                                                                  {"ann", "3", 4, 3 * day},
                                                                  {"ann", "4", 1, 4 * day},
                                                                  {"ann", "5", 5, 5 * day}},
                                                                 {{"1", "Heat", ""},
                                                                  {"2", "Babe", ""},
                                                                  {"3", "Alien", ""},
                                                                  {"4", "Up", ""},
                                                                  {"5", "Brazil", ""},
                                                                  {"6", "Solaris", ""},
                                                                  {"7", "A Long Way Down", ""}});
    data::UserHistory m_history = makeHistory(m_dataset);
    PromptTemplate m_wording = wordingOf("{history} > {target}?{answer}\n", "{history} > {target} ?", "Hello\n");
};

QTEST_APPLESS_MAIN(BudgetFitterTest)
#include "tst_budgetfitter.moc"
