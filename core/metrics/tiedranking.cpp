// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/tiedranking.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace driftscope::metrics {

namespace {

double asReal(std::size_t count)
{
    return static_cast<double>(count);
}

/// Discount of the item at `rank`, counted from 1.
double gainAt(std::size_t rank)
{
    return 1.0 / std::log2(asReal(rank + 1));
}

} // namespace

std::optional<TiedRanking> TiedRanking::of(const ScoredQuery& query)
{
    std::vector<double> levels; // distinct scores of relevant items, descending
    for (const std::uint32_t position : query.relevant) {
        if (position >= query.scores.size())
            return {};
        levels.push_back(query.scores[position]);
    }
    if (std::ranges::any_of(query.scores, [](double score) { return std::isnan(score); }))
        return {};
    std::ranges::sort(levels, std::greater<>());
    const auto repeated = std::ranges::unique(levels);
    levels.erase(repeated.begin(), repeated.end());

    TiedRanking ranking;
    ranking.m_groups.resize(levels.size());
    ranking.m_items = query.scores.size();
    ranking.m_totalRelevant = std::max<std::size_t>(query.totalRelevant, query.relevant.size());
    std::vector<std::size_t> between(levels.size() + 1, 0); // items above level i and below level i - 1
    for (const double score : query.scores) {
        const auto level = std::ranges::lower_bound(levels, score, std::greater<>());
        const auto at = static_cast<std::size_t>(level - levels.begin());
        if (level != levels.end() && *level == score)
            ++ranking.m_groups[at].size;
        else
            ++between[at];
    }
    for (const std::uint32_t position : query.relevant) {
        const auto level = std::ranges::lower_bound(levels, query.scores[position], std::greater<>());
        ++ranking.m_groups[static_cast<std::size_t>(level - levels.begin())].relevant;
    }
    std::size_t before = 0;
    std::size_t relevantBefore = 0;
    for (std::size_t i = 0; i < ranking.m_groups.size(); ++i) {
        Group& group = ranking.m_groups[i];
        group.before = before + between[i];
        group.relevantBefore = relevantBefore;
        before = group.before + group.size;
        relevantBefore += group.relevant;
    }
    return ranking;
}

TiedRanking TiedRanking::allTied(std::size_t items, std::size_t relevant, std::size_t totalRelevant)
{
    TiedRanking ranking;
    if (relevant > 0)
        ranking.m_groups.push_back({.size = items, .relevant = relevant});
    ranking.m_items = items;
    ranking.m_totalRelevant = std::max(relevant, totalRelevant);
    return ranking;
}

std::size_t TiedRanking::cutOf(std::size_t k) const
{
    return k == 0 ? m_items : std::min(k, m_items);
}

std::size_t TiedRanking::idealHits(std::size_t k) const
{
    return k == 0 ? m_totalRelevant : std::min(m_totalRelevant, k);
}

double TiedRanking::expectedHits(std::size_t k) const
{
    const std::size_t cut = cutOf(k);
    double hits = 0;
    for (const Group& group : m_groups) {
        if (group.before >= cut)
            break;
        const std::size_t inside = std::min(group.size, cut - group.before);
        hits += asReal(group.relevant) * asReal(inside) / asReal(group.size);
    }
    return hits;
}

double TiedRanking::hitRate(std::size_t k) const
{
    const std::size_t cut = cutOf(k);
    // Groups come from the top and each has a relevant item: only the first can leave a hit to chance.
    if (m_groups.empty() || m_groups.front().before >= cut)
        return 0;
    const Group& group = m_groups.front();
    const std::size_t inside = std::min(group.size, cut - group.before);
    const std::size_t outside = group.size - inside;
    double none = 1; // chance that all relevant items of the group fall outside the cut
    for (std::size_t i = 0; i < group.relevant; ++i) {
        if (i >= outside)
            return 1;
        none *= asReal(outside - i) / asReal(group.size - i);
    }
    return 1 - none;
}

double TiedRanking::recall(std::size_t k) const
{
    return m_totalRelevant == 0 ? 0 : expectedHits(k) / asReal(m_totalRelevant);
}

double TiedRanking::precision(std::size_t k) const
{
    const std::size_t length = k == 0 ? m_items : k;
    return length == 0 ? 0 : expectedHits(k) / asReal(length);
}

double TiedRanking::ndcg(std::size_t k) const
{
    const std::size_t cut = cutOf(k);
    double gain = 0;
    for (const Group& group : m_groups) {
        const double chance = asReal(group.relevant) / asReal(group.size);
        double groupGain = 0;
        for (std::size_t rank = group.before + 1; rank <= std::min(cut, group.before + group.size); ++rank)
            groupGain += gainAt(rank);
        gain += chance * groupGain;
    }
    double ideal = 0;
    for (std::size_t rank = 1; rank <= idealHits(k); ++rank)
        ideal += gainAt(rank);
    return ideal > 0 ? gain / ideal : 0;
}

double TiedRanking::averagePrecision(std::size_t k) const
{
    const std::size_t cut = cutOf(k);
    double sum = 0;
    for (const Group& group : m_groups) {
        const double chance = asReal(group.relevant) / asReal(group.size);
        // Given a relevant item in the group, each other place of it holds one with this chance.
        const double others = group.size > 1 ? asReal(group.relevant - 1) / asReal(group.size - 1) : 0;
        for (std::size_t place = 0; place < group.size && group.before + place < cut; ++place) {
            const double hits = asReal(group.relevantBefore + 1) + asReal(place) * others;
            sum += chance * hits / asReal(group.before + place + 1);
        }
    }
    const std::size_t ideal = idealHits(k);
    return ideal > 0 ? sum / asReal(ideal) : 0;
}

double TiedRanking::reciprocalRank(std::size_t k) const
{
    const std::size_t cut = cutOf(k);
    if (m_groups.empty())
        return 0;
    const Group& group = m_groups.front();
    double sum = 0;
    double first = asReal(group.relevant) / asReal(group.size); // chance that the first relevant item is at this place
    for (std::size_t place = 0; place < group.size && group.before + place < cut; ++place) {
        sum += first / asReal(group.before + place + 1);
        if (place + group.relevant >= group.size)
            break; // no room for it further down
        first *= asReal(group.size - place - group.relevant) / asReal(group.size - place - 1);
    }
    return sum;
}

} // namespace driftscope::metrics
