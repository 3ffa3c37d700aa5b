// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/inference/loadedmodel.h"

#include <cstdint>

namespace driftscope::inference {

/// Tokens of one ranking query.
struct QueryShape {
    double prefixTokens = 0;
    double suffixTokens = 0; ///< of all candidates together
    double candidates = 1;
};

/// What the machine's own matrix products allow.
struct GemmLimit {
    double secondsPerQuery = 0; ///< least work (every token once) at the measured rate
    double flopsPerSecond = 0;
};

/// Floating-point operations of the least work for a query: every token once through every layer, and causal attention;
/// the vocabulary head counts for nothing.
[[nodiscard]] double leastFlops(const checkpoint::ModelConfig& config, const QueryShape& shape);

/// Measures libtorch's linear layer at the shapes of a query on the model's device: prefix once, all suffixes once.
///
/// The weights are those of different layers in turn, so that they are not in the cache. Attention (queries times keys
/// and weights times values, causal) is counted at the rate of the linear layers, not measured.
/// @param context  Stop is honoured between shapes.
[[nodiscard]] Result<GemmLimit> measureGemmLimit(const LoadedModel& model, const QueryShape& shape,
                                                 const JobContext& context);

} // namespace driftscope::inference
