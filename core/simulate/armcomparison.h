// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/metrics/bootstrap.h"
#include "core/simulate/runsummary.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// Rows of two arms, of one run or of two, over the moments that both have answered.
struct ArmPair {
    std::vector<metrics::ScoredQuery> a;
    std::vector<metrics::ScoredQuery> b;
    std::size_t differentLists = 0; ///< moments at which the two had other candidates: ranking differs by chance too
};

/// @param armA  position in the experiment of the run that `a` are records of.
[[nodiscard]] ArmPair pairArms(std::span<const QueryRecord> a, std::uint32_t armA, std::span<const QueryRecord> b,
                               std::uint32_t armB);

/// User and item numbers mean the same only in the same data.
///
/// @retval ErrorCode::Inconsistent  the manifests name different data, or none.
[[nodiscard]] Result<> checkSameDataset(const nlohmann::json& manifestA, const nlohmann::json& manifestB);

/// The metric of a less the metric of b, paired by user.
///
/// @param bootstrap  what the interval is made with: seed and resamples.
/// @retval ErrorCode::UnknownName  the metric is not known.
[[nodiscard]] Result<metrics::DifferenceEstimate> difference(const ArmPair& pair, const std::string& metric,
                                                             const metrics::BootstrapOptions& bootstrap);

/// The same over simulated time, in the windows that the experiment's curves have; each window is paired by its users.
///
/// @retval ErrorCode::UnknownName  the metric is not known.
/// @retval ErrorCode::Cancelled    stop was requested.
[[nodiscard]] Result<Curve> differenceCurve(const ArmPair& pair, const std::string& metric,
                                            const Experiment& experiment, const JobContext& context = {});

/// What two arms got for a user.
struct UserValues {
    std::uint32_t user = 0;
    double a = 0;
    double b = 0;
    std::size_t n = 0; ///< moments that the values stand on
};

/// The metric of both arms for each user alone; users for whom it is undefined under one of them are left out.
///
/// @retval ErrorCode::UnknownName  the metric is not known.
[[nodiscard]] Result<std::vector<UserValues>> valuesOfUsers(const ArmPair& pair, const std::string& metric);

} // namespace driftscope::simulate
