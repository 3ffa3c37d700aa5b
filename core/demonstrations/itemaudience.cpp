// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/itemaudience.h"

#include <numeric>

namespace driftscope::demonstrations {

ItemAudience::ItemAudience(const data::Dataset& dataset)
    : m_byItem(dataset.size())
    , m_offsets(dataset.itemCount() + 1, 0)
{
    for (std::size_t i = 0; i < dataset.size(); ++i)
        ++m_offsets[dataset.item(static_cast<data::InteractionIndex>(i)) + std::size_t {1}];
    std::partial_sum(m_offsets.begin(), m_offsets.end(), m_offsets.begin());
    std::vector<std::size_t> next(m_offsets.begin(), m_offsets.end() - 1);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        const auto interaction = static_cast<data::InteractionIndex>(i);
        m_byItem[next[dataset.item(interaction)]++] = interaction; // indices are in time order
    }
}

std::span<const data::InteractionIndex> ItemAudience::of(data::ItemIndex item) const
{
    return std::span(m_byItem).subspan(m_offsets[item], m_offsets[item + std::size_t {1}] - m_offsets[item]);
}

} // namespace driftscope::demonstrations
