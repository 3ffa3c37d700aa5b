// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/leakcheck.h"

#include <QTest>

#include "tests/core/prompt/promptdata.h"

using namespace driftscope;
using namespace driftscope::prompt;
using namespace driftscope::handmade;

/// ann is asked for Brazil (5); each case plants one kind of leak in a sound prompt.
class LeakCheckTest : public QObject
{
    Q_OBJECT

private slots:
    void aSoundPromptHasNoLeak() { QCOMPARE(leaksOf(contextOf(m_history, {"1", "2", "3", "4"})), std::string()); }

    void demonstrationOfTheTarget()
    {
        auto context = contextOf(m_history, {"1", "5"});
        QCOMPARE(
            leaksOf(context),
            std::string("Demonstration 2 shows 'Brazil' at 1970-01-06 00:00:00, which is not before the query's moment "
                        "1970-01-06 00:00:00.\n"
                        "Demonstration 2 shows 'Brazil', the very item that is asked for.\n"));
    }

    void demonstrationAfterTheQuery()
    {
        QCOMPARE(
            QString::fromStdString(leaksOf(contextOf(m_history, {"4"}), "3")),
            QString("Demonstration 1 shows 'Up' at 1970-01-05 00:00:00, which is not before the query's moment "
                    "1970-01-04 00:00:00.\n"
                    "The history of demonstration 1 shows 'Alien' at 1970-01-04 00:00:00, which is not before the "
                    "query's moment 1970-01-04 00:00:00.\n"
                    "The history of demonstration 1 shows 'Alien', the very item that is asked for.\n"
                    "The history of the query shows 'Alien' at 1970-01-04 00:00:00, which is not before the query's "
                    "moment 1970-01-04 00:00:00.\n"
                    "The history of the query shows 'Alien', the very item that is asked for.\n"));
    }

    void historyItemAfterTheQuery()
    {
        auto context = contextOf(m_history, {});
        context.history.push_back(interactionOf(*m_dataset, "ann", "5"));
        QVERIFY(leaksOf(context).starts_with("The history of the query shows 'Brazil' at 1970-01-06"));
    }

    void demonstrationsHistoryAfterTheDemonstration()
    {
        auto context = contextOf(m_history, {"2"});
        context.demonstrations[0].history.push_back(interactionOf(*m_dataset, "ann", "3"));
        QCOMPARE(
            leaksOf(context),
            std::string("The history of demonstration 1 shows 'Alien' at 1970-01-04 00:00:00, which is not before the "
                        "demonstration's own moment 1970-01-03 00:00:00.\n"));
    }

    void demonstrationsHistoryWithTheDemonstratedItem()
    {
        auto context = contextOf(m_history, {"2"});
        context.demonstrations[0].history.push_back(context.demonstrations[0].interaction);
        QVERIFY(leaksOf(context).find("not before the demonstration's own moment") != std::string::npos);
    }

    void anotherUsersInteraction()
    {
        auto context = contextOf(m_history, {});
        const auto foreign = interactionOf(*m_dataset, "bob", "3");
        context.history.push_back(foreign);
        context.demonstrations.push_back({foreign, true, {}, ""});
        QCOMPARE(leaksOf(context),
                 std::string("Demonstration 1 shows 'Alien' of another user, 'bob'.\n"
                             "The history of the query shows 'Alien' of another user, 'bob'.\n"));
    }

    void anotherUsersInteractionWithTheTarget()
    {
        auto context = contextOf(m_history, {});
        context.history.push_back(interactionOf(*m_dataset, "bob", "6"));
        const auto leaks = leaksOf(context, "5", "6");
        QVERIFY(leaks.find("of another user") != std::string::npos);
        QVERIFY(leaks.find("the very item that is asked for") != std::string::npos);
    }

    void othersShownOnPurposeAreCheckedAllTheSame()
    {
        auto context = contextOf(m_history, {});
        context.history.push_back(interactionOf(*m_dataset, "bob", "3"));
        const OthersShown inHistories {.inHistories = true, .inDemonstrations = false};
        QCOMPARE(leaksOf(context, "5", "6", inHistories), std::string());
        QCOMPARE(leaksOf(context, "5", "3", inHistories),
                 std::string("The history of the query shows 'Alien', the very item that is asked for.\n"
                             "The history of the query shows 'Alien', the very item that is asked for.\n"));
        context.history.back() = interactionOf(*m_dataset, "bob", "6"); // a day after the query
        QVERIFY(leaksOf(context, "5", "5", inHistories).find("not before the query's moment") != std::string::npos);

        context = contextOf(m_history, {});
        context.demonstrations.push_back({interactionOf(*m_dataset, "bob", "3"), true, {}, ""});
        const OthersShown inDemonstrations {.inHistories = false, .inDemonstrations = true};
        QVERIFY(leaksOf(context, "5", "5", inHistories).find("of another user") != std::string::npos);
        QCOMPARE(leaksOf(context, "5", "5", inDemonstrations), std::string());
        // its history is its own user's
        context.demonstrations.front().history.push_back(interactionOf(*m_dataset, "ann", "1"));
        QCOMPARE(leaksOf(context, "5", "5", inDemonstrations),
                 std::string("The history of demonstration 1 shows 'Heat' of another user, 'ann'.\n"));
    }

