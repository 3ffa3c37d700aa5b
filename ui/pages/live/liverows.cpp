// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/liverows.h"

#include "ui/pages/live/livecards.h"

#include <QCoreApplication>

#include <algorithm>

namespace driftscope::ui {

namespace {

/// Texts of the effects.
struct Effects {
    Q_DECLARE_TR_FUNCTIONS(Effects)
};

QString effectText(const live::PromisedEffect& promised, const std::vector<live::KindRank>& ranks)
{
    const QString kind = QString::fromStdString(promised.kind);
    const auto found = std::ranges::find(ranks, promised.kind, &live::KindRank::kind);
    if (found == ranks.end())
        return Effects::tr("%1 is not ranked").arg(kind);
    const QString now = QString::number(found->meanRank, 'f', 1);
    const QString was = found->meanRankBefore ? QString::number(*found->meanRankBefore, 'f', 1) : QString();
    switch (promised.effect) {
    case live::Effect::Rises:
        return Effects::tr("%1 rises: mean place %2 → %3").arg(kind, was, now);
    case live::Effect::Falls:
        return Effects::tr("%1 falls: mean place %2 → %3").arg(kind, was, now);
    case live::Effect::Leads:
        return Effects::tr("%1 leads: mean place %2").arg(kind, now);
    case live::Effect::Trails:
        return Effects::tr("%1 is last: mean place %2").arg(kind, now);
    }
    return {};
}

} // namespace

const prompt::Prompt* LiveAnswer::promptOfRow(int row) const
{
    const auto& rows = ranking.rows;
    if (rows.empty())
        return nullptr;
    const auto place = row >= 0 && static_cast<std::size_t>(row) < rows.size() ? static_cast<std::size_t>(row) : 0;
    const auto at = std::ranges::find(question.candidates, rows[place].item) - question.candidates.begin();
    return &prompts.built.prompts[static_cast<std::size_t>(at)];
}

std::vector<BoardRow> boardRows(const LiveAnswer& answer, const LiveCards& cards)
{
    std::vector<BoardRow> rows;
    for (const auto& ranked : answer.ranking.rows)
        rows.push_back({cards.itemOf(ranked.item), ranked.rank, ranked.rankBefore, ranked.yes});
    return rows;
}

std::vector<OpinionRow> exampleRows(const LiveAnswer& answer, const std::optional<std::vector<data::ItemIndex>>& before,
                                    const LiveCards& cards)
{
    std::vector<OpinionRow> rows;
    const data::Dataset& known = answer.prompts.known.history.dataset(); // with the same catalogue
    for (const auto& shown : answer.prompts.built.context.demonstrations) {
        const auto item = known.item(shown.interaction);
        rows.push_back({cards.itemOf(item), shown.isLiked, true, before && !std::ranges::binary_search(*before, item)});
    }
    return rows;
}

std::vector<OpinionRow> saidRows(const live::Persona& persona, const std::vector<OpinionRow>* examples,
                                 const LiveCards& cards)
{
    std::vector<OpinionRow> rows;
    for (const auto& opinion : persona.said()) {
        const bool isShown = !examples || std::ranges::any_of(*examples, [&opinion](const OpinionRow& row) {
            return row.what.item == opinion.item;
        });
        rows.push_back({cards.itemOf(opinion.item), opinion.isLiked, isShown});
    }
    std::ranges::reverse(rows);
    return rows;
}

std::vector<EffectRow> effectRows(const live::ScenarioStep& step, const live::LiveRanking& ranking,
                                  const live::LiveRanking* before, const live::ItemKinds& kinds)
{
    std::vector<EffectRow> rows;
    const auto ranks = live::kindRanks(ranking, before, kinds);
    for (const auto& promised : step.effects)
        rows.push_back({effectText(promised, ranks), live::isSeen(promised.effect, promised.kind, ranks)});
    return rows;
}

} // namespace driftscope::ui
