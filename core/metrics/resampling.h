// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace driftscope::metrics {

/// A confidence interval.
struct Interval {
    double low = 0;
    double high = 0;
};

/// How to resample.
struct BootstrapOptions {
    std::uint64_t seed = 1;
    std::int64_t resamples = 1000;
    double confidence = 0.95;
};

/// Draws the same users again and again: how often each of them counts in resample after resample. The same seed and
/// number of users give the same draws, so that what is compared can share them.
class UserDraws
{
public:
    UserDraws(std::size_t users, std::uint64_t seed);

    /// [users], valid until the next call.
    [[nodiscard]] std::span<const std::uint32_t> next();

private:
    RandomStream m_random;
    std::vector<std::uint32_t> m_multiplicity;
};

/// Percentile interval of resampled values; quantiles interpolate linearly. Nothing without values.
[[nodiscard]] std::optional<Interval> percentileInterval(std::vector<double> values, double confidence);

/// The same where values may be infinite (censored: never within the time watched): no interpolation, the value at or
/// outside the quantile, so that a bound is infinite if that many resamples are.
[[nodiscard]] std::optional<Interval> censoredInterval(std::vector<double> values, double confidence);

} // namespace driftscope::metrics
