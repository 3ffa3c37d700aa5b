// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/knownuntil_p.h"

#include <algorithm>

namespace driftscope::baselines {

SimTime knownUntil(const data::UserHistory& history, const data::Moment& moment, data::Lag lag)
{
    SimTime end = moment.time;
    if (lag.amount <= 0)
        return end;
    if (lag.unit == data::Lag::Unit::Days) {
        // As UserHistory::before(): what happened just so many days earlier is known.
        const std::int64_t reach = (toUnix(moment.time) - toUnix(history.dataset().firstTime())) / 86'400 + 1;
        end -= std::chrono::days(std::min(lag.amount, std::max<std::int64_t>(reach, 0)));
        end = std::min(end + std::chrono::seconds(1), moment.time);
    }
    const auto known = history.before(moment);
    const std::size_t shown = history.before(moment, lag).size();
    if (shown < known.size())
        end = std::min(end, history.dataset().time(known[shown]));
    return end;
}

} // namespace driftscope::baselines
