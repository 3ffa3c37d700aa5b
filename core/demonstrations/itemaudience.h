// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <span>
#include <vector>

namespace driftscope::demonstrations {

/// Who met each item. Immutable; threads may share it.
class ItemAudience
{
public:
    explicit ItemAudience(const data::Dataset& dataset);

    /// All interactions with an item, in time order. What of them was known at a moment is the caller's to ask.
    [[nodiscard]] std::span<const data::InteractionIndex> of(data::ItemIndex item) const;

private:
    std::vector<data::InteractionIndex> m_byItem; // grouped by item
    std::vector<std::size_t> m_offsets; // [items + 1] into m_byItem
};

} // namespace driftscope::demonstrations
