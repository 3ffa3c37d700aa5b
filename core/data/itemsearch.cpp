// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/itemsearch.h"

#include <algorithm>
#include <array>
#include <utility>

namespace driftscope::data {

namespace {

// What datasets call it; the first one that the catalogue has.
constexpr std::array<std::string_view, 6> kindNames {"genres", "genre", "class", "categories", "category", "tags"};

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

bool beginsWord(std::string_view text, std::string_view word)
{
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        if (at == 0 || !isWordByte(text[at - 1]) || !isWordByte(word.front()))
            return true;
    return false;
}

} // namespace

std::string_view kindAttribute(const Catalog& catalog)
{
    const auto& known = catalog.attributeNames();
    const auto found = std::ranges::find_if(
        kindNames, [&](std::string_view name) { return std::ranges::find(known, name) != known.end(); });
    return found == kindNames.end() ? std::string_view() : *found;
}

ItemQuery::ItemQuery(const Catalog& catalog, std::string_view words)
    : m_catalog(catalog)
    , m_kinds(kindAttribute(catalog))
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

bool ItemQuery::matches(ItemIndex item) const
{
    std::string text = folded(m_catalog.title(item));
    if (!m_kinds.empty())
        text += '\n' + folded(m_catalog.attribute(item, m_kinds));
    const auto occurs = [&text](const std::string& word) { return beginsWord(text, word); };
    return std::ranges::all_of(m_words, occurs) || folded(m_catalog.id(item)) == m_whole;
}

ItemMatches searchItems(const UserHistory& history, std::string_view words, std::size_t most, const JobContext& context,
                        const std::vector<bool>& leftOut)
{
    const Dataset& dataset = history.dataset();
    const ItemQuery query(dataset.catalog(), words);
    std::vector<std::size_t> placeOf(dataset.itemCount(), dataset.itemCount()); // that = not wanted
    ItemMatches matches;
    for (ItemIndex item = 0; item < dataset.itemCount() && !context.isStopped(); ++item)
        if (dataset.firstSeen(item) && (leftOut.empty() || !leftOut[item]) && query.matches(item)) {
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
