// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/demonstrationedits.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace driftscope::demonstrations {

namespace {

using data::InteractionIndex;
using Kind = DemonstrationEdit::Kind;

/// Applies edits to one choice.
class Editor
{
public:
    Editor(std::vector<Choice> chosen, const SelectionQuery& query)
        : m_query(query)
        , m_dataset(query.history.dataset())
    {
        m_edited.choices = std::move(chosen);
    }

    void apply(const DemonstrationEdit& edit)
    {
        const auto at = find(edit.interaction);
        const bool isThere = at != choices().end();
        if (edit.kind == Kind::Add)
            insert(edit.interaction, edit.position, "chosen by hand");
        else if (edit.kind == Kind::Pin && isThere)
            at->reason += ", pinned";
        else if (edit.kind == Kind::Pin)
            insert(edit.interaction, positionInTime(edit.interaction), "pinned");
        else if (isThere)
            change(at, edit);
    }

    EditedChoices take() { return std::move(m_edited); }

private:
    using Place = std::vector<Choice>::iterator;

    std::vector<Choice>& choices() { return m_edited.choices; }
    Place find(InteractionIndex interaction)
    {
        return std::find_if(choices().begin(), choices().end(),
                            [&](const Choice& choice) { return choice.interaction == interaction; });
    }

    void change(Place at, const DemonstrationEdit& edit)
    {
        if (edit.kind == Kind::Drop)
            choices().erase(at);
        else if (edit.kind == Kind::Relabel)
            relabel(*at, edit.isLiked);
        else if (edit.kind == Kind::Replace)
            replace(at, edit.other);
        else
            move(at, edit.position);
    }

    void relabel(Choice& choice, bool isLiked)
    {
        const bool isReal = isLiked == m_query.history.isLiked(choice.interaction);
        choice.shownAs = isReal ? std::nullopt : std::optional(isLiked);
        if (!isReal)
            choice.reason += isLiked ? ", shown as liked" : ", shown as disliked";
    }

    void replace(Place at, InteractionIndex other)
    {
        const auto position = static_cast<std::size_t>(at - choices().begin());
        if (find(other) == choices().end() && insert(other, position, "chosen by hand"))
            choices().erase(choices().begin() + static_cast<std::ptrdiff_t>(position) + 1);
    }

    void move(Place at, std::size_t position)
    {
        const auto from = at - choices().begin();
        const auto to = static_cast<std::ptrdiff_t>(std::min(position, choices().size() - 1));
        const auto begin = choices().begin();
        if (from < to)
            std::rotate(begin + from, begin + from + 1, begin + to + 1);
        else
            std::rotate(begin + to, begin + from, begin + from + 1);
    }

    /// Before the first that is later: choices stand oldest first as a rule.
    std::size_t positionInTime(InteractionIndex interaction)
    {
        const auto later = std::find_if(choices().begin(), choices().end(),
                                        [&](const Choice& choice) { return choice.interaction > interaction; });
        return static_cast<std::size_t>(later - choices().begin());
    }

    bool insert(InteractionIndex interaction, std::size_t position, const char* why)
    {
        if (find(interaction) != choices().end())
            return false;
        if (std::string problem = problemOf(interaction); !problem.empty()) {
            m_edited.unmet.push_back(std::move(problem));
            return false;
        }
        const auto place = static_cast<std::ptrdiff_t>(std::min(position, choices().size()));
        choices().insert(
            choices().begin() + place,
            {interaction, why + std::string(", ") + distanceWords(m_dataset.time(interaction), m_query.moment.time)});
        return true;
    }

    /// Why it may not be shown; empty if it may.
    [[nodiscard]] std::string problemOf(InteractionIndex interaction) const
    {
        if (interaction >= m_dataset.size())
            return "A demonstration chosen by hand is of another dataset.";
        const std::string name = "'" + m_dataset.catalog().title(m_dataset.item(interaction)) + "'";
        if (m_dataset.user(interaction) != m_query.moment.user)
            return name + " is not shown: it is of another user, '" + m_dataset.userId(m_dataset.user(interaction))
                + "'.";
        if (!m_query.history.isBefore(interaction, m_query.moment))
            return name + " is not shown: it happens at " + formatTime(m_dataset.time(interaction))
                + ", which is not before this moment.";
        const auto known = m_query.history.before(m_query.moment, m_query.lag);
        if (std::find(known.begin(), known.end(), interaction) == known.end())
            return name + " is not shown: the arm's lag hides it.";
        return {};
    }

    const SelectionQuery& m_query;
    const data::Dataset& m_dataset;
    EditedChoices m_edited;
};

} // namespace

EditedChoices applyEdits(std::vector<Choice> chosen, std::span<const DemonstrationEdit> edits,
                         const SelectionQuery& query)
{
    Editor editor(std::move(chosen), query);
    for (const auto& edit : edits)
        editor.apply(edit);
    return editor.take();
}

Result<ParameterValues> manualParameters(const data::UserHistory& history, std::span<const Choice> choices)
{
    const auto& dataset = history.dataset();
    std::string items;
    std::string labels;
    bool isRelabelled = false;
    for (const auto& choice : choices) {
        const auto& id = dataset.catalog().id(dataset.item(choice.interaction));
        if (id.find(',') != std::string::npos)
            return fail(ErrorCode::BadArgument,
                        "An arm names demonstrations by item ids with commas between them, and the id '" + id
                            + "' has a comma itself; drop that demonstration.");
        if (dataset.user(choice.interaction) != dataset.user(choices.front().interaction))
            return fail(ErrorCode::BadArgument,
                        "An arm cannot keep demonstrations of several users that are chosen by hand; drop those of "
                        "other users.");
        items += (items.empty() ? "" : ",") + id;
        labels += (labels.empty() ? "" : ",")
            + std::string(!choice.shownAs ? "real" : (*choice.shownAs ? "liked" : "disliked"));
        isRelabelled = isRelabelled || choice.shownAs.has_value();
    }
    return ParameterValues {
        {"items", items}, {"labels", isRelabelled ? labels : std::string()}, {"missing", std::string("leave-out")}};
}

} // namespace driftscope::demonstrations
