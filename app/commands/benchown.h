// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/benchmodel.h"

#include <nlohmann/json.hpp>

namespace driftscope::app {

/// Measures this program alone, as a peer script measures itself: from text to scores, query by query.
///
/// @param arguments  contender is "driftscope-PRECISION", with "-no-sharing" to compute every prompt in full.
/// @return a peer's line (tests/bench/peers/README.md) and `limit_seconds` of each query: the least work at the rate
///   that this machine's matrix products reach just after.
/// @retval ErrorCode::UnknownName  no such contender.
[[nodiscard]] Result<nlohmann::json> runOwnContender(const BenchArguments& arguments, const JobContext& context);

/// Seconds by stage over the queries, printed as one JSON line: what the time of a query goes to.
[[nodiscard]] Result<nlohmann::json> profileOwn(const BenchArguments& arguments, const JobContext& context);

} // namespace driftscope::app
