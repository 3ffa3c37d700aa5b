// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/recoverycurve_p.h"

#include <algorithm>
#include <limits>

namespace driftscope::metrics {

namespace {

constexpr double rounding = 1e-12; // a point that equals the target reaches it

} // namespace

EventWindow::EventWindow(const Metric& metric, std::span<const AlignedQuery> aligned, std::int64_t from,
                         std::int64_t to, const std::vector<std::uint32_t>& users, std::size_t minimum)
    : m_from(from)
    , m_to(to)
    , m_queries(std::make_unique<ClusteredQueries>())
{
    m_queries->users = users;
    for (const AlignedQuery& one : aligned) {
        if (one.since < from || one.since >= to || !metric.uses(*one.query))
            continue;
        m_queries->queries.push_back(one.query);
        const auto at = std::ranges::lower_bound(users, one.query->user);
        m_queries->cluster.push_back(static_cast<std::uint32_t>(at - users.begin()));
    }
    m_value = metric.compute(m_queries->queries);
    if (m_value.n < minimum && (m_value.value || m_value.undefined.empty())) {
        m_value.value.reset();
        m_value.undefined = "fewer than " + std::to_string(minimum) + " queries";
    }
    if (m_value.value)
        m_resampled = metric.resampled(*m_queries);
}

std::optional<double> EventWindow::resampled(std::span<const std::uint32_t> multiplicity) const
{
    return m_resampled ? m_resampled->value(multiplicity) : std::nullopt;
}

RecoveryCurve::RecoveryCurve(const Metric& metric, std::vector<AlignedQuery> aligned,
                             const std::vector<std::uint32_t>& users, const RecoveryOptions& options)
    : m_aligned(std::move(aligned))
    , m_before(metric, m_aligned, -options.before, 0, users, options.minimumPerPoint)
    , m_after(metric, m_aligned, 0, options.after, users, options.minimumPerPoint)
    , m_events(options.after)
{
    const auto window = [&](std::int64_t from, std::int64_t to) {
        return EventWindow(metric, m_aligned, from, to, users, options.minimumPerPoint);
    };
    for (std::int64_t from = -options.before; from + options.width <= 0; ++from)
        m_points.push_back(window(from, from + options.width));
    for (std::int64_t from = 0; from + options.width <= options.after; ++from)
        m_points.push_back(window(from, from + options.width));
    for (std::int64_t from = 0; from < options.after; from += options.width)
        m_blocks.push_back(window(from, std::min(from + options.width, options.after)));
}

std::optional<double> RecoveryCurve::firstPassage(double target, const WindowReader& read) const
{
    std::optional<double> passage;
    for (const EventWindow& point : m_points) {
        if (point.from() < 0)
            continue;
        const std::optional<double> value = read(point);
        if (!value)
            continue;
        if (*value >= target - rounding)
            return static_cast<double>(point.from());
        passage = std::numeric_limits<double>::infinity();
    }
    return passage;
}

std::optional<double> RecoveryCurve::areaBelow(double level, const WindowReader& read) const
{
    double sum = 0;
    double events = 0;
    for (const EventWindow& block : m_blocks) {
        const std::optional<double> value = read(block);
        if (!value)
            continue;
        sum += *value * static_cast<double>(block.length());
        events += static_cast<double>(block.length());
    }
    if (!(events > 0))
        return {};
    return static_cast<double>(m_events) * (level - sum / events);
}

} // namespace driftscope::metrics
