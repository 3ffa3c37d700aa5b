// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/itemkinds.h"

#include "core/data/itemsearch.h"

#include <algorithm>
#include <map>

namespace driftscope::live {

namespace {

/// "Sci-Fi, Thriller" -> "Sci-Fi". MovieLens in RecBole's form writes several under "class" with blanks between them.
std::string_view firstOf(std::string_view list, bool isSplitAtBlanks)
{
    list = list.substr(0, list.find_first_of(isSplitAtBlanks ? "|,;> " : "|,;>"));
    while (!list.empty() && list.back() == ' ')
        list.remove_suffix(1);
    return list;
}

} // namespace

ItemKinds::ItemKinds(const data::Catalog& catalog)
{
    const std::string_view attribute = data::kindAttribute(catalog);
    if (attribute.empty())
        return;
    const bool isSplitAtBlanks = attribute == "class";
    std::vector<std::string_view> firsts;
    std::map<std::string_view, std::size_t> counts;
    for (data::ItemIndex item = 0; item < catalog.size(); ++item) {
        firsts.push_back(firstOf(catalog.attribute(item, attribute), isSplitAtBlanks));
        if (!firsts.back().empty())
            ++counts[firsts.back()];
    }
    for (const auto& entry : counts)
        m_names.emplace_back(entry.first);
    std::ranges::stable_sort(m_names, [&](const auto& a, const auto& b) { return counts[a] > counts[b]; });
    std::map<std::string_view, Kind> positions;
    for (Kind kind = 0; kind < m_names.size(); ++kind)
        positions[m_names[kind]] = kind;
    for (const auto first : firsts)
        m_kinds.push_back(first.empty() ? m_names.size() : positions[first]);
}

std::string_view ItemKinds::nameOf(data::ItemIndex item) const
{
    return item < m_kinds.size() && m_kinds[item] < m_names.size() ? std::string_view(m_names[m_kinds[item]])
                                                                   : std::string_view();
}

std::vector<data::ItemIndex> ItemKinds::itemsOf(std::string_view name) const
{
    std::vector<data::ItemIndex> items;
    for (data::ItemIndex item = 0; item < m_kinds.size(); ++item)
        if (!name.empty() && nameOf(item) == name)
            items.push_back(item);
    return items;
}

} // namespace driftscope::live
