// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/scoredquery.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace driftscope::metrics {

/// A list in descending order of score, as far as the scores tell: groups of tied items and how many of them are
/// relevant.
///
/// Every measure below is the mean over all orders of the tied items, in closed form, so no order of equal scores is
/// ever chosen. `k` is the cut-off; k = 0 means the whole list. Source: definitions as in RecBole's metrics; the
/// expectation follows from the hypergeometric distribution.
class TiedRanking
{
public:
    /// Orders the scores. Nothing if a score is not a number or a relevant position is outside the list.
    [[nodiscard]] static std::optional<TiedRanking> of(const ScoredQuery& query);
    /// The list of a ranker that knows nothing: all scores are equal.
    [[nodiscard]] static TiedRanking allTied(std::size_t items, std::size_t relevant, std::size_t totalRelevant);

    /// Chance of at least one relevant item in the first k.
    [[nodiscard]] double hitRate(std::size_t k) const;
    /// Relevant items in the first k, divided by all relevant items, listed or not.
    [[nodiscard]] double recall(std::size_t k) const;
    /// Relevant items in the first k, divided by k even if the list is shorter.
    [[nodiscard]] double precision(std::size_t k) const;
    /// Discounted gain 1 / log2(rank + 1), divided by that of min(totalRelevant, k) relevant items on top.
    [[nodiscard]] double ndcg(std::size_t k) const;
    /// Precision at each relevant item in the first k, summed and divided by min(totalRelevant, k).
    [[nodiscard]] double averagePrecision(std::size_t k) const;
    /// 1 / rank of the first relevant item, 0 if it is beyond k.
    [[nodiscard]] double reciprocalRank(std::size_t k) const;

private:
    struct Group {
        std::size_t before = 0; ///< items above
        std::size_t relevantBefore = 0;
        std::size_t size = 0;
        std::size_t relevant = 0; ///< at least 1: other groups are only counted in `before`
    };

    [[nodiscard]] std::size_t cutOf(std::size_t k) const;
    [[nodiscard]] std::size_t idealHits(std::size_t k) const;
    [[nodiscard]] double expectedHits(std::size_t k) const;

    std::vector<Group> m_groups; ///< with relevant items, from the top
    std::size_t m_items = 0;
    std::size_t m_totalRelevant = 0;
};

} // namespace driftscope::metrics
