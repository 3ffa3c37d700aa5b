// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/liveranking.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>

namespace driftscope::live {

namespace {

constexpr std::array<std::string_view, 4> effectNames {"rises", "falls", "leads", "trails"};
constexpr double leastMove = 1; // places of the mean rank that a room sees

struct RankSum {
    std::size_t count = 0;
    double ranks = 0;
    double yes = 0;
};

std::map<std::string, RankSum, std::less<>> sumByKind(const LiveRanking& ranking, const ItemKinds& kinds)
{
    std::map<std::string, RankSum, std::less<>> sums;
    for (const RankedItem& row : ranking.rows) {
        if (kinds.nameOf(row.item).empty())
            continue;
        RankSum& sum = sums[std::string(kinds.nameOf(row.item))];
        ++sum.count;
        sum.ranks += row.rank;
        sum.yes += row.yes;
    }
    return sums;
}

} // namespace

Result<LiveRanking> rankItems(const LiveQuestion& question, const LivePrompts& prompts, inference::Scorer& scorer,
                              const LiveRanking* before, const JobContext& context)
{
    const auto start = std::chrono::steady_clock::now();
    DRIFTSCOPE_TRY(const auto scored, scorer.score(prompts.built.tokenized, {}, context));
    const std::vector<double> scores = prompts.built.scoresOf(question.arm, scored);
    std::vector<std::size_t> order(question.candidates.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(order, [&](auto a, auto b) { return scores[a] > scores[b]; });
    LiveRanking ranking;
    for (const std::size_t candidate : order) {
        const auto& answers = scored[candidate].answers; // positive, negative
        RankedItem row;
        row.item = question.candidates[candidate];
        row.rank = static_cast<int>(ranking.rows.size()) + 1;
        row.score = scores[candidate];
        row.yes = 1.0 / (1.0 + std::exp(answers[1] - answers[0]));
        if (before)
            if (const auto was = std::ranges::find(before->rows, row.item, &RankedItem::item);
                was != before->rows.end())
                row.rankBefore = was->rank;
        ranking.rows.push_back(row);
    }
    ranking.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return ranking;
}

std::vector<KindRank> kindRanks(const LiveRanking& ranking, const LiveRanking* before, const ItemKinds& kinds)
{
    const auto earlier = before ? sumByKind(*before, kinds) : decltype(sumByKind(ranking, kinds)) {};
    std::vector<KindRank> ranks;
    for (const auto& [kind, sum] : sumByKind(ranking, kinds)) {
        const auto count = static_cast<double>(sum.count);
        KindRank rank {kind, sum.count, sum.ranks / count, std::nullopt, sum.yes / count};
        if (const auto was = earlier.find(kind); was != earlier.end())
            rank.meanRankBefore = was->second.ranks / static_cast<double>(was->second.count);
        ranks.push_back(std::move(rank));
    }
    std::ranges::stable_sort(ranks, {}, &KindRank::meanRank);
    return ranks;
}

std::string_view effectName(Effect effect)
{
    return effectNames[static_cast<std::size_t>(effect)];
}

std::optional<Effect> effectNamed(std::string_view name)
{
    const auto found = std::ranges::find(effectNames, name);
    if (found == effectNames.end())
        return std::nullopt;
    return static_cast<Effect>(found - effectNames.begin());
}

bool isSeen(Effect effect, std::string_view kind, const std::vector<KindRank>& ranks)
{
    const auto found = std::ranges::find(ranks, kind, &KindRank::kind);
    if (found == ranks.end())
        return false;
    switch (effect) {
    case Effect::Rises:
        return found->meanRankBefore && *found->meanRankBefore - found->meanRank >= leastMove;
    case Effect::Falls:
        return found->meanRankBefore && found->meanRank - *found->meanRankBefore >= leastMove;
    case Effect::Leads:
        return found == ranks.begin();
    case Effect::Trails:
        return found + 1 == ranks.end();
    }
    return false;
}

} // namespace driftscope::live
