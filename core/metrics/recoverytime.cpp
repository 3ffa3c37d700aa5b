// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/recoverytime.h"

#include <algorithm>
#include <limits>

namespace driftscope::metrics {

namespace {

constexpr std::size_t fewestQueries = 2; // one query alone says hit or miss
constexpr double rounding = 1e-12; // a mean that equals the target reaches it

struct Point {
    std::int64_t since;
    double value;
};

/// Mean of the points in [from, to); nothing with fewer than `fewest`.
std::optional<double> meanOf(const std::vector<Point>& points, std::int64_t from, std::int64_t to, std::size_t fewest)
{
    double sum = 0;
    std::size_t n = 0;
    for (const Point& point : points) {
        if (point.since < from || point.since >= to)
            continue;
        sum += point.value;
        ++n;
    }
    if (n < std::max<std::size_t>(1, fewest))
        return {};
    return sum / static_cast<double>(n);
}

void watch(ShiftRecovery& recovery, const std::vector<Point>& points, double target, std::int64_t width,
           std::int64_t after)
{
    const std::int64_t last = std::min(after, points.empty() ? 0 : points.back().since + 1);
    for (std::int64_t event = 0; event + width <= after && event < last; ++event) {
        const auto mean = meanOf(points, event, event + width, fewestQueries);
        if (!mean)
            continue;
        recovery.isCounted = true;
        recovery.events = event;
        if (*mean >= target - rounding) {
            recovery.isRecovered = true;
            return;
        }
    }
}

} // namespace

std::vector<ShiftRecovery> shiftRecoveries(const Metric& metric, std::span<const AlignedQuery> aligned, double target,
                                           std::int64_t width, std::int64_t after)
{
    std::vector<ShiftRecovery> recoveries;
    for (std::size_t i = 0; i < aligned.size();) {
        ShiftRecovery recovery {.shift = aligned[i].shift, .before = {}, .after = {}};
        std::vector<Point> points;
        for (; i < aligned.size() && aligned[i].shift == recovery.shift; ++i) {
            if (!metric.uses(*aligned[i].query))
                continue;
            if (const auto value = metric.queryValue(*aligned[i].query))
                points.push_back({aligned[i].since, *value});
        }
        if (points.empty())
            continue;
        recovery.before = meanOf(points, std::numeric_limits<std::int64_t>::min(), 0, 1);
        recovery.after = meanOf(points, 0, after, 1);
        recovery.queries = static_cast<std::size_t>(
            std::ranges::count_if(points, [after](const Point& p) { return p.since >= 0 && p.since < after; }));
        watch(recovery, points, target, width, after);
        recoveries.push_back(recovery);
    }
    return recoveries;
}

std::optional<double> medianTime(std::span<const WatchedTime> times)
{
    double watched = 0;
    for (const WatchedTime& one : times)
        watched += one.weight;
    if (!(watched > 0))
        return {};
    double share = 1; // to whom it has not happened yet
    for (std::size_t i = 0; i < times.size();) {
        const double time = times[i].time;
        double happened = 0;
        double gone = 0;
        for (; i < times.size() && times[i].time == time; ++i) {
            happened += times[i].hasHappened ? times[i].weight : 0;
            gone += times[i].weight;
        }
        if (watched > 0)
            share *= 1 - happened / watched;
        if (share <= 0.5 + rounding)
            return time;
        watched -= gone;
    }
    return std::numeric_limits<double>::infinity();
}

} // namespace driftscope::metrics
