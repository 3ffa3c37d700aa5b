// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/userhistory.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::data {

/// How sure a detected shift must be.
struct ShiftDetection {
    std::string attribute; ///< of the catalog, a list with commas; empty = genres, genre, class or category
    std::size_t minimumEvents = 10; ///< between shifts, and before the first and after the last
    std::int64_t permutations = 199;
    double level = 0.01; ///< largest p-value of a shift
    std::uint64_t seed = 1;
};

/// A change of a user's taste as the data show it.
struct DetectedShift {
    UserIndex user = 0;
    std::size_t event = 0; ///< events of the user before it
    double p = 1; ///< share of permutations that differ as much
};

/// Where users' tastes change, for data whose shifts nobody planted.
///
/// Each event is a vector over genres: +1 for each genre of a liked item, -1 of a disliked one, over the root of their
/// number. Of a user's events the split is taken whose two sides' mean vectors are farthest apart (between-group sum of
/// squares); it is a shift if no more than `level` of random orders of the same events have a split as far apart. Then
/// both sides are split again. It looks at the whole life of the user, later events too: for analysis after the fact,
/// never for a prompt.
///
/// @param context  Stop is honoured between users; progress counts them, stage "detect shifts".
/// @return ascending by user and event.
/// @retval ErrorCode::MissingField  the catalog has no such attribute; the message names those that it has.
/// @retval ErrorCode::BadArgument   fewer than 2 events, no permutation, or a level out of (0, 1).
/// @retval ErrorCode::Cancelled     stop was requested.
/// Source   binary segmentation (Scott and Knott 1974) with a permutation test for the split, as in Matteson and James
///   2014, with squared distances of means instead of energy distances.
[[nodiscard]] Result<std::vector<DetectedShift>>
detectShifts(const UserHistory& history, const ShiftDetection& detection = {}, const JobContext& context = {});

} // namespace driftscope::data
