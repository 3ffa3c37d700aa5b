// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/recovery.h"

#include <functional>
#include <memory>

namespace driftscope::metrics {

/// A metric over the queries of some events since the shift, ready for resamples of users.
class EventWindow
{
public:
    /// The queries with `from` <= since < `to`. @param users  clusters of the resamples, ascending.
    EventWindow(const Metric& metric, std::span<const AlignedQuery> aligned, std::int64_t from, std::int64_t to,
                const std::vector<std::uint32_t>& users, std::size_t minimum);

    [[nodiscard]] std::int64_t from() const { return m_from; }
    [[nodiscard]] std::int64_t length() const { return m_to - m_from; }
    [[nodiscard]] const MetricValue& value() const { return m_value; }
    /// Nothing if value() has none, or if undefined on these users.
    [[nodiscard]] std::optional<double> resampled(std::span<const std::uint32_t> multiplicity) const;

private:
    std::int64_t m_from;
    std::int64_t m_to;
    std::unique_ptr<ClusteredQueries> m_queries; ///< stays in place: m_resampled looks at it
    MetricValue m_value;
    std::unique_ptr<ResampledMetric> m_resampled;
};

/// Gives the value of a window: the plain one or that of a resample.
using WindowReader = std::function<std::optional<double>(const EventWindow&)>;

/// All windows of an arm.
class RecoveryCurve
{
public:
    RecoveryCurve(const Metric& metric, std::vector<AlignedQuery> aligned, const std::vector<std::uint32_t>& users,
                  const RecoveryOptions& options);

    [[nodiscard]] std::span<const AlignedQuery> aligned() const { return m_aligned; }
    [[nodiscard]] const std::vector<EventWindow>& points() const { return m_points; }
    [[nodiscard]] const EventWindow& beforeShift() const { return m_before; }
    [[nodiscard]] const EventWindow& afterShift() const { return m_after; }
    /// Events since the shift of the first point at the target; infinite if there is none, nothing without a point.
    [[nodiscard]] std::optional<double> firstPassage(double target, const WindowReader& read) const;
    /// Level less metric, summed over the events after the shift; nothing without a point.
    [[nodiscard]] std::optional<double> areaBelow(double level, const WindowReader& read) const;

private:
    std::vector<AlignedQuery> m_aligned;
    EventWindow m_before;
    EventWindow m_after;
    std::vector<EventWindow> m_points; ///< ascending
    std::vector<EventWindow> m_blocks; ///< side by side from the shift on
    std::int64_t m_events; ///< looked at after the shift
};

} // namespace driftscope::metrics