    void everyCandidateIsCheckedAsATarget()
    {
        QCOMPARE(leaksOf(contextOf(m_history, {}), "5", "3"),
                 std::string("The history of the query shows 'Alien', the very item that is asked for.\n"));
    }

    void whatNamesNoInteractionCannotPass()
    {
        auto prompt = build(contextOf(m_history, {"1"}), "5");
        for (auto& span : prompt.spans)
            span.interaction.reset();
        QCOMPARE(spell(findLeaks(prompt, m_history, momentOf("5"), itemOf(*m_dataset, "5"))),
                 std::string(
                     "Demonstration 1 names no interaction, so that it cannot be checked.\n"
                     "The history of the query has an item that names no interaction, so that it cannot be checked.\n"
                     "The history of the query has an item that names no interaction, so that it cannot be "
                     "checked.\n"));
    }

    void whatTheDatasetDoesNotHaveCannotPass()
    {
        auto prompt = build(contextOf(m_history, {}), "5");
        for (auto& span : prompt.spans)
            if (span.kind == SpanKind::History)
                span.interaction = 1'000;
        const auto leaks = findLeaks(prompt, m_history, momentOf("5"), itemOf(*m_dataset, "5"));
        QCOMPARE(leaks.size(), std::size_t(2));
        QCOMPARE(leaks[0].interaction, data::InteractionIndex(1'000));
        QVERIFY(leaks[0].what.ends_with("the dataset does not have."));
    }

    void tiesFollowThePolicy()
    {
        const auto dataset =
            makeDataset({{"u", "a", 5, 100}, {"u", "b", 5, 200}, {"u", "c", 5, 200}, {"u", "d", 5, 200}});
        const PromptBuilder builder(m_wording, dataset);
        const PromptContext earlierRow {.demonstrations = {{1, true, {0}, ""}}, .history = {0, 1}, .dropped = {}};
        const PromptContext laterRow {.demonstrations = {}, .history = {3}, .dropped = {}};
        const auto leaks = [&](const PromptContext& context, data::TiePolicy ties) {
            const auto history = makeHistory(dataset, ties);
            return findLeaks(builder.build(context, itemOf(*dataset, "c")), history, history.momentOf(2),
                             itemOf(*dataset, "c"))
                .size();
        };
        QCOMPARE(leaks(earlierRow, data::TiePolicy::Exclude), std::size_t(2)); // the demonstration and b in the history
        QCOMPARE(leaks(earlierRow, data::TiePolicy::RowOrder), std::size_t(0));
        QCOMPARE(leaks(laterRow, data::TiePolicy::RowOrder), std::size_t(1));
    }

private:
    [[nodiscard]] data::Moment momentOf(const std::string& item) const
    {
        return m_history.momentOf(interactionOf(*m_dataset, "ann", item));
    }

    [[nodiscard]] Prompt build(const PromptContext& context, const std::string& target) const
    {
        return PromptBuilder(m_wording, m_dataset).build(context, itemOf(*m_dataset, target));
    }

    static std::string spell(const std::vector<Leak>& leaks)
    {
        std::string text;
        for (const auto& leak : leaks)
            text += leak.what + "\n";
        return text;
    }

    /// Leaks of the prompt that is asked at ann's interaction with `asked` for `target` (or for that item).
    [[nodiscard]] std::string leaksOf(const PromptContext& context, const std::string& asked = "5",
                                      const std::string& target = "", const OthersShown& others = {}) const
    {
        const auto& item = target.empty() ? asked : target;
        return spell(findLeaks(build(context, item), m_history, momentOf(asked), itemOf(*m_dataset, item), others));
    }

    std::shared_ptr<const data::Dataset> m_dataset = annsMovies();
    data::UserHistory m_history = makeHistory(m_dataset);
    PromptTemplate m_wording = wordingOf("{history} > {target}?{answer}\n", "{history} > {target}?");
};

QTEST_APPLESS_MAIN(LeakCheckTest)
#include "tst_leakcheck.moc"
