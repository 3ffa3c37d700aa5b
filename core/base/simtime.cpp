// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simtime.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace driftscope {

namespace {

/// Reads exactly `digits` digits at the front of `text` and removes them.
bool takeNumber(std::string_view& text, std::size_t digits, int& value)
{
    if (text.size() < digits)
        return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc {} || end != text.data() + digits || value < 0)
        return false;
    text.remove_prefix(digits);
    return true;
}

bool takeCharacter(std::string_view& text, std::string_view anyOf)
{
    if (text.empty() || anyOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

} // namespace

std::string formatTime(SimTime time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 48> text {};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

Result<SimTime> parseTime(std::string_view text)
{
    const auto refuse = [whole = std::string(text)] {
        return fail(ErrorCode::BadTime,
                    "'" + whole + "' is not a time; write 1997-12-04, 1997-12-04 15:55:49 or Unix seconds.");
    };
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc {} && end == text.data() + text.size())
        return fromUnix(seconds);

    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!takeNumber(text, 4, year) || !takeCharacter(text, "-") || !takeNumber(text, 2, month)
        || !takeCharacter(text, "-") || !takeNumber(text, 2, day))
        return refuse();
    const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (takeCharacter(text, " T")) {
        if (!takeNumber(text, 2, hour) || !takeCharacter(text, ":") || !takeNumber(text, 2, minute))
            return refuse();
        if (takeCharacter(text, ":") && !takeNumber(text, 2, second))
            return refuse();
        takeCharacter(text, "Z");
    }
    if (!text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59)
        return refuse();
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute)
        + std::chrono::seconds(second);
}

} // namespace driftscope
