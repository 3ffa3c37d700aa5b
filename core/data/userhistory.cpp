// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/userhistory.h"

#include "core/data/drifttruth.h"

#include <algorithm>
#include <utility>

namespace driftscope::data {

namespace {

constexpr std::int64_t secondsPerDay = 86'400;
constexpr std::int64_t longestLagDays = 10'000'000; // older than any data; keeps the subtraction inside 64 bits

} // namespace

UserHistory::UserHistory(std::shared_ptr<const Dataset> dataset, const LabelRule& rule, TiePolicy ties)
    : m_dataset(std::move(dataset))
    , m_labels(std::make_shared<const std::vector<std::uint8_t>>(rule.apply(*m_dataset)))
    , m_ties(ties)
{
}

Moment UserHistory::momentOf(InteractionIndex interaction) const
{
    return {m_dataset->user(interaction), m_dataset->time(interaction), interaction};
}

std::span<const InteractionIndex> UserHistory::before(const Moment& moment, Lag lag) const
{
    if (moment.user >= m_dataset->userCount())
        return {};
    const std::span<const InteractionIndex> all = m_dataset->ofUser(moment.user);
    // A user's interactions stand in (time, source row) order, so isBefore() is true for a prefix of them.
    const auto end =
        std::partition_point(all.begin(), all.end(), [&](InteractionIndex i) { return isBefore(i, moment); });
    const auto known = all.first(static_cast<std::size_t>(end - all.begin()));
    if (lag.amount <= 0)
        return known;
    if (lag.unit == Lag::Unit::Events) {
        const auto hidden = static_cast<std::uint64_t>(lag.amount);
        return hidden >= known.size() ? known.first(0) : known.first(known.size() - hidden);
    }
    if (lag.unit == Lag::Unit::Shifts)
        return beforeShift(known, moment, lag.amount);
    if (lag.amount > longestLagDays)
        return known.first(0);
    const SimTime latest = moment.time - std::chrono::seconds(lag.amount * secondsPerDay);
    const auto seen = std::partition_point(known.begin(), known.end(),
                                           [&](InteractionIndex i) { return m_dataset->time(i) <= latest; });
    return known.first(static_cast<std::size_t>(seen - known.begin()));
}

std::span<const InteractionIndex> UserHistory::beforeShift(std::span<const InteractionIndex> known,
                                                           const Moment& moment, std::int64_t shiftsBack) const
{
    const DriftTruth* const truth = m_dataset->truth();
    if (!truth)
        return known;
    const UserTaste& tastes = truth->users[moment.user];
    const std::size_t begun = tastes.shiftsUpTo(moment.time);
    const auto back = static_cast<std::uint64_t>(shiftsBack);
    if (back > begun)
        return known;
    const SimTime shift = tastes.shifts[begun - back].time;
    const auto first = std::partition_point(known.begin(), known.end(),
                                            [&](InteractionIndex i) { return m_dataset->time(i) < shift; });
    return known.first(static_cast<std::size_t>(first - known.begin()));
}

std::vector<InteractionIndex> UserHistory::likedBefore(const Moment& moment, std::size_t count, Lag lag) const
{
    const std::span<const InteractionIndex> known = before(moment, lag);
    std::vector<InteractionIndex> liked;
    for (auto i = known.rbegin(); i != known.rend() && liked.size() < count; ++i)
        if (isLiked(*i))
            liked.push_back(*i);
    std::reverse(liked.begin(), liked.end());
    return liked;
}

bool UserHistory::isBefore(InteractionIndex interaction, const Moment& moment) const
{
    if (interaction >= m_dataset->size() || m_dataset->user(interaction) != moment.user)
        return false;
    const SimTime time = m_dataset->time(interaction);
    if (time < moment.time)
        return !moment.interaction || interaction < *moment.interaction;
    // In the same second, the dataset's order is the source's order.
    return m_ties == TiePolicy::RowOrder && time == moment.time && moment.interaction
        && interaction < *moment.interaction;
}

} // namespace driftscope::data
