// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shiftdetector.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

namespace driftscope::data {

namespace {

/// An event as a sparse vector: the same value for each genre of its item.
struct EventVector {
    std::vector<std::uint32_t> genres;
    double value = 0;
};

struct Split {
    std::size_t at = 0; ///< events before it
    double distance = -1; ///< between-group sum of squares
};

Result<std::string> attributeOf(const Catalog& catalog, const std::string& wanted)
{
    const auto& names = catalog.attributeNames();
    const auto has = [&names](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
    if (!wanted.empty() && has(wanted))
        return wanted;
    if (wanted.empty())
        for (const char* const usual : {"genres", "genre", "class", "category", "categories"})
            if (has(usual))
                return std::string(usual);
    std::string known;
    for (const auto& name : names)
        known += (known.empty() ? "" : ", ") + name;
    return fail(ErrorCode::MissingField,
                "Shifts of taste are looked for in the genres of items; the catalog has no "
                    + (wanted.empty() ? "genres" : "attribute '" + wanted + "'")
                    + " (it has: " + (known.empty() ? "none" : known) + ").");
}

/// Genres of every item as numbers, from lists such as "Action, Film-Noir".
std::vector<std::vector<std::uint32_t>> genresOfItems(const Catalog& catalog, const std::string& attribute)
{
    std::map<std::string, std::uint32_t, std::less<>> numbers;
    std::vector<std::vector<std::uint32_t>> genres(catalog.size());
    for (ItemIndex item = 0; item < catalog.size(); ++item) {
        std::string_view rest = catalog.attribute(item, attribute);
        while (!rest.empty()) {
            const auto end = std::min(rest.find_first_of(",|"), rest.size());
            std::string_view name = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
            if (name.empty())
                continue;
            const auto number = numbers.try_emplace(std::string(name), numbers.size()).first->second;
            genres[item].push_back(number);
        }
    }
    return genres;
}

/// Finds the widest split of events in one pass: sums over the events so far are kept up to date.
class SplitFinder
{
public:
    SplitFinder(std::size_t genres, std::size_t minimum)
        : m_sums(genres)
        , m_totals(genres)
        , m_minimum(minimum)
    {
    }

    Split widest(std::span<const EventVector* const> events)
    {
        std::ranges::fill(m_sums, 0.0);
        std::ranges::fill(m_totals, 0.0);
        for (const EventVector* event : events)
            for (const auto genre : event->genres)
                m_totals[genre] += event->value;
        double totalSquare = 0;
        for (const double total : m_totals)
            totalSquare += total * total;
        const auto count = static_cast<double>(events.size());
        double square = 0; // of the sums so far
        double product = 0; // of sums and totals
        Split best;
        for (std::size_t i = 0; i + m_minimum < events.size(); ++i) {
            for (const auto genre : events[i]->genres) {
                const double value = events[i]->value;
                square += value * (2 * m_sums[genre] + value);
                product += value * m_totals[genre];
                m_sums[genre] += value;
            }
            if (i + 1 < m_minimum)
                continue;
            const auto left = static_cast<double>(i + 1);
            const double rest = totalSquare - 2 * product + square;
            const double distance = square / left + rest / (count - left) - totalSquare / count;
            if (distance > best.distance)
                best = {i + 1, distance};
        }
        return best;
    }

private:
    std::vector<double> m_sums;
    std::vector<double> m_totals;
    std::size_t m_minimum;
};

class UserDetector
{
public:
    UserDetector(std::size_t genres, const ShiftDetection& detection)
        : m_finder(genres, detection.minimumEvents)
        , m_detection(detection)
    {
    }

    std::vector<DetectedShift> detect(UserIndex user, const std::vector<EventVector>& events)
    {
        m_shifts.clear();
        RandomStream random(m_detection.seed, "shift detection", {user});
        std::vector<const EventVector*> pointers;
        for (const EventVector& event : events)
            pointers.push_back(&event);
        split(user, pointers, 0, random);
        std::ranges::sort(m_shifts, {}, &DetectedShift::event);
        return m_shifts;
    }

private:
    void split(UserIndex user, std::span<const EventVector* const> events, std::size_t first, RandomStream& random)
    {
        if (events.size() < 2 * m_detection.minimumEvents)
            return;
        const Split found = m_finder.widest(events);
        const double p = chanceOf(found, {events.begin(), events.end()}, random);
        if (p > m_detection.level)
            return;
        m_shifts.push_back({user, first + found.at, p});
        split(user, events.first(found.at), first, random);
        split(user, events.subspan(found.at), first + found.at, random);
    }

    double chanceOf(const Split& found, std::vector<const EventVector*> events, RandomStream& random)
    {
        constexpr double rounding = 1e-9; // the same split of the same events is as wide, whatever the order of sums
        std::int64_t asWide = 1;
        for (std::int64_t i = 0; i < m_detection.permutations; ++i) {
            random.shuffle(events);
            asWide += m_finder.widest(events).distance >= found.distance - rounding ? 1 : 0;
        }
        return static_cast<double>(asWide) / static_cast<double>(m_detection.permutations + 1);
    }

    SplitFinder m_finder;
    const ShiftDetection& m_detection;
    std::vector<DetectedShift> m_shifts;
};

Result<> check(const ShiftDetection& detection)
{
    if (detection.minimumEvents < 2 || detection.permutations < 1 || !(detection.level > 0 && detection.level < 1))
        return fail(ErrorCode::BadArgument,
                    "The detector of shifts needs 2 or more events between shifts, a permutation and a level between 0 "
                    "and 1.");
    return {};
}

} // namespace

Result<std::vector<DetectedShift>> detectShifts(const UserHistory& history, const ShiftDetection& detection,
                                                const JobContext& context)
{
    DRIFTSCOPE_CHECK(check(detection));
    const Dataset& dataset = history.dataset();
    DRIFTSCOPE_TRY(const std::string attribute, attributeOf(dataset.catalog(), detection.attribute));
    const auto genres = genresOfItems(dataset.catalog(), attribute);
    std::uint32_t genreCount = 0;
    for (const auto& ofItem : genres)
        for (const auto genre : ofItem)
            genreCount = std::max(genreCount, genre + 1);

    UserDetector detector(genreCount, detection);
    std::vector<DetectedShift> all;
    for (UserIndex user = 0; user < dataset.userCount(); ++user) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped while shifts were looked for.");
        std::vector<EventVector> events;
        for (const InteractionIndex interaction : dataset.ofUser(user)) {
            const auto& ofItem = genres[dataset.item(interaction)];
            const double length = ofItem.empty() ? 1 : std::sqrt(static_cast<double>(ofItem.size()));
            events.push_back({ofItem, (history.isLiked(interaction) ? 1 : -1) / length});
        }
        const auto found = detector.detect(user, events);
        all.insert(all.end(), found.begin(), found.end());
        context.report({user + 1, static_cast<std::int64_t>(dataset.userCount()), "detect shifts"});
    }
    return all;
}

} // namespace driftscope::data
