// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/baselineregistry.h"

#include "core/baselines/oracle.h"
#include "core/baselines/popularity.h"
#include "core/baselines/randomranker.h"

namespace driftscope::baselines {

namespace {

using Entry = RegistryEntry<Baseline>;

Entry oracleEntry()
{
    return {"oracle",
            "Oracle (knows the taste)",
            "Ranks by the user's planted taste at the moment: the ceiling. Planted data only.",
            {},
            [](const ParameterValues&) { return std::make_unique<Oracle>(Oracle::Knows::TasteNow); }};
}

Entry staleOracleEntry()
{
    return {"stale-oracle",
            "Stale oracle (knows the taste before the last shift)",
            "Ranks by the planted taste that the user had before the latest shift. Planted data only.",
            {},
            [](const ParameterValues&) { return std::make_unique<Oracle>(Oracle::Knows::TasteBeforeShift); }};
}

Entry randomEntry()
{
    return {"random", "Random", "Ranks by the experiment's seed: the floor.", {}, [](const ParameterValues&) {
                return std::make_unique<RandomRanker>();
            }};
}

Entry popularityEntry()
{
    Parameter days {.id = "days",
                    .title = "Window in days",
                    .help = "How far back interactions count; 0 = from the beginning.",
                    .fallback = std::int64_t {0},
                    .minimum = 0,
                    .maximum = 100'000};
    return {"popularity",
            "Popularity",
            "Ranks by how many users had liked the item before the moment.",
            {std::move(days)},
            [](const ParameterValues& values) {
                const auto found = values.find("days");
                const auto* window = found == values.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
                return std::make_unique<Popularity>(window ? *window : 0);
            }};
}

} // namespace

std::span<const RegistryEntry<Baseline>> baselines()
{
    static const std::vector<Entry> entries {oracleEntry(), staleOracleEntry(), randomEntry(), popularityEntry()};
    return entries;
}

bool knowsTruth(std::string_view id)
{
    return id == "oracle" || id == "stale-oracle";
}

} // namespace driftscope::baselines
