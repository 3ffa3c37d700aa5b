// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace driftscope::simulate {

/// Some of the players of a game: bit i is set if player i takes part.
using Coalition = std::uint64_t;

/// What coalitions are worth, in their order; asked for many at a time, so that prompts can share work.
using CoalitionValues = std::function<Result<std::vector<double>>(std::span<const Coalition>)>;

/// What each player adds to the value of all of them together.
struct Attribution {
    double all = 0; ///< value with all players
    double none = 0; ///< value without any
    std::vector<double> leaveOneOut; ///< a player: value of all less that of all others
    /// A player: the mean of what it adds over all orders in which the players can come; they sum to all - none. Empty
    /// if there are more than mostShapleyPlayers.
    std::vector<double> shapley;
};

/// Exact Shapley values ask for 2^players coalitions.
inline constexpr std::size_t mostShapleyPlayers = 6;
/// A coalition is one number.
inline constexpr std::size_t mostPlayers = 63;

/// Leave-one-out and, for few players, exact Shapley values of a game.
///
/// @param players  at most mostPlayers.
/// @param context  Stop is honoured between handfuls of coalitions; progress counts coalitions.
/// @retval ErrorCode::BadArgument  too many players.
/// @retval ErrorCode::Cancelled    stop was requested.
/// Errors of `values`.
/// Source    Shapley, A value for n-person games, 1953.
[[nodiscard]] Result<Attribution> attribute(std::size_t players, const CoalitionValues& values,
                                            const JobContext& context);

} // namespace driftscope::simulate
