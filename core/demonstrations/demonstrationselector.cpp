// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/demonstrationselector.h"

#include <algorithm>
#include <utility>

namespace driftscope::demonstrations {

namespace {

SimilarityKind kindOf(HistoryChoice choice)
{
    return choice == HistoryChoice::SimilarTitles ? SimilarityKind::Titles : SimilarityKind::Model;
}

std::size_t itemsOf(const HistoryPolicy& policy)
{
    return static_cast<std::size_t>(std::max<std::int64_t>(policy.maxItems, 0));
}

/// What is said where a caller has no sources at all, too.
Result<const ItemSimilarity*> similarityIn(const SelectionSources* sources, SimilarityKind kind, const char* asker)
{
    auto found = sources ? sources->similarity(kind) : SelectionSources {}.similarity(kind);
    if (!found)
        return fail(found.error().code, asker + found.error().message);
    return found;
}

} // namespace

Result<const ItemSimilarity*> similarityFor(const SelectionQuery& query, SimilarityKind kind)
{
    return similarityIn(query.sources, kind, "Demonstrations by similarity: ");
}

SelectionNeeds HistoryPolicy::needs() const
{
    return choice == HistoryChoice::Recent ? SelectionNeeds {} : SelectionNeeds::of(kindOf(choice));
}

Result<std::vector<data::InteractionIndex>> chooseHistory(const data::UserHistory& history, const data::Moment& moment,
                                                          const HistoryPolicy& policy,
                                                          std::span<const data::ItemIndex> targets,
                                                          const SelectionSources* sources)
{
    if (policy.choice == HistoryChoice::Recent)
        return history.likedBefore(moment, itemsOf(policy), policy.lag);
    DRIFTSCOPE_TRY(const auto* const similarity,
                   similarityIn(sources, kindOf(policy.choice), "History by similarity: "));
    const auto liked = history.likedBefore(moment, history.dataset().size(), policy.lag);
    const auto relevance = relevanceTo(
        {targets.begin(), targets.end()}, liked, history.dataset(), TargetRule::Mean,
        [&](data::ItemIndex target, data::ItemIndex item) { return similarity->between(target, item, moment.time); });
    std::vector<data::InteractionIndex> chosen;
    for (const std::size_t place : largest(relevance, itemsOf(policy)))
        chosen.push_back(liked[place]);
    std::sort(chosen.begin(), chosen.end()); // interaction indices are in time order
    return chosen;
}

Result<std::vector<Demonstration>> withHistories(const data::UserHistory& history, std::vector<Choice> choices,
                                                 const HistoryPolicy& policy, const SelectionSources* sources)
{
    std::vector<Demonstration> demonstrations;
    demonstrations.reserve(choices.size());
    for (auto& choice : choices) {
        // The lag counts from the demonstration's own moment, as it does for the query: all stand in the same form, and
        // nothing that the query's frozen history hides comes back through a demonstration.
        const auto item = history.dataset().item(choice.interaction);
        DRIFTSCOPE_TRY(
            auto items,
            chooseHistory(history, history.momentOf(choice.interaction), policy, std::span(&item, 1), sources));
        const bool isLiked = choice.shownAs.value_or(history.isLiked(choice.interaction));
        demonstrations.push_back({choice.interaction, isLiked, std::move(items), std::move(choice.reason)});
    }
    return demonstrations;
}

std::vector<Demonstration> withHistories(const data::UserHistory& history, std::vector<Choice> choices,
                                         const HistoryPolicy& policy)
{
    auto demonstrations = withHistories(history, std::move(choices), policy, nullptr);
    return demonstrations ? std::move(*demonstrations) : std::vector<Demonstration> {};
}

} // namespace driftscope::demonstrations
