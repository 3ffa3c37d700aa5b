// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/simulate/preparedexperiment.h"

#include <cstdint>
#include <vector>

namespace driftscope::simulate {

/// How much of a moment's context the same user's earlier moment has had computed already, under one arm. The context
/// of a moment is what the prompts of all its candidates begin with.
struct ContextReuse {
    std::size_t moments = 0;
    std::size_t users = 0;
    std::size_t followed = 0; ///< moments with an earlier one of the same user: the shares are about these
    double meanDemonstrations = 0; ///< shown a moment
    double meanContextTokens = 0; ///< a moment
    double meanPromptTokens = 0; ///< a moment: the context once and what each candidate adds
    double meanKept = 0; ///< share of the context's tokens that the moment before began with, too
    double medianKept = 0;
    double sameContext = 0; ///< share of the moments whose context is the whole of the one before
    /// Tokens computed if everything of the moment before is kept, over those computed if nothing is; all moments, the
    /// first of each user in full.
    double computedRatio = 1;
    /// Context tokens of all users to be kept (least recently used go first) for 95 in 100 of the followed moments to
    /// find what their user's moment before left.
    std::int64_t tokensToHold = 0;
};

/// Walks the ranked moments of the experiment in the replay's order and compares the tokens of each with the same
/// user's moment before. Needs tokens only, no model.
///
/// @param prepared  its arms should differ in their selectors alone: what candidates add is counted once for all.
/// @return one an arm.
/// @retval ErrorCode::NoEligibleQuery  no moment is ranked.
/// @retval ErrorCode::Cancelled        stop was requested; honoured between moments.
/// Other errors are those of PreparedArm::build().
[[nodiscard]] Result<std::vector<ContextReuse>> measureReuse(const PreparedExperiment& prepared,
                                                             const JobContext& context = {});

} // namespace driftscope::simulate
