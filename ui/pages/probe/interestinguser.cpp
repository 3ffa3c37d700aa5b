// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/interestinguser.h"

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr double interestingLength = 100;
constexpr std::size_t mostLookedAt = 50'000; // interactions: a glance, in the GUI thread

/// How much there is to see at a user, in [0, 1]: about a hundred interactions, mixed labels, spread over time.
double interestOf(const data::UserHistory& history, data::UserIndex user)
{
    const data::Dataset& dataset = history.dataset();
    const auto own = dataset.ofUser(user);
    if (own.empty())
        return 0;
    const auto count = static_cast<double>(own.size());
    double liked = 0;
    double distinct = 1;
    double changes = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        liked += history.isLiked(own[i]) ? 1 : 0;
        if (i > 0 && dataset.time(own[i]) != dataset.time(own[i - 1]))
            distinct += 1;
        if (i > 0 && history.isLiked(own[i]) != history.isLiked(own[i - 1]))
            changes += 1;
    }
    const double length = std::min(count, interestingLength) / std::max(count, interestingLength);
    const double mixture = 4 * (liked / count) * (1 - liked / count);
    return length * mixture * (distinct / count) * (0.2 + changes / count);
}

} // namespace

data::UserIndex interestingUser(const data::UserHistory& history)
{
    double best = -1;
    data::UserIndex chosen = 0;
    std::size_t looked = 0;
    for (data::UserIndex user = 0; user < history.dataset().userCount() && looked < mostLookedAt; ++user) {
        looked += history.dataset().ofUser(user).size();
        if (const double interest = interestOf(history, user); interest > best) {
            best = interest;
            chosen = user;
        }
    }
    return chosen;
}

data::InteractionIndex interestingMoment(const data::UserHistory& history, data::UserIndex user)
{
    const auto own = history.dataset().ofUser(user);
    std::size_t at = own.size() / 2;
    while (at + 1 < own.size() && !history.isLiked(own[at]))
        ++at;
    return own[at];
}

} // namespace driftscope::ui
