// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/healthcard.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <numeric>
#include <string_view>

namespace driftscope::data {

namespace {

constexpr std::int64_t secondsPerDay = 86'400;
constexpr std::int64_t mostPeriods = 60;
constexpr std::size_t mostRatings = 40;
constexpr std::array<std::uint64_t, 10> likedBins {0, 1, 2, 3, 5, 10, 20, 50, 100, 200};

struct PeriodUnit {
    std::int64_t seconds;
    std::string_view name;
};
constexpr std::array<PeriodUnit, 9> periodUnits {{{60, "minute"},
                                                  {3'600, "hour"},
                                                  {6 * 3'600, "6 hours"},
                                                  {secondsPerDay, "day"},
                                                  {7 * secondsPerDay, "week"},
                                                  {30 * secondsPerDay, "30 days"},
                                                  {91 * secondsPerDay, "quarter"},
                                                  {365 * secondsPerDay, "year"},
                                                  {3'650 * secondsPerDay, "decade"}}};

bool isTied(const Dataset& dataset, std::span<const InteractionIndex> events, std::size_t i)
{
    const SimTime time = dataset.time(events[i]);
    return (i > 0 && dataset.time(events[i - 1]) == time)
        || (i + 1 < events.size() && dataset.time(events[i + 1]) == time);
}

void countLikedUser(std::vector<LikedBin>& bins, std::uint64_t liked)
{
    const auto above = std::upper_bound(likedBins.begin(), likedBins.end(), liked);
    LikedBin& bin = bins[static_cast<std::size_t>(above - likedBins.begin()) - 1];
    ++bin.users;
    if (&bin == &bins.back())
        bin.to = std::max(bin.to, liked);
}

std::vector<LikedBin> emptyBins()
{
    std::vector<LikedBin> bins;
    for (std::size_t i = 0; i < likedBins.size(); ++i)
        bins.push_back({likedBins[i], i + 1 < likedBins.size() ? likedBins[i + 1] - 1 : likedBins[i], 0});
    return bins;
}

/// Fills what is known per user: users, ties, spans, both labels, liked interactions.
void describeUsers(HealthCard& card, const Dataset& dataset, const std::vector<std::uint8_t>& labels)
{
    card.likedPerUser = emptyBins();
    std::vector<std::int64_t> spans;
    std::uint64_t tied = 0;
    for (UserIndex user = 0; user < dataset.userCount(); ++user) {
        const auto events = dataset.ofUser(user);
        if (events.empty())
            continue;
        spans.push_back(toUnix(dataset.time(events.back())) - toUnix(dataset.time(events.front())));
        std::size_t liked = 0;
        for (std::size_t i = 0; i < events.size(); ++i) {
            tied += isTied(dataset, events, i) ? 1 : 0;
            liked += labels[events[i]];
        }
        countLikedUser(card.likedPerUser, liked);
        card.usersWithBothLabels += liked > 0 && liked < events.size() ? 1 : 0;
    }
    card.users = spans.size();
    card.tiedShare = static_cast<double>(tied) / static_cast<double>(dataset.size());
    std::sort(spans.begin(), spans.end());
    const std::size_t upper = spans.size() / 2;
    const std::size_t lower = (spans.size() - 1) / 2;
    card.medianUserSpanSeconds = spans[lower] + (spans[upper] - spans[lower]) / 2;
}

/// Of the last tenth of interactions: the share whose item or user does not occur before it.
template<typename Of>
double coldShareOfEnd(const Dataset& dataset, std::size_t kinds, const Of& of)
{
    const std::size_t tail = std::max<std::size_t>(dataset.size() / 10, 1);
    const std::size_t begin = dataset.size() - tail;
    std::vector<bool> isKnown(kinds);
    for (std::size_t i = 0; i < begin; ++i)
        isKnown[of(static_cast<InteractionIndex>(i))] = true;
    std::size_t cold = 0;
    for (std::size_t i = begin; i < dataset.size(); ++i)
        cold += isKnown[of(static_cast<InteractionIndex>(i))] ? 0 : 1;
    return static_cast<double>(cold) / static_cast<double>(tail);
}

void describeRatings(HealthCard& card, const Dataset& dataset)
{
    card.isImplicit = dataset.ratingKind() == RatingKind::None;
    if (card.isImplicit)
        return;
    std::map<float, std::uint64_t> counts;
    for (InteractionIndex i = 0; i < dataset.size() && counts.size() <= mostRatings; ++i)
        ++counts[dataset.rating(i)];
    if (counts.size() <= mostRatings)
        for (const auto& [rating, count] : counts)
            card.ratings.push_back({rating, count});
}

PeriodUnit choosePeriod(std::int64_t first, std::int64_t last)
{
    for (const PeriodUnit& unit : periodUnits)
        if (last / unit.seconds - first / unit.seconds < mostPeriods)
            return unit;
    return {(last - first) / mostPeriods + 1, "period"};
}

void describePeriods(HealthCard& card, const Dataset& dataset)
{
    const std::int64_t first = toUnix(dataset.firstTime());
    const PeriodUnit unit = choosePeriod(first, toUnix(dataset.lastTime()));
    const std::int64_t origin = first / unit.seconds * unit.seconds;
    card.periodLength = std::chrono::seconds(unit.seconds);
    card.periodName = unit.name;
    const auto periodOf = [&](SimTime time) {
        return static_cast<std::size_t>((toUnix(time) - origin) / unit.seconds);
    };
    card.periods.resize(periodOf(dataset.lastTime()) + 1);
    for (std::size_t i = 0; i < card.periods.size(); ++i)
        card.periods[i].start = fromUnix(origin + static_cast<std::int64_t>(i) * unit.seconds);
    for (InteractionIndex i = 0; i < dataset.size(); ++i) {
        HealthPeriod& period = card.periods[periodOf(dataset.time(i))];
        ++period.interactions;
        period.coldItemRows += *dataset.firstSeen(dataset.item(i)) >= period.start ? 1 : 0;
        period.coldUserRows += dataset.time(dataset.ofUser(dataset.user(i)).front()) >= period.start ? 1 : 0;
    }
    for (UserIndex user = 0; user < dataset.userCount(); ++user) {
        const auto events = dataset.ofUser(user);
        for (std::size_t i = 0; i < events.size(); ++i)
            card.periods[periodOf(dataset.time(events[i]))].tiedRows += isTied(dataset, events, i) ? 1 : 0;
    }
}

std::string spanInWords(std::int64_t seconds)
{
    if (seconds < 3'600)
        return std::to_string(seconds / 60) + " min";
    return seconds < secondsPerDay ? std::to_string(seconds / 3'600) + " h"
                                   : std::to_string(seconds / secondsPerDay) + " days";
}

void adviseReplay(HealthCard& card)
{
    const bool isShort = card.medianUserSpanSeconds < secondsPerDay;
    const bool isTied = card.tiedShare > 0.5;
    card.isClockReplayAdvised = !isShort && !isTied;
    std::array<char, 16> percent {};
    std::snprintf(percent.data(), percent.size(), "%.1f %%", 100 * card.tiedShare);
    const std::string span = "half of the users are active for " + spanInWords(card.medianUserSpanSeconds);
    const std::string ties =
        std::string(percent.data()) + " of the interactions share their second with another of the same user";
    if (card.isClockReplayAdvised)
        card.clockReplayReason = "The order of events is clear: " + span + " or more, and only " + ties + ".";
    else
        card.clockReplayReason = "Replay by event index instead: " + (isShort ? span + " or less" : "")
            + (isShort && isTied ? ", and " : "") + (isTied ? ties : "") + ".";
}

} // namespace

HealthCard healthCardOf(const Dataset& dataset, const LabelRule& rule)
{
    HealthCard card;
    const std::vector<std::uint8_t> labels = rule.apply(dataset);
    card.interactions = dataset.size();
    card.catalogItems = dataset.itemCount();
    for (ItemIndex item = 0; item < dataset.itemCount(); ++item) {
        const bool occurs = dataset.firstSeen(item).has_value();
        card.items += occurs ? 1 : 0;
        card.titledItems += occurs && dataset.catalog().title(item) != dataset.catalog().id(item) ? 1 : 0;
    }
    card.firstTime = dataset.firstTime();
    card.lastTime = dataset.lastTime();
    card.positives = std::accumulate(labels.begin(), labels.end(), std::uint64_t {0});
    card.duplicates = dataset.report().duplicates;
    card.badRows = dataset.report().badRows;
    card.coldItemShareLast10Percent =
        coldShareOfEnd(dataset, dataset.itemCount(), [&](InteractionIndex i) { return dataset.item(i); });
    card.coldUserShareLast10Percent =
        coldShareOfEnd(dataset, dataset.userCount(), [&](InteractionIndex i) { return dataset.user(i); });
    describeRatings(card, dataset);
    describeUsers(card, dataset, labels);
    describePeriods(card, dataset);
    adviseReplay(card);
    return card;
}

} // namespace driftscope::data
