// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace driftscope {

/// One progress report. `total == 0` means the amount of work is unknown.
struct Progress {
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string_view stage; ///< a literal such as "read interactions"; valid during the call only
};

/// Handed to every long call in core; both members are safe to use from the worker thread.
struct JobContext {
    std::stop_token stop;
    std::function<void(const Progress&)> report = [](const Progress&) {};

    [[nodiscard]] bool isStopped() const { return stop.stop_requested(); }
};

} // namespace driftscope
