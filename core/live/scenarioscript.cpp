// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/itemsearch.h"
#include "core/live/scenario.h"

#include <algorithm>

namespace driftscope::live {

namespace {

/// Turns what a scenario names into items of a dataset, step by step.
class ScriptWriter
{
public:
    ScriptWriter(const Scenario& scenario, const data::UserHistory& source, const JobContext& context)
        : m_scenario(scenario)
        , m_source(source)
        , m_context(context)
        , m_catalog(source.dataset().catalog())
        , m_kinds(m_catalog)
        , m_isSpokenOf(m_catalog.size())
    {
    }

    Result<std::vector<LiveQuestion>> write()
    {
        m_question.arm = m_scenario.arm;
        DRIFTSCOPE_CHECK(checkArm(m_question.arm));
        DRIFTSCOPE_CHECK(begin());
        for (const auto& choice : m_scenario.candidates) {
            DRIFTSCOPE_TRY(const auto items, itemsOf(choice));
            for (const auto item : items)
                if (std::ranges::find(m_question.candidates, item) == m_question.candidates.end())
                    m_question.candidates.push_back(item);
        }
        std::vector<LiveQuestion> questions;
        for (const auto& step : m_scenario.steps) {
            DRIFTSCOPE_CHECK(checkEffects(step));
            for (const auto& action : step.actions)
                DRIFTSCOPE_CHECK(act(action));
            questions.push_back(m_question);
        }
        return questions;
    }

private:
    Result<> begin()
    {
        if (m_scenario.startUser.empty())
            return {};
        const data::Dataset& dataset = m_source.dataset();
        const auto user = dataset.findUser(m_scenario.startUser);
        if (!user)
            return fail(ErrorCode::UnknownName,
                        "Scenario '" + m_scenario.id + "': $.start.user: there is no user '" + m_scenario.startUser
                            + "' in the dataset.");
        m_question.persona = personaOf(m_source, *user, m_scenario.startEvents);
        m_isSpokenOf = m_question.persona.judged(m_source);
        return {};
    }

    Result<std::vector<data::ItemIndex>> itemsOf(const ItemChoice& choice)
    {
        std::vector<data::ItemIndex> items;
        for (const auto& id : choice.ids) {
            const auto item = m_catalog.find(id);
            if (!item)
                return fail(ErrorCode::UnknownName,
                            choice.place + ": there is no item '" + id + "' in the dataset; name one that is.");
            items.push_back(*item);
        }
        if (m_context.isStopped())
            return fail(ErrorCode::Cancelled, "Preparing the scenario was stopped.");
        if (choice.ids.empty())
            items = firstWith(choice.words, choice.count);
        if (items.size() < choice.count)
            return fail(ErrorCode::UnknownName,
                        choice.place + ": only " + std::to_string(items.size()) + " of " + std::to_string(choice.count)
                            + " items with the words '" + choice.words
                            + "' are left in the dataset; ask for fewer, or for others.");
        for (const auto item : items)
            m_isSpokenOf[item] = true;
        return items;
    }

    /// The first items of the catalogue with these words that nobody spoke of yet.
    [[nodiscard]] std::vector<data::ItemIndex> firstWith(const std::string& words, std::size_t count) const
    {
        const data::ItemQuery query(m_catalog, words);
        std::vector<data::ItemIndex> items;
        for (data::ItemIndex item = 0; item < m_catalog.size() && items.size() < count && !query.isEmpty(); ++item)
            if (!m_isSpokenOf[item] && query.matches(item))
                items.push_back(item);
        return items;
    }

    Result<> act(const ScenarioAction& action)
    {
        using Kind = ScenarioAction::Kind;
        if (action.kind == Kind::Order)
            m_question.order = action.order;
        if (action.kind == Kind::ForgetAll)
            m_question.persona.forgetAll();
        if (action.kind == Kind::Order || action.kind == Kind::ForgetAll)
            return {};
        DRIFTSCOPE_TRY(const auto items, itemsOf(action.items));
        for (const auto item : items) {
            if (std::ranges::find(m_question.candidates, item) != m_question.candidates.end())
                return fail(ErrorCode::Inconsistent,
                            action.items.place + ": item '" + m_catalog.id(item)
                                + "' is a candidate, so the persona may have no opinion on it; name another.");
            if (action.kind == Kind::Forget)
                m_question.persona.forget(item);
            else
                m_question.persona.say({item, action.kind == Kind::Like});
        }
        return {};
    }

    [[nodiscard]] Result<> checkEffects(const ScenarioStep& step) const
    {
        for (const auto& promised : step.effects)
            if (std::ranges::none_of(m_question.candidates,
                                     [&](auto item) { return m_kinds.nameOf(item) == promised.kind; }))
                return fail(ErrorCode::BadValue,
                            "Scenario '" + m_scenario.id + "', step '" + step.title + "': no candidate is of the kind '"
                                + promised.kind + "'; promise something of one that is ranked.");
        return {};
    }

    const Scenario& m_scenario;
    const data::UserHistory& m_source;
    const JobContext& m_context;
    const data::Catalog& m_catalog;
    ItemKinds m_kinds;
    std::vector<bool> m_isSpokenOf; ///< [item], a candidate or judged, so that words find others
    LiveQuestion m_question;
};

} // namespace

Result<ScenarioScript> ScenarioScript::bind(Scenario scenario, const data::UserHistory& source,
                                            const JobContext& context)
{
    DRIFTSCOPE_TRY(auto questions, ScriptWriter(scenario, source, context).write());
    return ScenarioScript {std::move(scenario), std::move(questions)};
}

} // namespace driftscope::live
