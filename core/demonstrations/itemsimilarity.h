// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/simtime.h"
#include "core/data/ids.h"

namespace driftscope::demonstrations {

/// How alike items are.
class ItemSimilarity
{
public:
    virtual ~ItemSimilarity() = default;
    /// A cosine: in [-1, 1], symmetric, 1 for an item and itself, and a positive semidefinite matrix over any items.
    ///
    /// @param now  what is known only from then on plays no part.
    [[nodiscard]] virtual double between(data::ItemIndex a, data::ItemIndex b, SimTime now) const = 0;
};

} // namespace driftscope::demonstrations
