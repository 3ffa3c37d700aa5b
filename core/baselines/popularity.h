// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

#include <optional>

namespace driftscope::baselines {

/// Scores an item by the logarithm of one more than the users who had liked it strictly before the moment, ever or in
/// the last days. A lag moves the window back; see knownUntil().
class Popularity : public Baseline
{
public:
    struct Options {
        std::int64_t days = 0; ///< length of the window; 0 = from the beginning
    };
    explicit Popularity(const Options& options);
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;

private:
    std::int64_t m_days;
    std::optional<data::UserHistory> m_history;
    std::vector<std::vector<SimTime>> m_likedAt; ///< [items] in time order
};

} // namespace driftscope::baselines
