// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/metrics/bootstrap.h"
#include "core/metrics/metric.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace driftscope::metrics {

/// What the horizontal axis of a series counts.
enum class WindowBy : std::uint8_t {
    EventIndex, ///< interactions the user had before the moment
    Calendar ///< days of the dataset's clock (UTC)
};

/// What a point of a series looks at.
enum class WindowShape : std::uint8_t {
    Apart, ///< windows side by side
    Rolling, ///< windows of `size`, one each `step`
    Cumulative ///< from the beginning to the end of each window
};

/// How to cut time into windows.
struct SeriesOptions {
    WindowBy by = WindowBy::EventIndex;
    WindowShape shape = WindowShape::Apart;
    std::int64_t size = 20; ///< events, or days
    std::int64_t step = 0; ///< of rolling windows, same unit; 0 = a quarter of the size, at least 1
    std::size_t minimumPerPoint = 10; ///< below it a point has no value, only its n
    BootstrapOptions bootstrap {}; ///< resamples = 0: no bands
};

/// One window of a series. Windows without any query are left out.
struct SeriesPoint {
    double at = 0; ///< middle of the window: event index, or Unix seconds (end of the window if cumulative)
    std::int64_t from = 0; ///< first event index or Unix second of the window
    std::int64_t to = 0; ///< first one after it
    MetricValue value {};
    std::optional<Interval> interval {}; ///< 95 % band; nothing with fewer than two users
};

/// The metric over simulated time, in time order. Windows start at multiples of their step from event 0 or 1970-01-01,
/// so that arms and runs share them.
///
/// @param context  Stop is honoured between windows; progress counts windows, stage "series".
/// @retval ErrorCode::BadArgument  the size or step is not positive, or a rolling window has over 1,000 steps.
/// @retval ErrorCode::Cancelled    stop was requested.
[[nodiscard]] Result<std::vector<SeriesPoint>> metricSeries(const Metric& metric,
                                                            std::span<const ScoredQuery* const> queries,
                                                            const SeriesOptions& options,
                                                            const JobContext& context = {});

/// WindowBy of "event-index" or "calendar".
///
/// @retval ErrorCode::UnknownName  neither.
[[nodiscard]] Result<WindowBy> windowByOf(std::string_view name);
/// WindowShape of "apart", "rolling" or "cumulative".
///
/// @retval ErrorCode::UnknownName  none of these.
[[nodiscard]] Result<WindowShape> windowShapeOf(std::string_view name);

} // namespace driftscope::metrics
