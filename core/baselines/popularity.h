// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

#include <memory>

namespace driftscope::baselines {

/// Scores an item by the logarithm of one more than the users who had liked it strictly before the moment, ever or in
/// the last days. The lag in days moves the window back; a lag in events or shifts is of one user and says nothing
/// here.
class Popularity : public Baseline
{
public:
    /// @param days  length of the window; 0 = from the beginning.
    explicit Popularity(std::int64_t days);
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;

private:
    std::int64_t m_days;
    std::vector<std::vector<SimTime>> m_likedAt; ///< [items] in time order
};

} // namespace driftscope::baselines
