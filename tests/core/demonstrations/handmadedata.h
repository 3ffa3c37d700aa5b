// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Small datasets written down in tests of demonstrations and prompts.
namespace driftscope::handmade {

struct Row {
    std::string user;
    std::string item;
    float rating = 0;
    std::int64_t time = 0;
};

/// An item's words; items that occur in rows only have their id as title.
struct Item {
    std::string id;
    std::string title;
    std::string year;
};

inline std::shared_ptr<const data::Dataset> makeDataset(const std::vector<Row>& rows,
                                                        const std::vector<Item>& items = {})
{
    data::DatasetParts parts;
    parts.format = "handmade";
    for (const auto& item : items) {
        const auto index = parts.catalog.intern(item.id);
        parts.catalog.setTitle(index, item.title);
        if (!item.year.empty())
            parts.catalog.setAttribute(index, "year", item.year);
    }
    std::uint32_t line = 0;
    for (const auto& row : rows) {
        data::UserIndex user = 0;
        while (user < parts.userIds.size() && parts.userIds[user] != row.user)
            ++user;
        if (user == parts.userIds.size())
            parts.userIds.push_back(row.user);
        parts.interactions.push_back({user, parts.catalog.intern(row.item), row.rating, fromUnix(row.time), ++line});
    }
    return *data::Dataset::build(std::move(parts));
}

inline data::UserHistory makeHistory(std::shared_ptr<const data::Dataset> dataset,
                                     data::TiePolicy ties = data::TiePolicy::Exclude,
                                     const std::string& rule = "rating>=4")
{
    return {std::move(dataset), *data::LabelRule::parse(rule), ties};
}

/// The interaction of a user with an item.
inline data::InteractionIndex interactionOf(const data::Dataset& dataset, const std::string& user,
                                            const std::string& item)
{
    for (const auto i : dataset.ofUser(*dataset.findUser(user)))
        if (dataset.catalog().id(dataset.item(i)) == item)
            return i;
    return static_cast<data::InteractionIndex>(dataset.size());
}

/// Source ids of interactions' items: "a b c".
template<typename Range, typename Projection>
std::string itemIds(const data::Dataset& dataset, const Range& range, Projection interaction)
{
    std::string ids;
    for (const auto& element : range)
        ids += (ids.empty() ? "" : " ") + dataset.catalog().id(dataset.item(interaction(element)));
    return ids;
}

constexpr std::int64_t day = 86'400;

/// One user "ann" (liked = rating >= 4): a 5, b 2, c 4, d 1, e 5, one a day from day 1, then x 5 on day 10; "bob" has p
/// and q on day 2 and 3.
inline std::shared_ptr<const data::Dataset> annAndBob()
{
    return makeDataset({{"ann", "a", 5, 1 * day},
                        {"ann", "b", 2, 2 * day},
                        {"bob", "p", 5, 2 * day},
                        {"ann", "c", 4, 3 * day},
                        {"bob", "q", 1, 3 * day},
                        {"ann", "d", 1, 4 * day},
                        {"ann", "e", 5, 5 * day},
                        {"ann", "x", 5, 10 * day}});
}

} // namespace driftscope::handmade
