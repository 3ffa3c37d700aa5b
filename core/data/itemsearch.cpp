// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/itemsearch.h"

#include <algorithm>
#include <utility>

namespace driftscope::data {

namespace {

/// Small letters for capitals of ASCII and, in UTF-8, of Latin-1.
std::string folded(std::string_view text)
{
    std::string small(text);
    for (std::size_t i = 0; i < small.size(); ++i) {
        const auto byte = static_cast<unsigned char>(small[i]);
        const bool isLatin = i > 0 && static_cast<unsigned char>(small[i - 1]) == 0xC3 && byte >= 0x80 && byte <= 0x9E
            && byte != 0x97; // the sign of multiplication
        if ((byte >= 'A' && byte <= 'Z') || isLatin)
            small[i] = static_cast<char>(byte + 0x20);
    }
    return small;
}

bool isWordByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

bool beginsWord(std::string_view title, std::string_view word)
{
    for (std::size_t at = title.find(word); at != std::string_view::npos; at = title.find(word, at + 1))
        if (at == 0 || !isWordByte(title[at - 1]) || !isWordByte(word.front()))
            return true;
    return false;
}

} // namespace

TitleQuery::TitleQuery(std::string_view words)
{
    std::string word;
    for (const char c : folded(words) + ' ') {
        if (c != ' ' && c != '\t') {
            word += c;
        } else if (!word.empty()) {
            m_whole += (m_whole.empty() ? "" : " ") + word;
            m_words.push_back(std::exchange(word, {}));
        }
    }
}

bool TitleQuery::matches(std::string_view title, std::string_view id) const
{
    const std::string small = folded(title);
    const auto occurs = [&small](const std::string& word) { return beginsWord(small, word); };
    return std::ranges::all_of(m_words, occurs) || folded(id) == m_whole;
}

ItemMatches searchItems(const UserHistory& history, const TitleQuery& query, std::size_t most,
                        const JobContext& context)
{
    const Dataset& dataset = history.dataset();
    const Catalog& catalog = dataset.catalog();
    std::vector<std::size_t> placeOf(dataset.itemCount(), dataset.itemCount()); // that = not wanted
    ItemMatches matches;
    for (ItemIndex item = 0; item < dataset.itemCount() && !context.isStopped(); ++item)
        if (dataset.firstSeen(item) && query.matches(catalog.title(item), catalog.id(item))) {
            placeOf[item] = matches.best.size();
            matches.best.push_back({item, 0, 0});
        }
    if (context.isStopped())
        return {};
    for (InteractionIndex i = 0; i < dataset.size(); ++i)
        if (const std::size_t place = placeOf[dataset.item(i)]; place < matches.best.size()) {
            ++matches.best[place].interactions;
            matches.best[place].liked += history.isLiked(i) ? 1 : 0;
        }
    matches.found = matches.best.size();
    std::ranges::stable_sort(matches.best,
                             [](const ItemMatch& a, const ItemMatch& b) { return a.interactions > b.interactions; });
    matches.best.resize(std::min(most, matches.best.size()));
    return matches;
}

} // namespace driftscope::data
