// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/choicereason_p.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace driftscope::demonstrations {

namespace {

std::string_view ordinalSuffix(std::size_t number)
{
    const auto lastTwo = number % 100;
    if (lastTwo >= 11 && lastTwo <= 13)
        return "th";
    switch (number % 10) {
    case 1:
        return "st";
    case 2:
        return "nd";
    case 3:
        return "rd";
    default:
        return "th";
    }
}

/// Nothing before the first, "2nd " before the second.
std::string ordinalWords(std::size_t rank)
{
    return rank <= 1 ? std::string() : std::to_string(rank) + std::string(ordinalSuffix(rank)) + " ";
}

struct Unit {
    std::string_view name;
    std::int64_t seconds;
};

constexpr std::array<Unit, 5> units {
    {{"year", 31'557'600}, {"day", 86'400}, {"hour", 3'600}, {"minute", 60}, {"second", 1}}}; // a year has 365.25 days

} // namespace

std::string recencyWords(std::size_t rank)
{
    return ordinalWords(rank) + "most recent";
}

std::string similarityWords(std::size_t rank, double similarity)
{
    std::array<char, 32> number {};
    std::snprintf(number.data(), number.size(), "%.3g", similarity);
    return ordinalWords(rank) + "most similar to the candidates (" + number.data() + ")";
}

std::string distanceWords(SimTime earlier, SimTime later)
{
    const auto seconds = (later - earlier).count();
    for (const auto& unit : units) {
        const auto count = seconds / unit.seconds;
        if (count >= 1)
            return std::to_string(count) + ' ' + std::string(unit.name) + (count == 1 ? "" : "s") + " before";
    }
    return "in the same second";
}

} // namespace driftscope::demonstrations
