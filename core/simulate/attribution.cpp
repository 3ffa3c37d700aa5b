// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/attribution.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string>

namespace driftscope::simulate {

namespace {

constexpr std::size_t atOnce = 16; // coalitions: enough to share work, few enough to stop soon

constexpr Coalition player(std::size_t at)
{
    return Coalition {1} << at;
}

Result<std::vector<double>> valuesOf(std::span<const Coalition> coalitions, const CoalitionValues& ask,
                                     const JobContext& context)
{
    std::vector<double> values;
    while (values.size() < coalitions.size()) {
        context.report({static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(coalitions.size()),
                        "take parts away"});
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "The attribution was stopped.");
        const std::size_t count = std::min(atOnce, coalitions.size() - values.size());
        DRIFTSCOPE_TRY(const auto some, ask(coalitions.subspan(values.size(), count)));
        values.insert(values.end(), some.begin(), some.end());
    }
    return values;
}

/// How much of all orders have exactly these `before` players ahead of a player: before! (n - 1 - before)! / n!
double shareOfOrders(std::size_t before, std::size_t players)
{
    double share = 1.0 / static_cast<double>(players);
    for (std::size_t i = 1; i <= before; ++i)
        share *= static_cast<double>(i) / static_cast<double>(players - i);
    return share;
}

/// @param values  of all coalitions: that of coalition c stands at c.
std::vector<double> shapleyValues(std::size_t players, std::span<const double> values)
{
    std::vector<double> shapley(players, 0);
    for (std::size_t one = 0; one < players; ++one)
        for (Coalition others = 0; others < values.size(); ++others)
            if ((others & player(one)) == 0)
                shapley[one] += shareOfOrders(static_cast<std::size_t>(std::popcount(others)), players)
                    * (values[others | player(one)] - values[others]);
    return shapley;
}

} // namespace

Result<Attribution> attribute(std::size_t players, const CoalitionValues& values, const JobContext& context)
{
    if (players > mostPlayers)
        return fail(ErrorCode::BadArgument,
                    "An attribution takes at most " + std::to_string(mostPlayers) + " parts, not "
                        + std::to_string(players) + "; show fewer.");
    const bool isExact = players <= mostShapleyPlayers;
    const Coalition everyone = player(players) - 1;
    std::vector<Coalition> asked;
    if (isExact) {
        for (Coalition coalition = 0; coalition <= everyone; ++coalition)
            asked.push_back(coalition);
    } else {
        asked = {0, everyone};
        for (std::size_t one = 0; one < players; ++one)
            asked.push_back(everyone & ~player(one));
    }
    DRIFTSCOPE_TRY(const auto worth, valuesOf(asked, values, context));
    Attribution found;
    found.none = worth.front();
    found.all = isExact ? worth.back() : worth[1];
    for (std::size_t one = 0; one < players; ++one)
        found.leaveOneOut.push_back(found.all - worth[isExact ? everyone & ~player(one) : one + 2]);
    if (isExact)
        found.shapley = shapleyValues(players, worth);
    return found;
}

} // namespace driftscope::simulate
