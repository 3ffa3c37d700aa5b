// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace driftscope {

/// A moment of the dataset's own clock: whole seconds since 1970-01-01 UTC.
using SimTime = std::chrono::sys_seconds;

/// SimTime of Unix seconds.
[[nodiscard]] constexpr SimTime fromUnix(std::int64_t seconds)
{
    return SimTime(std::chrono::seconds(seconds));
}

/// Unix seconds of a SimTime.
[[nodiscard]] constexpr std::int64_t toUnix(SimTime time)
{
    return time.time_since_epoch().count();
}

/// "1997-12-04 15:55:49" (UTC).
[[nodiscard]] std::string formatTime(SimTime time);

/// Reads "1997-12-04", "1997-12-04 15:55:49" (also with T and Z) or Unix seconds.
///
/// @retval ErrorCode::BadTime  none of these.
[[nodiscard]] Result<SimTime> parseTime(std::string_view text);

} // namespace driftscope
