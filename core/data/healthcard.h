// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/data/labelrule.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::data {

/// One period of equal length of the dataset's time, for a small plot.
struct HealthPeriod {
    SimTime start;
    std::uint64_t interactions = 0;
    std::uint64_t coldItemRows = 0; ///< rows whose item does not occur before `start`
    std::uint64_t coldUserRows = 0; ///< rows whose user does not occur before `start`
    std::uint64_t tiedRows = 0; ///< rows at the same second as another one of the same user
};

/// How many users have so many liked interactions.
struct LikedBin {
    std::uint64_t from = 0;
    std::uint64_t to = 0; ///< inclusive; the largest number of all in the last bin
    std::uint64_t users = 0;
};

/// How often a rating occurs.
struct RatingCount {
    float rating = 0;
    std::uint64_t interactions = 0;
};

/// What follows from a health card, in plain words.
struct HealthAdvice {
    enum class Kind : std::uint8_t { Good, Note, Warning };
    Kind kind = Kind::Note;
    std::string text; ///< what is so, and what to do about it
};

/// What a person should know about a dataset before an experiment on it. All counts are after de-duplication.
struct HealthCard {
    std::uint64_t users = 0; ///< with at least one interaction
    std::uint64_t items = 0; ///< with at least one interaction
    std::uint64_t catalogItems = 0; ///< known to the catalog, with or without interactions
    std::uint64_t interactions = 0;
    SimTime firstTime;
    SimTime lastTime;
    std::uint64_t positives = 0; ///< interactions that the label rule calls liked
    std::uint64_t duplicates = 0; ///< later rows of a (user, item) pair, left out
    std::uint64_t badRows = 0; ///< rows that could not be read
    /// Share of interactions in the same second as another interaction of the same user, [0, 1].
    double tiedShare = 0;
    /// Median over users of last time less first time; the mean of the middle two, whole seconds.
    std::int64_t medianUserSpanSeconds = 0;
    /// Users with at least one liked and one disliked interaction: those who can have an AUC of their own.
    std::uint64_t usersWithBothLabels = 0;
    /// Of the last 10 % of interactions in (time, source row) order (rounded down, at least one): the share whose item
    /// does not occur in the first 90 %, [0, 1].
    double coldItemShareLast10Percent = 0;
    /// As above, for users.
    double coldUserShareLast10Percent = 0;
    /// Items with at least one interaction whose title is another text than their id.
    std::uint64_t titledItems = 0;
    bool isImplicit = false; ///< the source has no ratings
    /// Users by their number of liked interactions: 0, 1, 2, 3 to 4, 5 to 9, ...
    std::vector<LikedBin> likedPerUser;
    /// By rating, ascending; empty if there are more than 40 different ones or none.
    std::vector<RatingCount> ratings;
    /// True if replay by clock time makes sense: the median user is active for at least a day, and at most half of the
    /// interactions are tied. Otherwise replay by event index is advised.
    bool isClockReplayAdvised = false;
    std::string clockReplayReason; ///< one sentence

    std::chrono::seconds periodLength {};
    std::string periodName; ///< "day", "week", "30 days", ...
    /// Gapless, at most 60 of them; an interaction at time t stands in the period with start <= t < start +
    /// periodLength.
    std::vector<HealthPeriod> periods;
};

/// The card of a dataset under a label rule. Takes a few passes over the interactions; any thread.
[[nodiscard]] HealthCard healthCardOf(const Dataset& dataset, const LabelRule& rule);

/// What a person should do or know, the most serious first; at least one sentence.
[[nodiscard]] std::vector<HealthAdvice> adviceOn(const HealthCard& card);

} // namespace driftscope::data
