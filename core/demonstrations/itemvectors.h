// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/itemsimilarity.h"

#include <cstddef>
#include <span>
#include <vector>

namespace driftscope::demonstrations {

/// A vector of each item, such as a model's embedding of its title, to compare items by. Immutable; threads may share
/// it.
class ItemVectors : public ItemSimilarity
{
public:
    /// @param vectors  [items], all of one size. Their mean over all items is subtracted (a language model's vectors
    ///                 point one common way, which says nothing), and each is brought to length 1; an empty one stays
    ///                 alike to nothing.
    explicit ItemVectors(const std::vector<std::vector<float>>& vectors);

    /// Cosine of the items' vectors. The vectors come from texts, which have no time.
    [[nodiscard]] double between(data::ItemIndex a, data::ItemIndex b, SimTime now) const override;

    [[nodiscard]] std::size_t itemCount() const { return m_itemCount; }

private:
    [[nodiscard]] std::span<const float> of(data::ItemIndex item) const;

    std::size_t m_itemCount;
    std::size_t m_size = 0; // numbers of a vector
    std::vector<float> m_values; // [items, size]
};

} // namespace driftscope::demonstrations
