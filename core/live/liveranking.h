// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/live/itemkinds.h"
#include "core/live/livequestion.h"

#include <optional>
#include <string>
#include <vector>

namespace driftscope::live {

/// A candidate with its place.
struct RankedItem {
    data::ItemIndex item = 0;
    int rank = 0; ///< from 1
    std::optional<int> rankBefore; ///< in the ranking before; nothing if it was not on it
    double score = 0; ///< by the arm's rule; what the order is by
    double yes = 0; ///< chance of the positive answer among the two, in [0, 1]
};

/// A ranking of candidates.
struct LiveRanking {
    std::vector<RankedItem> rows; ///< best first; equal scores keep the candidates' order
    double seconds = 0; ///< that the model took
};

/// Scores the prompts and ranks their candidates.
///
/// @param before  to say where each stood; may be null.
/// Errors are those of Scorer::score().
[[nodiscard]] Result<LiveRanking> rankItems(const LiveQuestion& question, const LivePrompts& prompts,
                                            inference::Scorer& scorer, const LiveRanking* before,
                                            const JobContext& context);

/// Where the candidates of a kind stand.
struct KindRank {
    std::string kind;
    std::size_t count = 0;
    double meanRank = 0;
    std::optional<double> meanRankBefore; ///< of the ranking before, if it had some of the kind
    double meanYes = 0;
};

/// The kinds of a ranking, best mean rank first; candidates without a kind are left out.
///
/// @param before  null if there is none.
[[nodiscard]] std::vector<KindRank> kindRanks(const LiveRanking& ranking, const LiveRanking* before,
                                              const ItemKinds& kinds);

/// What is to be seen of a kind.
enum class Effect : std::uint8_t {
    Rises, ///< its mean rank is better than before, by a place at least
    Falls, ///< worse than before, by a place at least
    Leads, ///< its mean rank is the best of all kinds
    Trails ///< the worst of all kinds
};

/// "rises", "falls", "leads", "trails"
[[nodiscard]] std::string_view effectName(Effect effect);
[[nodiscard]] std::optional<Effect> effectNamed(std::string_view name);

/// Whether a kind does so; false if it is not there, or nothing was before.
[[nodiscard]] bool isSeen(Effect effect, std::string_view kind, const std::vector<KindRank>& ranks);

} // namespace driftscope::live
