// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/experiment.h"
#include "core/simulate/replay.h"

#include <cstdint>

namespace driftscope::simulate {

/// Tokens that a query costs under an arm after prefix sharing, guessed from lengths that are known without building
/// the prompt. It need not be right, only the same on every machine: batches are cut by it.
[[nodiscard]] std::int64_t estimatedTokens(const Experiment& experiment, const Query& query, const Arm& arm);

} // namespace driftscope::simulate
