// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/baselines/baseline.h"

#include <span>
#include <string_view>

namespace driftscope::baselines {

/// All baselines: oracle, stale-oracle, random, popularity, genre-recency, item-knn, bpr, mf,
/// sasrec.
[[nodiscard]] std::span<const RegistryEntry<Baseline>> baselines();

/// True if this baseline looks at the planted truth, which no recommender can know: to be marked as such.
[[nodiscard]] bool knowsTruth(std::string_view id);

} // namespace driftscope::baselines
