// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/manualselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>
#include <optional>
#include <span>

namespace driftscope::demonstrations {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string quoted(const data::Dataset& dataset, data::ItemIndex item)
{
    return "'" + dataset.catalog().id(item) + "' (" + dataset.catalog().title(item) + ")";
}

std::optional<data::InteractionIndex> interactionWith(const data::Dataset& dataset,
                                                      std::span<const data::InteractionIndex> interactions,
                                                      data::ItemIndex item)
{
    const auto found = std::find_if(interactions.begin(), interactions.end(),
                                    [&](data::InteractionIndex i) { return dataset.item(i) == item; });
    if (found == interactions.end())
        return std::nullopt;
    return *found;
}

/// Why an item that is not among the choosable ones cannot be shown.
Error whyNot(const SelectionQuery& query, data::ItemIndex item)
{
    const auto& dataset = query.history.dataset();
    const auto user = query.moment.user;
    const auto name = quoted(dataset, item);
    const auto interaction = interactionWith(dataset, dataset.ofUser(user), item);
    if (!interaction)
        return {ErrorCode::BadArgument,
                "Manual demonstrations: user '" + dataset.userId(user) + "' never interacted with item " + name
                    + "; name items from the user's own past."};
    const auto when = formatTime(dataset.time(*interaction));
    if (query.history.isBefore(*interaction, query.moment))
        return {ErrorCode::LeakFound,
                "Manual demonstrations: the lag hides the interaction with item " + name + " at " + when
                    + "; name an older one or lower the lag."};
    return {ErrorCode::LeakFound,
            "Manual demonstrations: user '" + dataset.userId(user) + "' interacts with item " + name + " at " + when
                + ", which is not before the moment " + formatTime(query.moment.time) + "; name an earlier one."};
}

} // namespace

ManualSelector::ManualSelector(std::vector<std::string> itemIds, std::vector<std::string> labels, Missing missing)
    : m_itemIds(std::move(itemIds))
    , m_labels(std::move(labels))
    , m_missing(missing)
{
}

Result<std::optional<bool>> ManualSelector::labelOf(std::size_t item) const
{
    if (item >= m_labels.size() || m_labels[item] == "real")
        return std::nullopt;
    if (m_labels[item] != "liked" && m_labels[item] != "disliked")
        return fail(ErrorCode::BadArgument,
                    "Manual demonstrations: a label is real, liked or disliked, not '" + m_labels[item] + "'.");
    return m_labels[item] == "liked";
}

std::vector<std::string> ManualSelector::splitIds(std::string_view list)
{
    std::vector<std::string> ids;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto entry = list.substr(0, comma);
        const auto first = entry.find_first_not_of(blanks);
        if (first != std::string_view::npos)
            ids.emplace_back(entry.substr(first, entry.find_last_not_of(blanks) - first + 1));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return ids;
}

Result<std::vector<Choice>> ManualSelector::select(const SelectionQuery& query) const
{
    const auto& dataset = query.history.dataset();
    const auto earlier = query.history.before(query.moment, query.lag);
    if (m_labels.size() > m_itemIds.size())
        return fail(ErrorCode::BadArgument,
                    "Manual demonstrations: there are " + std::to_string(m_labels.size()) + " labels for "
                        + std::to_string(m_itemIds.size()) + " items; name at most one an item.");
    std::vector<Choice> choices;
    for (std::size_t at = 0; at < m_itemIds.size(); ++at) {
        const auto& id = m_itemIds[at];
        const auto item = dataset.catalog().find(id);
        if (!item)
            return fail(ErrorCode::UnknownName,
                        "Manual demonstrations: the dataset has no item '" + id + "'; use the ids of its source.");
        const auto interaction = interactionWith(dataset, earlier, *item);
        if (!interaction && m_missing == Missing::LeaveOut)
            continue;
        if (!interaction)
            return tl::unexpected<Error>(whyNot(query, *item));
        const auto isChosen = [&](const Choice& choice) { return choice.interaction == *interaction; };
        if (std::any_of(choices.begin(), choices.end(), isChosen))
            return fail(ErrorCode::BadArgument,
                        "Manual demonstrations: item " + quoted(dataset, *item) + " is named twice; name it once.");
        DRIFTSCOPE_TRY(const auto label, labelOf(at));
        choices.push_back(
            {*interaction, "chosen by hand, " + distanceWords(dataset.time(*interaction), query.moment.time), label});
    }
    return choices;
}

} // namespace driftscope::demonstrations
