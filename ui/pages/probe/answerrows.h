// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/attribution.h"
#include "ui/models/probetables.h"
#include "ui/pages/probe/probework.h"

#include <QString>
#include <QStringList>

/// What the Probe's answers look like in tables and in words.
namespace driftscope::ui {

/// What attributions of an answer found; nothing while it is not worked out.
struct PartEffects {
    std::optional<simulate::Attribution> demonstrations;
    std::optional<simulate::Attribution> history;
};

/// Best first; in the order of the draw while there are no scores.
///
/// @param previous  what movement is counted from; may be null.
/// @param compared  another arm at the same moment; may be null.
[[nodiscard]] std::vector<RankingRow> rankingRows(const ProbeAnswer& answer, const ProbeAnswer* previous,
                                                  const ProbeAnswer* compared, const data::Dataset& dataset);
/// Positions in the candidates, in the order of rankingRows().
[[nodiscard]] std::vector<std::size_t> rankingOrder(const ProbeAnswer& answer);

/// What the prompt of a candidate shows as demonstrations, in its order.
[[nodiscard]] std::vector<DemonstrationRow> demonstrationRows(const ProbeAnswer& answer, std::size_t candidate,
                                                              const PartEffects& effects,
                                                              const data::UserHistory& history);
/// What it shows as the query's history, in its order.
[[nodiscard]] std::vector<DemonstrationRow> historyRows(const ProbeAnswer& answer, std::size_t candidate,
                                                        const PartEffects& effects, const data::UserHistory& history);

/// What is another than in an earlier answer, in sentences: the true item's rank and P(Yes), who moved most, which
/// demonstrations came and went. Empty if there is nothing to compare with.
[[nodiscard]] QString changeText(const ProbeAnswer& answer, const ProbeAnswer* previous, const data::Dataset& dataset);

/// The true item under both arms, in a sentence.
[[nodiscard]] QString comparisonText(const ProbeAnswer& answer, const ProbeAnswer& compared);

/// What did not fit the token budget, one line each with the reason.
[[nodiscard]] QStringList droppedLines(const ProbeAnswer& answer, std::size_t candidate, const data::Dataset& dataset);

enum class TableFormat { TabSeparated, Markdown };
/// The ranking for a spreadsheet or a paper.
[[nodiscard]] QString rankingTable(const std::vector<RankingRow>& rows, TableFormat format);

} // namespace driftscope::ui
