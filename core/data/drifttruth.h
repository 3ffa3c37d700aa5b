// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/simtime.h"
#include "core/data/catalog.h"
#include "core/data/ids.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// Position of a genre in DriftTruth::genres.
using GenreIndex = std::uint16_t;

/// How a planted taste changes.
enum class ShiftKind : std::uint8_t {
    Abrupt, ///< from one event to the next
    Gradual, ///< old and new taste take turns, the new one more and more often
    Recurring ///< abrupt, back and forth between two tastes
};

/// "abrupt", "gradual", "recurring"
[[nodiscard]] std::string_view shiftName(ShiftKind kind);

/// What a user likes and meets for a while. Every genre that is not liked is disliked.
struct Taste {
    std::vector<GenreIndex> liked;
    std::vector<GenreIndex> disliked; ///< those that the user keeps meeting all the same

    [[nodiscard]] bool likes(GenreIndex genre) const;
    bool operator==(const Taste&) const = default;
};

/// A known change of a user's taste.
struct TasteShift {
    ShiftKind kind = ShiftKind::Abrupt;
    bool isSwap = false; ///< liked and disliked genres change places, so what the user meets stays the same
    std::size_t event = 0; ///< events of the user before it: the first one under the new taste
    SimTime time; ///< of that event
    std::size_t length = 0; ///< events that a gradual shift takes; 0 = at once
    Taste after;
};

/// The tastes of one user: the first one and every change, in time order.
struct UserTaste {
    Taste first;
    std::vector<TasteShift> shifts;

    /// The taste before shift number `shift`.
    [[nodiscard]] const Taste& before(std::size_t shift) const;
    /// Number of shifts that have begun before or at the user's event number `event`.
    [[nodiscard]] std::size_t shiftsUpTo(std::size_t event) const;
    /// Number of shifts that have begun before or at a time.
    [[nodiscard]] std::size_t shiftsUpTo(SimTime time) const;
};

/// What is known of a planted dataset and of no other: each user's taste at any time, each item's genre. Immutable.
struct DriftTruth {
    static constexpr std::string_view fileName = "truth.json";
    static constexpr std::string_view formatName = "driftscope-planted-drift";
    static constexpr std::int64_t formatVersion = 1;

    std::string plan; ///< what the dataset was made from, as JSON
    double labelNoise = 0; ///< share of labels that are the opposite of the taste
    std::vector<std::string> genres;
    std::vector<GenreIndex> genreOfItem; ///< [items]
    std::vector<SimTime> releaseOfItem; ///< [items]
    std::vector<UserTaste> users; ///< [users]

    /// Chance in [0, 1] that the taste at the user's event number `event` likes the item, before label noise. Between 0
    /// and 1 during gradual shifts only.
    [[nodiscard]] double likeShare(UserIndex user, ItemIndex item, std::size_t event) const;
    /// The same for the taste before the latest shift that has begun; the first taste if none has.
    [[nodiscard]] double staleLikeShare(UserIndex user, ItemIndex item, std::size_t event) const;
};

/// The text of truth.json. @param userIds  [users] @param items  with ids, in the order of genreOfItem.
[[nodiscard]] std::string driftTruthText(const DriftTruth& truth, std::span<const std::string> userIds,
                                         const Catalog& items);

/// Reads truth.json and binds it to a dataset's users and items.
///
/// @return null if the file is a truth.json of another program.
/// @retval ErrorCode::BadJson, MissingField, UnknownField, WrongType, BadValue, UnsupportedVersion  with the JSON path.
/// @retval ErrorCode::Inconsistent  a user or item of the data is not in it; the message names one.
[[nodiscard]] Result<std::shared_ptr<const DriftTruth>>
readDriftTruth(const std::filesystem::path& file, std::span<const std::string> userIds, const Catalog& items);

} // namespace driftscope::data
