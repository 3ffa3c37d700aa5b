// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"

#include <cstdint>
#include <span>
#include <vector>

/// The baselines folder ranks candidates without a language model: recommenders to compare with, and the ceiling and
/// floor of every curve.
namespace driftscope::baselines {

/// What to rank, and what may be looked at for it.
struct BaselineQuery {
    data::Moment moment;
    data::Lag lag; ///< how stale the arm's context is
    std::span<const data::ItemIndex> candidates;
    std::uint64_t seed = 0; ///< of the experiment
};

/// Scores candidates at a moment from what happened strictly before it. Only those that know the planted truth look at
/// more; see knowsTruth().
class Baseline
{
public:
    virtual ~Baseline() = default;

    /// Called once, before the first query. @param history  kept; cheap to copy.
    ///
    /// @retval ErrorCode::Inconsistent  the data lack what the baseline needs; the message says what.
    [[nodiscard]] virtual Result<> prepare(const data::UserHistory& history) = 0;

    /// One score a candidate, in their order: higher = more liked; log-odds of being liked where the baseline has them.
    ///
    /// Depends on the query alone, not on queries before it. Threads may share a prepared baseline.
    [[nodiscard]] virtual Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const = 0;
};

} // namespace driftscope::baselines
