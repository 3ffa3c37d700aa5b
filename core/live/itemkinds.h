// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/catalog.h"

#include <string>
#include <string_view>
#include <vector>

namespace driftscope::live {

/// What kind of thing each item is, where the catalogue tells: its first genre or category. So that a room sees at one
/// glance which kind rises.
class ItemKinds
{
public:
    /// A kind, by its position in names().
    using Kind = std::size_t;

    /// No kinds at all.
    ItemKinds() = default;
    explicit ItemKinds(const data::Catalog& catalog);

    /// Those with most items first; empty where the catalogue has no genres or categories.
    [[nodiscard]] const std::vector<std::string>& names() const { return m_names; }
    /// Empty for an item whose kind is not known.
    [[nodiscard]] std::string_view nameOf(data::ItemIndex item) const;
    /// The items of a kind, in the order of the catalogue.
    [[nodiscard]] std::vector<data::ItemIndex> itemsOf(std::string_view name) const;

private:
    std::vector<std::string> m_names;
    std::vector<Kind> m_kinds; // [item]; names().size() = not known
};

} // namespace driftscope::live
