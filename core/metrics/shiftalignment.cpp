// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/shiftalignment.h"

#include <algorithm>
#include <tuple>

namespace driftscope::metrics {

std::vector<AlignedQuery> alignToShifts(std::span<const ScoredQuery* const> queries, std::span<const UserShift> shifts,
                                        std::int64_t from, std::int64_t to)
{
    std::vector<AlignedQuery> aligned;
    const auto take = [&](const ScoredQuery* query, std::size_t shift) {
        if (shift >= shifts.size() || shifts[shift].user != query->user || !shifts[shift].isWanted)
            return;
        const std::int64_t since = query->eventIndex - shifts[shift].event;
        if (since >= from && since <= to)
            aligned.push_back({query, shift, since});
    };
    for (const ScoredQuery* query : queries) {
        const auto next =
            std::upper_bound(shifts.begin(), shifts.end(), std::tuple(query->user, query->eventIndex),
                             [](const auto& key, const UserShift& s) { return key < std::tuple(s.user, s.event); });
        const auto position = static_cast<std::size_t>(next - shifts.begin());
        if (position > 0)
            take(query, position - 1);
        take(query, position);
    }
    std::ranges::stable_sort(aligned, {},
                             [](const AlignedQuery& one) { return std::tuple(one.shift, one.since, one.query->time); });
    return aligned;
}

} // namespace driftscope::metrics
