// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/metric.h"
#include "core/metrics/shiftalignment.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace driftscope::metrics {

/// How one shift was recovered from.
struct ShiftRecovery {
    std::size_t shift = 0; ///< position in the list of shifts
    std::size_t queries = 0; ///< at and after the shift, within the time looked at
    std::optional<double> before; ///< mean of the queries before it; nothing without any
    std::optional<double> after; ///< mean of the queries after it
    std::int64_t events = 0; ///< until the metric was back, or for how many it was watched in vain
    bool isRecovered =
        false; ///< false: censored (the next shift, the end of the data or of the time looked at came first)
    bool isCounted = false; ///< false: nowhere two queries within a window, so that nothing can be said
};

/// When each shift's own queries are back: the first event from which on the mean over `width` events is at least
/// `target`, wherever two or more queries lie in them. Shifts without any query are left out.
///
/// A single shift has few queries, so chance passes the target early: read the counts of an arm beside those of the
/// random one.
///
/// @param aligned  of alignToShifts().
/// @param after    events after the shift that are looked at.
/// @return by shift; empty for a metric that is no mean over queries (Metric::queryValue()).
[[nodiscard]] std::vector<ShiftRecovery> shiftRecoveries(const Metric& metric, std::span<const AlignedQuery> aligned,
                                                         double target, std::int64_t width, std::int64_t after);

/// A time until something happened, or until one stopped watching.
struct WatchedTime {
    double time = 0;
    bool hasHappened = false;
    double weight = 1;
};

/// Median time until it happens, with those that were not watched to the end (censored) counted for as long as they
/// were. Infinite if it does not happen to half of them; nothing without any weight.
///
/// @param times  ascending by time.
/// Source   Kaplan and Meier 1958, product limit; at equal times, what happens comes before what is censored.
[[nodiscard]] std::optional<double> medianTime(std::span<const WatchedTime> times);

} // namespace driftscope::metrics
