// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/userhistory.h"

#include <cstdint>
#include <vector>

namespace driftscope::baselines {

/// Something that learns in passes over its training rows.
class PassLearner
{
public:
    virtual ~PassLearner() = default;
    /// One pass. @param number  from 0. @retval ErrorCode::Cancelled  stop was requested.
    [[nodiscard]] virtual Result<> pass(std::int64_t number, const JobContext& context) = 0;
    /// Scores of the rows held out.
    [[nodiscard]] virtual std::vector<double> heldOutScores() = 0;
    virtual void keepAsBest() = 0;
    virtual void goBackToBest() = 0;
};

/// Makes at most `passes`; with held-out rows of both labels, stops `patience` passes after the best AUC and goes back
/// to it.
[[nodiscard]] Result<> learn(PassLearner& learner, const std::vector<bool>& heldOutLabels, std::int64_t passes,
                             std::int64_t patience, const JobContext& context);

/// The first interaction of [0, end) in the `days` before a time: what is held out for the early stop. `end` if days is
/// 0.
[[nodiscard]] data::InteractionIndex heldOutFrom(const data::Dataset& dataset, data::InteractionIndex end, SimTime time,
                                                 std::int64_t days);

/// Labels of some interactions.
[[nodiscard]] std::vector<bool> labelsOf(const data::UserHistory& history, data::InteractionIndex begin,
                                         data::InteractionIndex end);

} // namespace driftscope::baselines
