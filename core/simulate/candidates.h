// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"
#include "core/simulate/replay.h"

#include <cstdint>
#include <vector>

namespace driftscope::simulate {

/// The list to rank at a moment.
struct Candidates {
    std::vector<data::ItemIndex> items; ///< shuffled by seed; a disliked target stands alone
    std::uint32_t target = 0; ///< position of the true next item
};

/// Draws the candidates of a query: the true next item and count - 1 others, uniformly from the items that exist at the
/// moment (first seen at or before it) and that the user has not interacted with up to it; fewer if there are fewer.
///
/// Depends on (seed, query.moment.interaction) alone, so every arm and every run sees the same list.
class CandidateSampler
{
public:
    CandidateSampler(std::shared_ptr<const data::Dataset> dataset, std::uint64_t seed, std::int64_t count);
    [[nodiscard]] Candidates draw(const Query& query) const;

private:
    std::shared_ptr<const data::Dataset> m_dataset;
    std::uint64_t m_seed;
    std::int64_t m_count;
    std::vector<data::ItemIndex> m_itemsByFirstSeen;
};

} // namespace driftscope::simulate
