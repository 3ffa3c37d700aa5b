// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/userhistory.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// An item that a search found.
struct ItemMatch {
    ItemIndex item = 0;
    std::uint64_t interactions = 0;
    std::uint64_t liked = 0; ///< of the interactions
};

/// What a search for items found.
struct ItemMatches {
    std::vector<ItemMatch> best; ///< the most frequent first
    std::size_t found = 0; ///< altogether
};

/// Name of the catalogue's attribute that says of what kinds items are: genres, categories or what the source calls
/// it; empty if it has none.
[[nodiscard]] std::string_view kindAttribute(const Catalog& catalog);

/// What it means that an item has some words, wherever items are looked for: each is the beginning of a word of the
/// title or of the kinds, or the whole text is the id. Capitals do not matter (ASCII and Latin-1).
class ItemQuery
{
public:
    /// @param catalog  outlives the query.
    /// @param words    blank-separated; none of them = everything matches.
    ItemQuery(const Catalog& catalog, std::string_view words);
    [[nodiscard]] bool matches(ItemIndex item) const;
    [[nodiscard]] bool isEmpty() const { return m_words.empty(); }

private:
    const Catalog& m_catalog;
    std::string_view m_kinds; ///< name of the attribute
    std::vector<std::string> m_words;
    std::string m_whole;
};

/// Items with at least one interaction that have the words (see ItemQuery), with how often each occurs.
///
/// @param most     length of the list.
/// @param context  Stop is honoured between items; the list is empty then. One pass over the titles and one over the
///                 interactions of those that are listed; any thread.
/// @param leftOut  one flag an item that is not wanted; empty = all are.
[[nodiscard]] ItemMatches searchItems(const UserHistory& history, std::string_view words, std::size_t most,
                                      const JobContext& context, const std::vector<bool>& leftOut = {});

} // namespace driftscope::data
