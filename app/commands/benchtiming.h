// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <ctime>
#include <vector>

namespace driftscope::app {

/// Wall time of a piece of work, and the cores that other programs took meanwhile.
struct Timing {
    double seconds = 0;
    double foreignCores = 0;

    /// Little enough was going on beside it for the time to count.
    [[nodiscard]] bool isClean() const { return foreignCores < 0.1; }
};

/// Times a piece of work of this process.
class Stopwatch
{
public:
    Stopwatch();
    [[nodiscard]] Timing read() const;

private:
    std::chrono::steady_clock::time_point m_start;
    double m_machine;
    std::clock_t m_own;
};

/// CPU seconds of the whole machine since it started, without idling; 0 where the system does not say.
[[nodiscard]] double machineSeconds();

/// Waits until other programs leave the cores alone, at most this long.
void waitUntilQuiet(double mostSeconds);

/// Largest memory that this process has had.
[[nodiscard]] double peakRssMb();

/// Upper of the two in the middle if their number is even; 0 of none.
[[nodiscard]] double median(std::vector<double> values);

} // namespace driftscope::app
