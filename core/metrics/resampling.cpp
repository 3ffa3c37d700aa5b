// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/resampling.h"

#include <algorithm>
#include <cmath>

namespace driftscope::metrics {

namespace {

/// Quantile of ascending values, interpolated linearly.
double quantile(const std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(place));
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

} // namespace

UserDraws::UserDraws(std::size_t users, std::uint64_t seed)
    : m_random(seed, "bootstrap")
    , m_multiplicity(users)
{
}

std::span<const std::uint32_t> UserDraws::next()
{
    std::ranges::fill(m_multiplicity, 0U);
    for (std::size_t i = 0; i < m_multiplicity.size(); ++i)
        ++m_multiplicity[m_random.index(m_multiplicity.size())];
    return m_multiplicity;
}

std::optional<Interval> percentileInterval(std::vector<double> values, double confidence)
{
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const double tail = (1 - confidence) / 2;
    return Interval {quantile(values, tail), quantile(values, 1 - tail)};
}

std::optional<Interval> censoredInterval(std::vector<double> values, double confidence)
{
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const double tail = (1 - confidence) / 2;
    const auto last = static_cast<double>(values.size() - 1);
    return Interval {values[static_cast<std::size_t>(std::floor(tail * last))],
                     values[static_cast<std::size_t>(std::ceil((1 - tail) * last))]};
}

} // namespace driftscope::metrics
