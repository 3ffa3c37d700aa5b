// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/catalog.h"

#include <algorithm>

namespace driftscope::data {

ItemIndex Catalog::intern(std::string_view id)
{
    if (const auto known = m_byId.find(id); known != m_byId.end())
        return known->second;
    const auto item = static_cast<ItemIndex>(m_ids.size());
    m_ids.emplace_back(id);
    m_titles.emplace_back(id);
    m_byId.emplace(id, item);
    return item;
}

void Catalog::setTitle(ItemIndex item, std::string_view title)
{
    m_titles[item] = title;
}

void Catalog::setAttribute(ItemIndex item, std::string_view name, std::string_view value)
{
    const auto known = std::find(m_attributeNames.begin(), m_attributeNames.end(), name);
    const auto column = static_cast<std::size_t>(known - m_attributeNames.begin());
    if (known == m_attributeNames.end()) {
        m_attributeNames.emplace_back(name);
        m_attributes.emplace_back();
    }
    std::vector<std::string>& values = m_attributes[column];
    if (values.size() <= item)
        values.resize(std::max<std::size_t>(m_ids.size(), item + std::size_t {1}));
    values[item] = value;
}

std::optional<ItemIndex> Catalog::find(std::string_view id) const
{
    if (const auto known = m_byId.find(id); known != m_byId.end())
        return known->second;
    return std::nullopt;
}

std::string_view Catalog::attribute(ItemIndex item, std::string_view name) const
{
    const auto known = std::find(m_attributeNames.begin(), m_attributeNames.end(), name);
    if (known == m_attributeNames.end())
        return {};
    const auto& values = m_attributes[static_cast<std::size_t>(known - m_attributeNames.begin())];
    return item < values.size() ? std::string_view(values[item]) : std::string_view();
}

} // namespace driftscope::data
