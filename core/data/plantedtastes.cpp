// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plantedtastes_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::data {

namespace {

TasteLife lifeOf(const PlantedDriftPlan& plan, std::size_t user)
{
    return plan.lives[user % plan.lives.size()];
}

/// The next `count` genres of `pool` from `at` on that are not among `avoided`.
std::vector<GenreIndex> take(const std::vector<GenreIndex>& pool, std::size_t count,
                             const std::vector<GenreIndex>& avoided)
{
    std::vector<GenreIndex> taken;
    for (const GenreIndex genre : pool)
        if (taken.size() < count && std::find(avoided.begin(), avoided.end(), genre) == avoided.end())
            taken.push_back(genre);
    std::sort(taken.begin(), taken.end());
    return taken;
}

/// A taste whose liked genres are none of `avoided`. The disliked ones may be: what was liked is then met and disliked.
Taste drawNewTaste(const PlantedDriftPlan& plan, const std::vector<GenreIndex>& avoided, RandomStream& stream)
{
    std::vector<GenreIndex> pool(static_cast<std::size_t>(plan.genres));
    for (std::size_t genre = 0; genre < pool.size(); ++genre)
        pool[genre] = static_cast<GenreIndex>(genre);
    const auto count = static_cast<std::size_t>(plan.genresPerTaste);
    Taste taste;
    stream.shuffle(pool);
    taste.liked = take(pool, count, avoided);
    stream.shuffle(pool);
    taste.disliked = take(pool, count, taste.liked);
    return taste;
}

Taste changed(const PlantedDriftPlan& plan, const Taste& taste, RandomStream& stream)
{
    std::vector<GenreIndex> met = taste.liked;
    met.insert(met.end(), taste.disliked.begin(), taste.disliked.end());
    return drawNewTaste(plan, met, stream);
}

Taste swapped(const Taste& taste)
{
    return {.liked = taste.disliked, .disliked = taste.liked};
}

/// Shift number `shift` of `count` happens about where it cuts the life into equal parts, a fifth of a part to and fro.
std::size_t shiftEvent(std::size_t shift, std::size_t count, std::size_t events, RandomStream& stream)
{
    const std::size_t part = events / (count + 1);
    const std::size_t jitter = part / 5;
    return (shift + 1) * events / (count + 1) - jitter + stream.index(2 * jitter + 1);
}

TasteShift drawShift(const PlantedDriftPlan& plan, TasteLife life, const UserTaste& tastes, RandomStream& stream)
{
    const std::size_t number = tastes.shifts.size();
    const Taste& now = tastes.before(number);
    TasteShift shift;
    const bool isChosen = stream.uniform() < plan.swapShare; // drawn for every life, so that lives share their streams
    shift.isSwap = life == TasteLife::Swap || (life == TasteLife::Abrupt && isChosen);
    if (life == TasteLife::Gradual)
        shift.kind = ShiftKind::Gradual;
    else if (life == TasteLife::Recurring)
        shift.kind = ShiftKind::Recurring;
    if (life == TasteLife::Recurring && number > 0)
        shift.after = tastes.before(number - 1);
    else
        shift.after = shift.isSwap ? swapped(now) : changed(plan, now, stream);
    return shift;
}

} // namespace

std::size_t plantedEventCount(const PlantedDriftPlan& plan, std::size_t user)
{
    RandomStream stream(plan.seed, "planted.events", {user});
    const auto average = static_cast<std::size_t>(plan.eventsPerUser);
    const std::size_t most = average * 2 / 5;
    return average - most + stream.index(2 * most + 1);
}

UserTaste plantTastes(const PlantedDriftPlan& plan, std::size_t user, std::size_t events)
{
    RandomStream stream(plan.seed, "planted.tastes", {user});
    UserTaste tastes;
    tastes.first = drawNewTaste(plan, {}, stream);
    const TasteLife life = lifeOf(plan, user);
    const auto count = life == TasteLife::Steady ? 0 : static_cast<std::size_t>(plan.shiftsPerUser);
    for (std::size_t i = 0; i < count; ++i) {
        TasteShift shift = drawShift(plan, life, tastes, stream);
        shift.event = shiftEvent(i, count, events, stream);
        if (shift.kind == ShiftKind::Gradual)
            // at most half of a life's part, so that it is over long before the next shift
            shift.length = std::min(static_cast<std::size_t>(plan.gradualEvents), events / (count + 1) / 2);
        tastes.shifts.push_back(std::move(shift));
    }
    return tastes;
}

const Taste& drawTaste(const UserTaste& tastes, std::size_t event, RandomStream& stream)
{
    const std::size_t begun = tastes.shiftsUpTo(event);
    if (begun == 0)
        return tastes.first;
    const TasteShift& latest = tastes.shifts[begun - 1];
    const std::size_t since = event - latest.event;
    if (since < latest.length && stream.index(latest.length + 1) > since)
        return tastes.before(begun - 1);
    return latest.after;
}

} // namespace driftscope::data
