// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plantedexposure_p.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace driftscope::data {

namespace {

constexpr std::int64_t secondsPerDay = 86'400;
constexpr double mostPopular = 1e9; // weight of the first item; whole numbers, so that every machine draws the same

/// `part` of a whole in thousandths, in whole numbers.
std::int64_t permille(std::int64_t whole, std::int64_t part)
{
    return whole / 1000 * part + whole % 1000 * part / 1000;
}

std::int64_t span(const PlantedDriftPlan& plan)
{
    return plan.days * secondsPerDay;
}

std::int64_t between(std::int64_t first, std::int64_t last, RandomStream& stream)
{
    return first + static_cast<std::int64_t>(stream.index(static_cast<std::size_t>(last - first + 1)));
}

} // namespace

PlantedStock::PlantedStock(const PlantedDriftPlan& plan)
    : m_items(static_cast<std::size_t>(plan.items))
    , m_byGenre(static_cast<std::size_t>(plan.genres))
{
    RandomStream stream(plan.seed, "planted.stock");
    std::vector<std::size_t> ranks(m_items.size());
    std::iota(ranks.begin(), ranks.end(), std::size_t {1});
    stream.shuffle(ranks);
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        StockItem& item = m_items[i];
        item.genre = static_cast<GenreIndex>(i % m_byGenre.size());
        item.weight = static_cast<std::uint64_t>(
            std::max(1.0, std::round(mostPopular * std::pow(static_cast<double>(ranks[i]), -plan.popularitySkew))));
        const bool isNew = stream.uniform() < plan.newItemShare;
        const std::int64_t release = between(1, permille(span(plan), 800), stream);
        item.release = isNew ? release : 0;
        m_byGenre[item.genre].push_back(static_cast<ItemIndex>(i));
    }
}

std::optional<ItemIndex> PlantedStock::draw(const std::vector<GenreIndex>& genres, std::int64_t now,
                                            const std::vector<bool>& isMet, RandomStream& stream) const
{
    const std::size_t first = stream.index(genres.size());
    for (std::size_t i = 0; i < genres.size(); ++i)
        if (const auto item = drawFrom(genres[(first + i) % genres.size()], now, isMet, stream))
            return item;
    return std::nullopt;
}

std::optional<ItemIndex> PlantedStock::drawFrom(GenreIndex genre, std::int64_t now, const std::vector<bool>& isMet,
                                                RandomStream& stream) const
{
    const auto isOpen = [&](ItemIndex item) { return m_items[item].release <= now && !isMet[item]; };
    std::uint64_t total = 0;
    for (const ItemIndex item : m_byGenre[genre])
        if (isOpen(item))
            total += m_items[item].weight;
    if (total == 0)
        return std::nullopt;
    std::uint64_t left = stream.index(total);
    for (const ItemIndex item : m_byGenre[genre]) {
        if (!isOpen(item))
            continue;
        if (left < m_items[item].weight)
            return item;
        left -= m_items[item].weight;
    }
    return std::nullopt;
}

std::vector<std::int64_t> plantTimes(const PlantedDriftPlan& plan, std::size_t user, std::size_t events)
{
    RandomStream stream(plan.seed, "planted.times", {user});
    const std::int64_t whole = span(plan);
    const bool isNew = stream.uniform() < plan.newUserShare;
    const std::int64_t start =
        isNew ? between(permille(whole, 50), permille(whole, 700), stream) : between(0, permille(whole, 50), stream);
    const std::int64_t end = between(start + permille(whole, 250), whole, stream);
    std::vector<std::int64_t> times {start};
    while (times.size() < events)
        times.push_back(between(start, end, stream));
    std::sort(times.begin(), times.end());
    for (std::size_t i = 1; i < times.size(); ++i)
        times[i] = std::max(times[i], times[i - 1] + 1);
    return times;
}

} // namespace driftscope::data
