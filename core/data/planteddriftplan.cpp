// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/planteddrift.h"
#include "core/data/titlewords_p.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace driftscope::data {

namespace {

constexpr std::array<std::pair<std::string_view, TasteLife>, 5> lifeNames {{{"abrupt", TasteLife::Abrupt},
                                                                            {"swap", TasteLife::Swap},
                                                                            {"gradual", TasteLife::Gradual},
                                                                            {"recurring", TasteLife::Recurring},
                                                                            {"none", TasteLife::Steady}}};

std::string shown(double number)
{
    std::array<char, 40> digits {};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return {digits.data(), written.ptr};
}

template<typename Number>
struct Bound {
    const char* option;
    Number value;
    Number least;
    Number most;
};

template<typename Number>
Result<> inRange(const Bound<Number>& bound)
{
    if (bound.value >= bound.least && bound.value <= bound.most) // false for NaN
        return {};
    return fail(ErrorCode::BadArgument,
                std::string(bound.option) + " " + shown(static_cast<double>(bound.value)) + ": give a number from "
                    + shown(static_cast<double>(bound.least)) + " to " + shown(static_cast<double>(bound.most)) + ".");
}

/// A user of the longest life must find enough items on each side of the taste.
Result<> checkStock(const PlantedDriftPlan& plan)
{
    const double longest = 1.4 * static_cast<double>(plan.eventsPerUser);
    const double needed = 1.2 * longest * std::max(plan.likedShare, 1 - plan.likedShare);
    const double there =
        static_cast<double>(plan.genresPerTaste) * static_cast<double>(plan.items) / static_cast<double>(plan.genres);
    if (needed <= there)
        return {};
    const auto enough = static_cast<std::int64_t>(
        needed * static_cast<double>(plan.genres) / static_cast<double>(plan.genresPerTaste) + 1);
    return fail(ErrorCode::BadArgument,
                "--items " + std::to_string(plan.items) + " are too few for --events-per-user "
                    + std::to_string(plan.eventsPerUser) + ", since nobody meets an item twice; give at least "
                    + std::to_string(enough) + " items, or fewer events.");
}

} // namespace

Result<std::vector<TasteLife>> PlantedDriftPlan::parseLives(std::string_view text)
{
    if (text == "mixed")
        return PlantedDriftPlan().lives;
    std::vector<TasteLife> lives;
    for (bool isMore = true; isMore;) {
        const std::size_t comma = text.find(',');
        const std::string_view word = text.substr(0, comma);
        isMore = comma != std::string_view::npos;
        text = isMore ? text.substr(comma + 1) : std::string_view();
        const auto named =
            std::find_if(lifeNames.begin(), lifeNames.end(), [word](const auto& known) { return known.first == word; });
        if (named == lifeNames.end())
            return fail(ErrorCode::BadValue,
                        "--shifts: '" + std::string(word)
                            + "' is not known; give mixed, or some of abrupt, gradual, recurring, swap, none, with"
                              " commas between them.");
        lives.push_back(named->second);
    }
    return lives;
}

Result<> PlantedDriftPlan::check() const
{
    const std::array<Bound<std::int64_t>, 9> counts {
        {{"--users", users, 1, 1'000'000},
         {"--items", items, 20, 1'000'000},
         {"--genres", genres, 4, static_cast<std::int64_t>(genreWords().size())},
         {"--genres-per-taste", genresPerTaste, 1, genres / 4},
         {"--events-per-user", eventsPerUser, 10, 100'000},
         {"--shifts-per-user", shiftsPerUser, 0, std::min<std::int64_t>(20, eventsPerUser / 5)},
         {"--gradual-events", gradualEvents, 1, 10'000},
         {"--days", days, 1, 36'500},
         {"--seed", static_cast<std::int64_t>(seed), 0, (std::int64_t {1} << 53) - 1}}};
    for (const auto& count : counts)
        DRIFTSCOPE_CHECK(inRange(count));
    const std::array<Bound<double>, 6> shares {{{"--swap-share", swapShare, 0, 1},
                                                {"--label-noise", labelNoise, 0, 0.5},
                                                {"--liked-share", likedShare, 0, 1},
                                                {"--popularity-skew", popularitySkew, 0, 3},
                                                {"--new-item-share", newItemShare, 0, 1},
                                                {"--new-user-share", newUserShare, 0, 1}}};
    for (const auto& share : shares)
        DRIFTSCOPE_CHECK(inRange(share));
    if (lives.empty())
        return fail(ErrorCode::BadArgument, "--shifts: name at least one kind.");
    // Every event has a second of its own; a third of them all leaves room for lives to differ.
    if (users * eventsPerUser > days * 86'400 / 3)
        return fail(ErrorCode::BadArgument,
                    "--days " + std::to_string(days) + " are too few for " + std::to_string(users * eventsPerUser)
                        + " events, no two of which share a second; give more days.");
    return checkStock(*this);
}

nlohmann::json PlantedDriftPlan::toJson() const
{
    nlohmann::json shifts = nlohmann::json::array();
    for (const TasteLife life : lives)
        shifts.push_back(std::find_if(lifeNames.begin(), lifeNames.end(), [life](const auto& known) {
                             return known.second == life;
                         })->first);
    return {{"users", users},
            {"items", items},
            {"genres", genres},
            {"genresPerTaste", genresPerTaste},
            {"eventsPerUser", eventsPerUser},
            {"shiftsPerUser", shiftsPerUser},
            {"gradualEvents", gradualEvents},
            {"shifts", std::move(shifts)},
            {"swapShare", swapShare},
            {"labelNoise", labelNoise},
            {"likedShare", likedShare},
            {"popularitySkew", popularitySkew},
            {"newItemShare", newItemShare},
            {"newUserShare", newUserShare},
            {"days", days},
            {"seed", seed}};
}

} // namespace driftscope::data
