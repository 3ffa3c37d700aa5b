// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/base/result.h"
#include "core/metrics/metric.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace driftscope::metrics {

/// All metrics. A new one is an entry here, with its file pair and its test.
[[nodiscard]] std::span<const RegistryEntry<Metric>> metrics();

/// The metric spelled as in experiment files: "ndcg@10" (cut at 10), "mrr" (not cut), "auc", "ece" or "ece@15" (15
/// bins).
///
/// @retval ErrorCode::UnknownName  no such metric; the message lists the known ones.
/// @retval ErrorCode::BadValue     the number after @ is missing, not a whole number, out of range or not wanted.
[[nodiscard]] Result<std::unique_ptr<Metric>> makeMetric(std::string_view spelling);

/// Title for people: "NDCG@10", "AUC". The spelling itself if there is no such metric.
[[nodiscard]] std::string metricTitle(std::string_view spelling);

} // namespace driftscope::metrics
