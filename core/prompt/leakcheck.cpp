// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/leakcheck.h"

#include <map>
#include <optional>
#include <utility>

namespace driftscope::prompt {

namespace {

/// Checks the spans of one prompt one by one.
class LeakFinder
{
public:
    LeakFinder(const data::UserHistory& history, const data::Moment& moment, data::ItemIndex target,
               const OthersShown& others)
        : m_history(history)
        , m_moment(moment)
        , m_target(target)
        , m_others(others)
    {
    }

    std::vector<Leak> find(const Prompt& prompt)
    {
        for (const auto& span : prompt.spans)
            if (span.kind == SpanKind::Demonstration && span.interaction && span.demonstration)
                m_demonstrations.emplace(*span.demonstration, *span.interaction);
        for (const auto& span : prompt.spans) {
            if (span.kind == SpanKind::Demonstration)
                checkDemonstration(span);
            else if (span.kind == SpanKind::History)
                checkHistoryItem(span);
        }
        return std::move(m_leaks);
    }

private:
    void checkDemonstration(const Span& span)
    {
        const auto where = placeOf(span);
        if (!span.interaction)
            return add(0, where + " names no interaction, so that it cannot be checked.");
        checkAgainstQuery(*span.interaction, where, m_others.inDemonstrations);
    }

    void checkHistoryItem(const Span& span)
    {
        const auto where = "the history of " + placeOf(span);
        if (!span.interaction)
            return add(0, where + " has an item that names no interaction, so that it cannot be checked.");
        const auto interaction = *span.interaction;
        const bool mayBeOthers = m_others.inHistories || (m_others.inDemonstrations && span.demonstration);
        const bool isSound = checkAgainstQuery(interaction, where, mayBeOthers);
        if (!span.demonstration || !isSound)
            return;
        const auto found = m_demonstrations.find(*span.demonstration);
        if (found == m_demonstrations.end())
            return add(interaction, where + " belongs to no demonstration of this prompt.");
        checkAgainstDemonstration(interaction, found->second, where);
    }

    /// True if nothing is wrong.
    bool checkAgainstQuery(data::InteractionIndex interaction, const std::string& where, bool mayBeOthers)
    {
        const auto& dataset = m_history.dataset();
        const auto leaksBefore = m_leaks.size();
        if (interaction >= dataset.size())
            add(interaction, where + " names an interaction that the dataset does not have.");
        else if (dataset.user(interaction) != m_moment.user && !mayBeOthers)
            addOthers(interaction, where);
        else if (!isBefore(interaction, m_moment))
            add(interaction,
                where + " shows " + nameOf(interaction) + " at " + timeOf(interaction)
                    + ", which is not before the query's moment " + formatTime(m_moment.time) + ".");
        if (interaction < dataset.size() && dataset.item(interaction) == m_target)
            add(interaction, where + " shows " + nameOf(interaction) + ", the very item that is asked for.");
        return m_leaks.size() == leaksBefore;
    }

    void checkAgainstDemonstration(data::InteractionIndex interaction, data::InteractionIndex demonstration,
                                   const std::string& where)
    {
        const auto& dataset = m_history.dataset();
        if (demonstration >= dataset.size())
            return; // reported with the demonstration itself
        if (dataset.user(interaction) != dataset.user(demonstration) && !m_others.inHistories)
            addOthers(interaction, where);
        else if (!isBefore(interaction, m_history.momentOf(demonstration)))
            add(interaction,
                where + " shows " + nameOf(interaction) + " at " + timeOf(interaction)
                    + ", which is not before the demonstration's own moment " + timeOf(demonstration) + ".");
        else if (dataset.item(interaction) == dataset.item(demonstration))
            add(interaction, where + " shows " + nameOf(interaction) + ", the very item that it asks for.");
    }

    /// True if the interaction is before the moment: strictly by its time, if it is not of the moment's user.
    [[nodiscard]] bool isBefore(data::InteractionIndex interaction, const data::Moment& moment) const
    {
        const auto& dataset = m_history.dataset();
        return dataset.user(interaction) == moment.user ? m_history.isBefore(interaction, moment)
                                                        : dataset.time(interaction) < moment.time;
    }

    void addOthers(data::InteractionIndex interaction, const std::string& where)
    {
        const auto& dataset = m_history.dataset();
        add(interaction,
            where + " shows " + nameOf(interaction) + " of another user, '" + dataset.userId(dataset.user(interaction))
                + "'.");
    }

    static std::string placeOf(const Span& span)
    {
        return span.demonstration ? "demonstration " + std::to_string(*span.demonstration + 1) : "the query";
    }

    [[nodiscard]] std::string nameOf(data::InteractionIndex interaction) const
    {
        const auto& dataset = m_history.dataset();
        return "'" + dataset.catalog().title(dataset.item(interaction)) + "'";
    }

    [[nodiscard]] std::string timeOf(data::InteractionIndex interaction) const
    {
        return formatTime(m_history.dataset().time(interaction));
    }

    void add(data::InteractionIndex interaction, std::string what)
    {
        what.front() = what.front() == 't' ? 'T' : what.front() == 'd' ? 'D' : what.front();
        m_leaks.push_back({interaction, std::move(what)});
    }

    const data::UserHistory& m_history;
    const data::Moment& m_moment;
    data::ItemIndex m_target;
    OthersShown m_others;
    std::map<std::size_t, data::InteractionIndex> m_demonstrations;
    std::vector<Leak> m_leaks;
};

} // namespace

std::vector<Leak> findLeaks(const Prompt& prompt, const data::UserHistory& history, const data::Moment& moment,
                            data::ItemIndex target, const OthersShown& others)
{
    return LeakFinder(history, moment, target, others).find(prompt);
}

} // namespace driftscope::prompt
