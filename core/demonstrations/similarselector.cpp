// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/similarselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>

namespace driftscope::demonstrations {

SimilarSelector::SimilarSelector(std::size_t k, Measure measure, TargetRule rule, Order order)
    : m_k(k)
    , m_measure(measure)
    , m_rule(rule)
    , m_order(order)
{
}

SelectionNeeds SimilarSelector::needs() const
{
    return SelectionNeeds::of(m_measure == Measure::Bm25 ? SimilarityKind::Titles : SimilarityKind::Model);
}

Result<std::vector<double>> SimilarSelector::relevance(const SelectionQuery& query,
                                                       std::span<const data::InteractionIndex> earlier) const
{
    const bool isBm25 = m_measure == Measure::Bm25;
    DRIFTSCOPE_TRY(const auto* const similarity,
                   similarityFor(query, isBm25 ? SimilarityKind::Titles : SimilarityKind::Model));
    const SimTime now = query.moment.time;
    const auto alike = [&](data::ItemIndex target, data::ItemIndex item) {
        return isBm25 ? query.sources->titles->bm25(target, item, now) : similarity->between(target, item, now);
    };
    return relevanceTo({query.candidates.begin(), query.candidates.end()}, earlier, query.history.dataset(), m_rule,
                       alike);
}

Result<std::vector<Choice>> SimilarSelector::select(const SelectionQuery& query) const
{
    const auto earlier = query.history.before(query.moment, query.lag);
    DRIFTSCOPE_TRY(const auto similarities, relevance(query, earlier));
    std::vector<Choice> choices;
    for (const std::size_t place : largest(similarities, m_k)) {
        const auto& dataset = query.history.dataset();
        choices.push_back({earlier[place],
                           similarityWords(choices.size() + 1, similarities[place]) + ", "
                               + distanceWords(dataset.time(earlier[place]), query.moment.time)});
    }
    if (m_order == Order::Similarity)
        std::reverse(choices.begin(), choices.end());
    else
        std::sort(choices.begin(), choices.end(),
                  [](const Choice& a, const Choice& b) { return a.interaction < b.interaction; });
    return choices;
}

} // namespace driftscope::demonstrations
