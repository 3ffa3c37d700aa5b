// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/storedrun.h"

#include "core/base/simtime.h"

#include <algorithm>

namespace driftscope::app {

std::filesystem::path StoreChoice::path() const
{
    return file.empty() ? store::defaultStorePath() : std::filesystem::path(file);
}

void StoreChoice::addTo(CLI::App& command)
{
    command.add_option("--store", file, "File that keeps the runs; default: in the user's data folder");
}

std::string timeText(std::int64_t unixSeconds)
{
    return unixSeconds == 0 ? "-" : formatTime(fromUnix(unixSeconds));
}

std::string padded(const std::string& text, std::size_t width)
{
    const auto startsCharacter = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
    std::string kept;
    std::size_t characters = 0;
    const auto all = static_cast<std::size_t>(std::ranges::count_if(text, startsCharacter));
    for (const char c : text) {
        if (startsCharacter(c) && all > width && characters + 1 == width)
            return kept + "…";
        characters += startsCharacter(c) ? 1 : 0;
        kept += c;
    }
    return kept + std::string(width - std::min(width, characters), ' ');
}

} // namespace driftscope::app
