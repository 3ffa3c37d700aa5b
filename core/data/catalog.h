// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/ids.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope::data {

/// The items of a dataset: source id, title and named attributes (genres, release year, ...). Immutable once in a
/// Dataset.
class Catalog
{
public:
    /// The item with this source id, added with its id as title if it is new.
    ItemIndex intern(std::string_view id);
    void setTitle(ItemIndex item, std::string_view title);
    /// Adds the attribute column if it is new.
    void setAttribute(ItemIndex item, std::string_view name, std::string_view value);

    [[nodiscard]] std::size_t size() const { return m_ids.size(); }
    [[nodiscard]] std::optional<ItemIndex> find(std::string_view id) const;
    [[nodiscard]] const std::string& id(ItemIndex item) const { return m_ids[item]; }
    /// Title cleaned for reading ("The Matrix", not "Matrix, The"); the id where the source has none.
    [[nodiscard]] const std::string& title(ItemIndex item) const { return m_titles[item]; }
    [[nodiscard]] const std::vector<std::string>& attributeNames() const { return m_attributeNames; }
    /// Empty if the item has no such attribute.
    [[nodiscard]] std::string_view attribute(ItemIndex item, std::string_view name) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view> {}(text); }
    };
    std::vector<std::string> m_ids;
    std::vector<std::string> m_titles;
    std::unordered_map<std::string, ItemIndex, Hash, std::equal_to<>> m_byId;
    std::vector<std::string> m_attributeNames;
    std::vector<std::vector<std::string>> m_attributes; // [attribute][item]
};

} // namespace driftscope::data
