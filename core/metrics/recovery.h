// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/metrics/metric.h"
#include "core/metrics/recoverytime.h"
#include "core/metrics/resampling.h"
#include "core/metrics/shiftalignment.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::metrics {

/// What counts as recovered, and over which time.
struct RecoveryOptions {
    std::int64_t before = 10; ///< events before the shift that give the level
    std::int64_t after = 30; ///< events at and after the shift that are looked at
    std::int64_t width = 5; ///< events that a point of the curve is the metric of
    double share = 0.9; ///< of the level's distance from the random ranker that counts as recovered
    std::optional<std::size_t> reference {}; ///< arm whose value after the shift is the level of all; nothing = own
    std::size_t minimumPerPoint = 10; ///< below it a point has no value
    BootstrapOptions bootstrap {};
};

/// A number with its interval. Infinite where it is a time that was not reached within the time looked at.
struct Estimate {
    std::optional<double> value {};
    std::optional<Interval> interval {};
};

/// The metric over [from, from + width) events since the shift, all shifts together.
struct AlignedPoint {
    std::int64_t from = 0;
    MetricValue value {};
    std::optional<Interval> interval {};
};

/// What shifts did to an arm.
struct ArmRecovery {
    std::vector<AlignedPoint> curve; ///< one an event; none reaches over the shift
    Estimate level; ///< what it is measured against
    double floor = 0; ///< the random ranker; 0 where the metric has none
    std::optional<double> target; ///< floor + share * (level - floor)
    Estimate events; ///< until the curve is at the target; infinite if it is not within the time looked at
    Estimate area; ///< level less metric, summed over the events after the shift: what the shift cost
    std::string undefined; ///< why there are no events or no area
    std::vector<ShiftRecovery> shifts; ///< each shift by itself
    std::size_t recovered = 0; ///< of those
    std::size_t censored = 0;
    Estimate medianEvents; ///< of the shifts one by one, censored ones counted (medianTime())
};

/// Arm a less arm b, with the same users drawn for both.
struct RecoveryDifference {
    std::size_t a = 0;
    std::size_t b = 0;
    Estimate area;
    Estimate events; ///< arms that do not recover count as `after` events (restricted mean time)
};

/// How several arms get over the same shifts.
struct Recovery {
    std::vector<ArmRecovery> arms;
    std::vector<RecoveryDifference> differences; ///< of all pairs, the later arm less the earlier
    std::size_t users = 0; ///< with a query near a wanted shift
    std::size_t shifts = 0; ///< wanted, with a query near them
};

/// Events to recover and area lost after shifts, pooled over all wanted shifts and for each by itself.
///
/// The level is the arm's metric over the `before` events before the shifts, or the reference arm's over the `after`
/// events from them on. It is recovered with the first event from which on the metric over `width` events keeps at
/// least `share` of the level's distance from the random ranker (a share of the bare value would call a random ranking
/// half recovered). The first passage comes early where points are noisy: the interval tells. Area is signed, so that
/// noise does not add up; points below the minimum are left out and the others count for them.
///
/// @param arms     the arms' scored queries; the same moments, so that differences are paired.
/// @param shifts   ascending by user and event.
/// @param context  Stop is honoured between resamples; progress counts them, stage "recovery".
/// @retval ErrorCode::BadArgument      lengths are not positive, width over `before` or `after`, share not in (0, 1],
///   no such reference, or a metric of which less is better.
/// @retval ErrorCode::NoEligibleQuery  no query lies near a wanted shift.
/// @retval ErrorCode::Cancelled        stop was requested.
/// Source   percentile bootstrap over users as in bootstrap.h; time to recover and area lost as recovery time and
///   performance loss of resilience curves (Bruneau et al. 2003), here per event; restricted mean time: Royston and
///   Parmar 2013.
[[nodiscard]] Result<Recovery> recovery(const Metric& metric, std::span<const std::vector<const ScoredQuery*>> arms,
                                        std::span<const UserShift> shifts, const RecoveryOptions& options,
                                        const JobContext& context = {});

} // namespace driftscope::metrics
