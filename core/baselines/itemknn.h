// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

#include <optional>

namespace driftscope::baselines {

/// Scores an item by its nearest among the items that the user liked: the sum of the largest cosines between the sets
/// of users who had liked both, |A and B| / sqrt(|A| |B|), counted strictly before the moment. Nothing is trained: each
/// query counts what is known at its moment.
///
/// Source    Sarwar et al. 2001, Item-based collaborative filtering; cosine over implicit likes.
class ItemKnn : public Baseline
{
public:
    struct Options {
        std::int64_t neighbours = 20; ///< how many liked items count; 0 = all
    };
    explicit ItemKnn(const Options& options);
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;

private:
    /// Users who liked the item before `end`, by time.
    [[nodiscard]] std::span<const data::UserIndex> likersOf(data::ItemIndex item, SimTime end) const;

    struct Likes {
        std::vector<SimTime> times;
        std::vector<data::UserIndex> users;
    };
    std::size_t m_neighbours;
    std::optional<data::UserHistory> m_history;
    std::vector<Likes> m_likes; ///< [items] in time order
};

} // namespace driftscope::baselines
