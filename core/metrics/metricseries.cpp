// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metricseries.h"

#include <algorithm>
#include <map>

namespace driftscope::metrics {

namespace {

constexpr std::int64_t secondsPerDay = 86'400;
constexpr std::int64_t mostStepsPerWindow = 1'000;

std::int64_t floorDivide(std::int64_t value, std::int64_t by)
{
    const std::int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

/// Queries of each window, by window number: window w begins at w * step.
using Windows = std::map<std::int64_t, std::vector<const ScoredQuery*>>;

/// Sorts queries into windows, in units of the axis (events or seconds).
class WindowCutter
{
public:
    WindowCutter(const SeriesOptions& options)
        : m_by(options.by)
        , m_shape(options.shape)
    {
        const std::int64_t unit = m_by == WindowBy::Calendar ? secondsPerDay : 1;
        m_size = options.size * unit;
        m_step = m_size;
        if (m_shape == WindowShape::Rolling)
            m_step = (options.step > 0 ? options.step : std::max<std::int64_t>(1, options.size / 4)) * unit;
    }

    Windows cut(const Metric& metric, std::span<const ScoredQuery* const> queries) const
    {
        Windows windows;
        for (const ScoredQuery* query : queries)
            if (metric.uses(*query))
                windows[floorDivide(place(*query), m_step)].push_back(query);
        if (m_shape == WindowShape::Rolling)
            return rolled(windows);
        if (m_shape == WindowShape::Cumulative)
            accumulate(windows);
        return windows;
    }

    SeriesPoint pointAt(std::int64_t window) const
    {
        SeriesPoint point;
        point.from = window * m_step;
        point.to = point.from + m_size;
        const double middle = static_cast<double>(point.from) + static_cast<double>(m_size) / 2;
        point.at = m_shape == WindowShape::Cumulative ? static_cast<double>(point.to) : middle;
        return point;
    }

private:
    std::int64_t place(const ScoredQuery& query) const
    {
        return m_by == WindowBy::Calendar ? query.time : query.eventIndex;
    }

    /// Each window with the steps that follow while they begin inside it; no window begins before the first step.
    Windows rolled(const Windows& steps) const
    {
        Windows windows;
        if (steps.empty())
            return windows;
        const std::int64_t first = steps.begin()->first;
        for (const auto& [step, queries] : steps)
            for (std::int64_t w = step; w >= first && (step - w) * m_step < m_size; --w)
                for (const ScoredQuery* query : queries)
                    if (place(*query) < w * m_step + m_size)
                        windows[w].push_back(query);
        return windows;
    }

    static void accumulate(Windows& windows)
    {
        const std::vector<const ScoredQuery*>* before = nullptr;
        for (auto& [window, queries] : windows) {
            if (before != nullptr)
                queries.insert(queries.begin(), before->begin(), before->end());
            before = &queries;
        }
    }

    WindowBy m_by;
    WindowShape m_shape;
    std::int64_t m_size = 1;
    std::int64_t m_step = 1;
};

Result<> checkOptions(const SeriesOptions& options)
{
    constexpr std::int64_t largest = 1'000'000'000;
    if (options.size < 1 || options.size > largest || options.step < 0 || options.step > largest)
        return fail(ErrorCode::BadArgument, "The window of a curve must be from 1 to 1000000000 events or days wide.");
    if (options.step > 0 && options.size / options.step > mostStepsPerWindow)
        return fail(ErrorCode::BadArgument,
                    "A rolling window of " + std::to_string(options.size) + " with steps of "
                        + std::to_string(options.step) + " has over 1000 steps; take larger steps.");
    return {};
}

void evaluate(SeriesPoint& point, const Metric& metric, std::span<const ScoredQuery* const> queries,
              const SeriesOptions& options)
{
    point.value = metric.compute(queries);
    if (point.value.n < options.minimumPerPoint && (point.value.value || point.value.undefined.empty())) {
        point.value.value.reset();
        point.value.undefined = "fewer than " + std::to_string(options.minimumPerPoint) + " queries";
    }
    if (point.value.value)
        point.interval = bootstrapInterval(metric, queries, options.bootstrap);
}

} // namespace

Result<std::vector<SeriesPoint>> metricSeries(const Metric& metric, std::span<const ScoredQuery* const> queries,
                                              const SeriesOptions& options, const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkOptions(options));
    const WindowCutter cutter(options);
    const Windows windows = cutter.cut(metric, queries);
    std::vector<SeriesPoint> points;
    for (const auto& [window, inside] : windows) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled,
                        "Stopped after " + std::to_string(points.size()) + " of " + std::to_string(windows.size())
                            + " windows.");
        points.push_back(cutter.pointAt(window));
        evaluate(points.back(), metric, inside, options);
        context.report({static_cast<std::int64_t>(points.size()), static_cast<std::int64_t>(windows.size()), "series"});
    }
    return points;
}

Result<WindowBy> windowByOf(std::string_view name)
{
    if (name == "event-index")
        return WindowBy::EventIndex;
    if (name == "calendar")
        return WindowBy::Calendar;
    return fail(ErrorCode::UnknownName,
                "There is no kind of window '" + std::string(name) + "'. Known kinds: event-index, calendar.");
}

Result<WindowShape> windowShapeOf(std::string_view name)
{
    if (name == "apart")
        return WindowShape::Apart;
    if (name == "rolling")
        return WindowShape::Rolling;
    if (name == "cumulative")
        return WindowShape::Cumulative;
    return fail(ErrorCode::UnknownName,
                "There is no shape of windows '" + std::string(name) + "'. Known shapes: apart, rolling, cumulative.");
}

} // namespace driftscope::metrics
