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

/// Words to look for in titles: capitals do not matter (ASCII and Latin-1).
class TitleQuery
{
public:
    /// @param words  blank-separated; none of them = everything matches.
    explicit TitleQuery(std::string_view words);
    /// True if every word is the beginning of a word of the title, or the whole text is the id.
    [[nodiscard]] bool matches(std::string_view title, std::string_view id) const;
    [[nodiscard]] bool isEmpty() const { return m_words.empty(); }

private:
    std::vector<std::string> m_words;
    std::string m_whole;
};

/// Items with at least one interaction whose titles hold the words, with how often each occurs.
///
/// @param most     length of the list.
/// @param context  Stop is honoured between items; the list is empty then. One pass over the titles and one over the
///                 interactions of those that are listed; any thread.
[[nodiscard]] ItemMatches searchItems(const UserHistory& history, const TitleQuery& query, std::size_t most,
                                      const JobContext& context);

} // namespace driftscope::data
