// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

#include <optional>

namespace driftscope::baselines {

/// Scores an item by its genres: the share of the user's past that liked them less the share that disliked them, where
/// an interaction weighs half as much for each `halfLife` events since. The mean over the item's genres, in [-1, 1]; 0
/// without genres or past.
class GenreRecency : public Baseline
{
public:
    struct Options {
        double halfLife = 10; ///< events of the user after which an interaction weighs half; 0 = all weigh the same
    };
    explicit GenreRecency(const Options& options);
    /// @retval ErrorCode::Inconsistent  no item has a genre.
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;

private:
    double m_halfLife;
    std::optional<data::UserHistory> m_history;
    std::vector<std::vector<std::uint32_t>> m_genresOf; ///< [items]
    std::size_t m_genreCount = 0;
};

} // namespace driftscope::baselines
