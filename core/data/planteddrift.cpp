// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/planteddrift.h"

#include "core/base/textfile.h"
#include "core/data/plantedexposure_p.h"
#include "core/data/plantedtastes_p.h"
#include "core/data/plantedtitles_p.h"
#include "core/data/recbolewriter.h"
#include "core/data/titlewords_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::data {

namespace {

constexpr SimTime startTime = fromUnix(1'577'836'800); // 2020-01-01 00:00:00
constexpr float likedRating = 5;
constexpr float dislikedRating = 1;
constexpr GenreIndex noGenre = 0xFFFF;

/// An event before users and items have their final numbers.
struct PlantedEvent {
    std::uint32_t user = 0;
    std::uint32_t event = 0; ///< of the user
    ItemIndex item = 0; ///< of the stock
    std::int64_t time = 0; ///< seconds from the start
    bool isLiked = false;
    bool isNoise = false;
};

/// One user's events. They end early when one side of the taste has nothing left to show.
void appendEvents(const PlantedDriftPlan& plan, const PlantedStock& stock, const UserTaste& tastes, std::uint32_t user,
                  std::size_t count, std::vector<PlantedEvent>& events)
{
    RandomStream stream(plan.seed, "planted.exposure", {user});
    const std::vector<std::int64_t> times = plantTimes(plan, user, count);
    std::vector<bool> isMet(stock.items().size());
    for (std::size_t i = 0; i < count; ++i) {
        const Taste& taste = drawTaste(tastes, i, stream);
        const bool showsLiked = stream.uniform() < plan.likedShare;
        const auto item = stock.draw(showsLiked ? taste.liked : taste.disliked, times[i], isMet, stream);
        if (!item)
            return;
        isMet[*item] = true;
        const bool isNoise = stream.uniform() < plan.labelNoise;
        events.push_back({user, static_cast<std::uint32_t>(i), *item, times[i], showsLiked != isNoise, isNoise});
    }
}

/// Sorts by time and moves events apart that share a second.
void setInOrder(std::vector<PlantedEvent>& events)
{
    std::sort(events.begin(), events.end(), [](const PlantedEvent& a, const PlantedEvent& b) {
        return a.time != b.time ? a.time < b.time : std::pair(a.user, a.event) < std::pair(b.user, b.event);
    });
    for (std::size_t i = 1; i < events.size(); ++i)
        events[i].time = std::max(events[i].time, events[i - 1].time + 1);
}

/// Gives users and items numbers and names in the order in which they appear, as a reader of the file will.
class PlantedNumbers
{
public:
    PlantedNumbers(const std::vector<PlantedEvent>& events, std::size_t users, std::size_t items)
        : userOf(users, none)
        , itemOf(items, none)
    {
        std::uint32_t nextItem = 0;
        for (const PlantedEvent& event : events) {
            if (userOf[event.user] == none)
                userOf[event.user] = userCount++;
            if (itemOf[event.item] == none)
                itemOf[event.item] = nextItem++;
        }
        for (std::uint32_t& item : itemOf)
            if (item == none)
                item = nextItem++;
    }

    static constexpr std::uint32_t none = 0xFFFFFFFF;
    std::vector<std::uint32_t> userOf; ///< [users of the plan] none = has no event
    std::vector<std::uint32_t> itemOf; ///< [items of the stock]
    std::uint32_t userCount = 0;
};

/// The catalog in the order of `numbers`, with a title and a genre each.
Catalog catalogOf(const PlantedDriftPlan& plan, const PlantedStock& stock, const PlantedNumbers& numbers)
{
    std::vector<GenreIndex> genreOf(stock.items().size());
    for (std::size_t item = 0; item < genreOf.size(); ++item)
        genreOf[numbers.itemOf[item]] = stock.items()[item].genre;
    PlantedTitles titles(plan.seed);
    Catalog catalog;
    for (std::size_t item = 0; item < genreOf.size(); ++item) {
        const ItemIndex added = catalog.intern("i" + std::to_string(item + 1));
        catalog.setTitle(added, titles.make(genreOf[item]));
        catalog.setAttribute(added, "genres", genreWords()[genreOf[item]].name);
    }
    return catalog;
}

DriftTruth truthOf(const PlantedDriftPlan& plan, const PlantedStock& stock, const PlantedNumbers& numbers,
                   const std::vector<UserTaste>& tastes)
{
    DriftTruth truth;
    truth.plan = plan.toJson().dump();
    truth.labelNoise = plan.labelNoise;
    for (std::size_t genre = 0; genre < static_cast<std::size_t>(plan.genres); ++genre)
        truth.genres.emplace_back(genreWords()[genre].name);
    truth.genreOfItem.assign(stock.items().size(), noGenre);
    truth.releaseOfItem.resize(stock.items().size());
    for (std::size_t item = 0; item < stock.items().size(); ++item) {
        truth.genreOfItem[numbers.itemOf[item]] = stock.items()[item].genre;
        truth.releaseOfItem[numbers.itemOf[item]] = startTime + std::chrono::seconds(stock.items()[item].release);
    }
    truth.users.resize(numbers.userCount);
    for (std::size_t user = 0; user < tastes.size(); ++user)
        if (numbers.userOf[user] != PlantedNumbers::none)
            truth.users[numbers.userOf[user]] = tastes[user];
    return truth;
}

/// Fills in when shifts happen, and forgets those that a life which ended early did not reach.
void setShiftTimes(const std::vector<PlantedEvent>& events, std::vector<UserTaste>& tastes)
{
    std::vector<std::size_t> reached(tastes.size());
    for (const PlantedEvent& event : events) {
        std::size_t& next = reached[event.user];
        auto& shifts = tastes[event.user].shifts;
        if (next < shifts.size() && shifts[next].event == event.event)
            shifts[next++].time = startTime + std::chrono::seconds(event.time);
    }
    for (std::size_t user = 0; user < tastes.size(); ++user)
        tastes[user].shifts.resize(reached[user]);
}

Result<PlantedDrift> assemble(const PlantedDriftPlan& plan, const PlantedStock& stock,
                              const std::vector<PlantedEvent>& events, std::vector<UserTaste> tastes)
{
    setShiftTimes(events, tastes);
    const PlantedNumbers numbers(events, tastes.size(), stock.items().size());
    DatasetParts parts;
    parts.format = "planted";
    parts.catalog = catalogOf(plan, stock, numbers);
    parts.truth = std::make_shared<const DriftTruth>(truthOf(plan, stock, numbers, tastes));
    for (std::uint32_t user = 0; user < numbers.userCount; ++user)
        parts.userIds.push_back("u" + std::to_string(user + 1));
    PlantedDrift planted;
    std::uint32_t row = 2; // the header is line 1 of the file to be
    for (const PlantedEvent& event : events) {
        parts.interactions.push_back({.user = numbers.userOf[event.user],
                                      .item = numbers.itemOf[event.item],
                                      .rating = event.isLiked ? likedRating : dislikedRating,
                                      .time = startTime + std::chrono::seconds(event.time),
                                      .sourceRow = row++});
        planted.isNoise.push_back(event.isNoise);
    }
    DRIFTSCOPE_TRY(planted.dataset, Dataset::build(std::move(parts)));
    return planted;
}

} // namespace

Result<PlantedDrift> generatePlantedDrift(const PlantedDriftPlan& plan, const JobContext& context)
{
    DRIFTSCOPE_CHECK(plan.check());
    const PlantedStock stock(plan);
    const auto users = static_cast<std::uint32_t>(plan.users);
    std::vector<UserTaste> tastes;
    std::vector<PlantedEvent> events;
    for (std::uint32_t user = 0; user < users; ++user) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled,
                        "Stopped after " + std::to_string(user) + " of " + std::to_string(users)
                            + " users; nothing was written.");
        const std::size_t count = plantedEventCount(plan, user);
        tastes.push_back(plantTastes(plan, user, count));
        appendEvents(plan, stock, tastes.back(), user, count, events);
        context.report({.done = user + 1, .total = users, .stage = "generate"});
    }
    setInOrder(events);
    return assemble(plan, stock, events, std::move(tastes));
}

Result<> writePlantedDrift(const PlantedDrift& planted, const std::filesystem::path& folder)
{
    const Dataset& dataset = *planted.dataset;
    DRIFTSCOPE_CHECK(writeRecBole(dataset, folder));
    std::vector<std::string> userIds;
    for (UserIndex user = 0; user < dataset.userCount(); ++user)
        userIds.push_back(dataset.userId(user));
    return writeFile(folder / DriftTruth::fileName, driftTruthText(*dataset.truth(), userIds, dataset.catalog()));
}

} // namespace driftscope::data
