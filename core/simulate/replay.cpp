// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/replay.h"

#include "core/base/random.h"
#include "core/base/simtime.h"
#include "core/simulate/shifttable.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

namespace driftscope::simulate {

namespace {

using data::InteractionIndex;
using data::UserIndex;

/// How many interactions pass each condition, one after the other: tells which one left nothing.
struct Passed {
    std::size_t all = 0;
    std::size_t inPeriod = 0;
    std::size_t nearShift = 0;
    std::size_t withHistory = 0;
    std::size_t withLabel = 0;
    std::size_t longestHistory = 0;
};

struct Period {
    SimTime from = SimTime::min();
    SimTime to = SimTime::max();
};

Result<Period> periodOf(const Experiment::ReplayPart& replay)
{
    Period period;
    if (!replay.from.empty()) {
        DRIFTSCOPE_TRY(period.from, parseTime(replay.from));
    }
    if (!replay.to.empty()) {
        DRIFTSCOPE_TRY(period.to, parseTime(replay.to));
    }
    return period;
}

Result<std::vector<UserIndex>> consideredUsers(const Experiment& experiment, const data::Dataset& dataset)
{
    std::vector<UserIndex> users;
    for (const auto& id : experiment.replay.users) {
        const auto user = dataset.findUser(id);
        if (!user)
            return fail(ErrorCode::UnknownName,
                        "replay.users: the dataset has no user '" + id + "'; its " + std::to_string(dataset.userCount())
                            + " users begin with '" + dataset.userId(0) + "'.");
        users.push_back(*user);
    }
    if (users.empty())
        for (UserIndex user = 0; user < dataset.userCount(); ++user)
            users.push_back(user);
    return users;
}

/// The moments of a user that can be asked about, in time order.
struct EligibleMoments {
    std::vector<InteractionIndex> all;
    std::vector<InteractionIndex> always; ///< those of them that are asked in any case
};

EligibleMoments eligibleMoments(const Experiment& experiment, const data::UserHistory& history, const Period& period,
                                const ShiftTable& shifts, UserIndex user, Passed& passed)
{
    EligibleMoments eligible;
    const auto& dataset = history.dataset();
    const auto& window = experiment.replay.aroundShift;
    const auto& always = experiment.replay.alwaysAroundShift;
    std::int64_t event = 0;
    for (const InteractionIndex interaction : dataset.ofUser(user)) {
        const std::int64_t number = event++;
        ++passed.all;
        if (dataset.time(interaction) < period.from || dataset.time(interaction) > period.to)
            continue;
        ++passed.inPeriod;
        if (window.kind != Experiment::ShiftFilter::None && !shifts.isNear(window, user, number))
            continue;
        ++passed.nearShift;
        const std::size_t known = history.before(history.momentOf(interaction)).size();
        passed.longestHistory = std::max(passed.longestHistory, known);
        if (known < static_cast<std::size_t>(experiment.replay.minHistory))
            continue;
        ++passed.withHistory;
        if (!history.isLiked(interaction) && !experiment.replay.pointwise)
            continue;
        ++passed.withLabel;
        eligible.all.push_back(interaction);
        if (always.kind != Experiment::ShiftFilter::None && shifts.isNear(always, user, number))
            eligible.always.push_back(interaction);
    }
    return eligible;
}

/// `count` elements spread evenly, the first at `offset` (0 to 1) of the first stretch; all if there are no more.
std::vector<InteractionIndex> spreadEvenly(const std::vector<InteractionIndex>& all, std::int64_t count, double offset)
{
    const auto wanted = static_cast<std::size_t>(count);
    if (wanted == 0 || wanted >= all.size())
        return all;
    std::vector<InteractionIndex> chosen;
    const double stretch = static_cast<double>(all.size()) / static_cast<double>(wanted);
    for (std::size_t i = 0; i < wanted; ++i)
        chosen.push_back(
            all[std::min(all.size() - 1, static_cast<std::size_t>((static_cast<double>(i) + offset) * stretch))]);
    return chosen;
}

/// `count` elements that follow one another, from a place that `offset` (0 to 1) chooses on; all if there are no more.
std::vector<InteractionIndex> stretchOf(const std::vector<InteractionIndex>& all, std::int64_t count, double offset)
{
    const auto wanted = static_cast<std::size_t>(count);
    if (wanted == 0 || wanted >= all.size())
        return all;
    const auto starts = all.size() - wanted + 1;
    const auto start = std::min(starts - 1, static_cast<std::size_t>(offset * static_cast<double>(starts)));
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(start);
    return {first, first + static_cast<std::ptrdiff_t>(wanted)};
}

/// The moments of a user that are asked about, in time order.
std::vector<InteractionIndex> momentsOfUser(const Experiment& experiment, const EligibleMoments& eligible,
                                            UserIndex user)
{
    // A random offset a user: otherwise all users would be asked at the same share of their lives.
    const double offset = RandomStream(experiment.seed, "moments", {user}).uniform();
    const auto chosen = experiment.replay.consecutive
        ? stretchOf(eligible.all, experiment.replay.queriesPerUser, offset)
        : spreadEvenly(eligible.all, experiment.replay.queriesPerUser, offset);
    std::vector<InteractionIndex> asked;
    std::ranges::set_union(chosen, eligible.always, std::back_inserter(asked));
    return asked;
}

/// The planted shifts, if the experiment asks for moments near them.
Result<ShiftTable> shiftsOf(const Experiment& experiment, const data::Dataset& dataset)
{
    using Filter = Experiment::ShiftFilter;
    const bool isAsked = experiment.replay.aroundShift.kind != Filter::None;
    const bool isAlwaysAsked = experiment.replay.alwaysAroundShift.kind != Filter::None;
    const bool isShown = experiment.metrics.aroundShift.kind != Filter::None;
    if (!isAsked && !isAlwaysAsked && !isShown)
        return ShiftTable();
    if (dataset.truth())
        return ShiftTable::ofTruth(*dataset.truth());
    const std::string field = isAsked ? "replay.aroundShift"
        : isAlwaysAsked               ? "replay.alwaysAroundShift"
                                      : "metrics.aroundShift";
    return fail(ErrorCode::Inconsistent,
                field
                    + ": the shifts of this dataset are not known, since there is no truth.json beside it; choose a "
                      "planted dataset, or set "
                    + field + ".kind to none.");
}

tl::unexpected<Error> nothingLeft(const Experiment& experiment, const data::Dataset& dataset, const Passed& passed)
{
    std::string why;
    if (passed.inPeriod == 0)
        why = "none of the " + std::to_string(passed.all) + " interactions lies in the period from '"
            + experiment.replay.from + "' to '" + experiment.replay.to + "' (the data run from "
            + formatTime(dataset.firstTime()) + " to " + formatTime(dataset.lastTime())
            + "); change replay.from or replay.to.";
    else if (passed.nearShift == 0)
        why = "no moment lies " + std::to_string(experiment.replay.aroundShift.from) + " to "
            + std::to_string(experiment.replay.aroundShift.to)
            + " events after a shift of the kind asked for; change replay.aroundShift.";
    else if (passed.withHistory == 0)
        why = "no moment has replay.minHistory = " + std::to_string(experiment.replay.minHistory)
            + " earlier interactions (the longest history has " + std::to_string(passed.longestHistory)
            + ", those at the moment's own second not counted); lower replay.minHistory.";
    else
        why = "none of the " + std::to_string(passed.withHistory)
            + " moments with enough history is liked, and replay.pointwise is off; change dataset.label or "
              "replay.pointwise.";
    return fail(ErrorCode::NoEligibleQuery, "There is nothing to ask about: " + why);
}

} // namespace

Result<std::vector<Query>> replayQueries(const Experiment& experiment, const data::UserHistory& history)
{
    const auto& dataset = history.dataset();
    DRIFTSCOPE_TRY(const ShiftTable shifts, shiftsOf(experiment, dataset));
    DRIFTSCOPE_TRY(const Period period, periodOf(experiment.replay));
    DRIFTSCOPE_TRY(const auto considered, consideredUsers(experiment, dataset));

    Passed passed;
    std::vector<UserIndex> users;
    std::map<UserIndex, EligibleMoments> moments;
    for (const UserIndex user : considered) {
        auto eligible = eligibleMoments(experiment, history, period, shifts, user, passed);
        if (eligible.all.empty())
            continue;
        users.push_back(user);
        moments[user] = std::move(eligible);
    }
    if (users.empty())
        return nothingLeft(experiment, dataset, passed);

    RandomStream(experiment.seed, "users").shuffle(users);
    if (experiment.replay.maxUsers > 0 && static_cast<std::size_t>(experiment.replay.maxUsers) < users.size())
        users.resize(static_cast<std::size_t>(experiment.replay.maxUsers));

    std::vector<InteractionIndex> asked;
    for (const UserIndex user : users) {
        const auto chosen = momentsOfUser(experiment, moments[user], user);
        asked.insert(asked.end(), chosen.begin(), chosen.end());
    }
    // Interactions are numbered by (time, source row), so their order is the replay's.
    std::sort(asked.begin(), asked.end());
    asked = spreadEvenly(asked, experiment.replay.maxQueries, 0.5);

    std::vector<Query> queries;
    queries.reserve(asked.size());
    for (const InteractionIndex interaction : asked) {
        const data::Moment moment = history.momentOf(interaction);
        queries.push_back({.index = static_cast<std::uint32_t>(queries.size()),
                           .moment = moment,
                           .target = dataset.item(interaction),
                           .isLiked = history.isLiked(interaction),
                           .eventIndex = static_cast<std::int64_t>(history.before(moment).size())});
    }
    return queries;
}

} // namespace driftscope::simulate
