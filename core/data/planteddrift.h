// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/drifttruth.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// How one user's taste develops.
enum class TasteLife : std::uint8_t {
    Steady, ///< no shift
    Abrupt, ///< abrupt shifts, of which `swapShare` swap liked and disliked genres, the others bring new ones
    Gradual,
    Recurring,
    Swap ///< abrupt shifts that all swap liked and disliked genres
};

/// What to make a planted dataset from. The defaults are those of datasets/planted.
struct PlantedDriftPlan {
    std::int64_t users = 500; ///< 1..1,000,000
    std::int64_t items = 1000; ///< 20..1,000,000
    std::int64_t genres = 20; ///< 4..20
    std::int64_t genresPerTaste = 2; ///< liked, and as many disliked ones that are met; 1..genres / 4
    std::int64_t eventsPerUser = 100; ///< on average; each user has 60 to 140 % of it; 10..100,000
    std::int64_t shiftsPerUser = 2; ///< 0..20; users of TasteLife::Steady have none
    std::int64_t gradualEvents = 12; ///< events that a gradual shift takes; 1..10,000
    /// Dealt out to the users in equal parts; a life may stand here more than once.
    std::vector<TasteLife> lives {TasteLife::Abrupt, TasteLife::Swap, TasteLife::Gradual, TasteLife::Recurring,
                                  TasteLife::Steady};
    double swapShare = 0.5; ///< of the shifts of TasteLife::Abrupt
    double labelNoise = 0.05; ///< share of labels that are the opposite of the taste; 0..0.5
    double likedShare = 0.5; ///< share of events that show a liked genre; at 0.5 what users meet tells nothing; 0..1
    double popularitySkew = 0.7; ///< exponent of Zipf's law over the items; 0 = all alike; 0..3
    double newItemShare = 0.3; ///< items that are released during the first 80 % of the time; 0..1
    double newUserShare = 0.5; ///< users that come between 5 and 70 % of the time, the others before; 0..1
    std::int64_t days = 730; ///< 1..36,500
    std::uint64_t seed = 1; ///< up to 2^53 - 1

    /// "abrupt", "gradual", "recurring", "swap", "none", lists of them ("abrupt,none"), or "mixed" (all five).
    ///
    /// @retval ErrorCode::BadValue  another word.
    [[nodiscard]] static Result<std::vector<TasteLife>> parseLives(std::string_view text);

    /// @retval ErrorCode::BadArgument  a number is outside its range or does not go with another; the message names the
    /// option of `dataset generate` and what to change.
    [[nodiscard]] Result<> check() const;

    /// For truth.json.
    [[nodiscard]] nlohmann::json toJson() const;
};

/// A planted dataset.
struct PlantedDrift {
    std::shared_ptr<const Dataset> dataset; ///< with truth()
    std::vector<bool> isNoise; ///< [interactions] the label is the opposite of what the taste says
};

/// Makes a dataset whose drift is known: users like few genres, whose words stand in the items' titles; liked items are
/// rated 5 and others 1; tastes shift at known events, and shifts of a kind are dealt out evenly among the users.
///
/// Each event shows a genre that the user likes or one of as many disliked ones, whichever side a coin says, and an
/// item of it that is released and that the user has not met, by popularity. Two events of the dataset never share a
/// second. The same plan gives the same dataset on every machine: all choices are drawn from named random streams, and
/// popularity weights are whole numbers.
///
/// @param context  Stop is honoured between users; progress counts users, stage "generate".
/// @retval ErrorCode::BadArgument  see PlantedDriftPlan::check().
/// @retval ErrorCode::Cancelled    stop was requested.
/// Source   kinds of drift (abrupt, gradual, recurring): Gama et al. 2014, A survey on concept drift adaptation.
[[nodiscard]] Result<PlantedDrift> generatePlantedDrift(const PlantedDriftPlan& plan, const JobContext& context = {});

/// Writes the canonical form (see writeRecBole()) with truth.json; RecBoleReader reads it back with equal users, items,
/// interactions and truth, in equal order. The same plan gives the same bytes.
///
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull
[[nodiscard]] Result<> writePlantedDrift(const PlantedDrift& planted, const std::filesystem::path& folder);

} // namespace driftscope::data
