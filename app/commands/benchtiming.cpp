// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchtiming.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace driftscope::app {

Stopwatch::Stopwatch()
    : m_start(std::chrono::steady_clock::now())
    , m_machine(machineSeconds())
    , m_own(std::clock())
{
}

Timing Stopwatch::read() const
{
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    const double own = static_cast<double>(std::clock() - m_own) / CLOCKS_PER_SEC;
    return {seconds, std::max(0.0, machineSeconds() - m_machine - own) / seconds};
}

double machineSeconds()
{
    std::ifstream stat("/proc/stat");
    std::string name;
    std::array<double, 8> ticks {}; // user nice system idle iowait irq softirq steal
    stat >> name;
    for (double& tick : ticks)
        stat >> tick;
    double busy = 0;
    for (std::size_t i = 0; i < ticks.size(); ++i)
        busy += i == 3 || i == 4 ? 0 : ticks[i];
    return busy / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void waitUntilQuiet(double mostSeconds)
{
    constexpr auto look = std::chrono::milliseconds(500);
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < std::chrono::duration<double>(mostSeconds)) {
        const double before = machineSeconds();
        std::this_thread::sleep_for(look);
        if (machineSeconds() - before < 0.1 * std::chrono::duration<double>(look).count())
            return;
    }
}

double peakRssMb()
{
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

} // namespace driftscope::app
