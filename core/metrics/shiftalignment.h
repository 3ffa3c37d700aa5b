// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/scoredquery.h"

#include <cstdint>
#include <span>
#include <vector>

namespace driftscope::metrics {

/// A change of a user's taste in the user's own time, known or detected.
struct UserShift {
    std::uint32_t user = 0;
    std::int64_t event = 0; ///< events of the user before it: the first one under the new taste
    bool isWanted = true; ///< false: not looked at, but it still ends the time of its neighbours

    bool operator==(const UserShift&) const = default;
};

/// A query in the time of a shift.
struct AlignedQuery {
    const ScoredQuery* query = nullptr;
    std::size_t shift = 0; ///< position in the list of shifts
    std::int64_t since = 0; ///< events since the shift: 0 = the first one under the new taste, -1 = the one before
};

/// The queries in the time of the wanted shifts, by shift and time: each with the shift before it (0 and more events
/// since) and with the one after it (negative), so that no shift's time reaches over another shift.
///
/// @param shifts  ascending by user and event.
/// @param from    first event since the shift that is kept, @param to the last one.
[[nodiscard]] std::vector<AlignedQuery> alignToShifts(std::span<const ScoredQuery* const> queries,
                                                      std::span<const UserShift> shifts, std::int64_t from,
                                                      std::int64_t to);

} // namespace driftscope::metrics
