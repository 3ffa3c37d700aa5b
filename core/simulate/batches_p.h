// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/batchestimate.h"
#include "core/simulate/preparedexperiment.h"

#include <cstdint>
#include <vector>

namespace driftscope::simulate {

/// One thing to score: a query under an arm.
struct BatchEntry {
    std::uint32_t query = 0; ///< position in PreparedExperiment::queries
    std::uint32_t arm = 0; ///< position in PreparedExperiment::arms
};

using Batch = std::vector<BatchEntry>;

/// Cuts the replay into batches of consecutive queries with all their arms, each of at most `batchTokens` estimated
/// tokens (a query is never split). Depends on the experiment and `batchTokens` alone.
[[nodiscard]] std::vector<Batch> planBatches(const PreparedExperiment& prepared, std::int64_t batchTokens);

} // namespace driftscope::simulate
