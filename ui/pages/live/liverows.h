// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/live/scenario.h"

#include <QString>

#include <optional>
#include <vector>

namespace driftscope::ui {

class LiveCards;

/// The answer to the persona's last word.
struct LiveAnswer {
    live::LiveQuestion question;
    live::LivePrompts prompts;
    live::LiveRanking ranking;

    /// Prompt of the candidate at a place of the ranking; of the first one if there is no such place. Null without
    /// candidates.
    [[nodiscard]] const prompt::Prompt* promptOfRow(int row) const;
};

/// An item as cards and lists show it.
struct LiveItem {
    data::ItemIndex item = 0;
    QString title;
    QString kind; ///< empty = not known
    int kindPosition = -1; ///< colour of the kind; -1 = none
};

/// A candidate with its place and where it was.
struct BoardRow {
    LiveItem what;
    int rank = 0; ///< from 1
    std::optional<int> rankBefore;
    double yes = 0; ///< P(Yes) of the two answers, [0, 1]
};

/// An opinion, or an example in the prompt.
struct OpinionRow {
    LiveItem what;
    bool isLiked = false;
    bool isShown = false; ///< it stands in the prompt as an example
    bool isNew = false; ///< and did not in the prompt before
};

/// Whether what a step promises was seen.
struct EffectRow {
    QString text;
    bool isSeen = false;
};

/// The ranking, best first.
[[nodiscard]] std::vector<BoardRow> boardRows(const LiveAnswer& answer, const LiveCards& cards);
/// The demonstrations in the order of the prompt.
///
/// @param before  items that were examples in the prompt before, sorted; nothing = there was none.
[[nodiscard]] std::vector<OpinionRow> exampleRows(const LiveAnswer& answer,
                                                  const std::optional<std::vector<data::ItemIndex>>& before,
                                                  const LiveCards& cards);
/// What a persona said, newest first.
///
/// @param examples  of the prompt; null = not known, and nothing is said to have left it.
[[nodiscard]] std::vector<OpinionRow> saidRows(const live::Persona& persona, const std::vector<OpinionRow>* examples,
                                               const LiveCards& cards);
/// What a scenario's step promises, with the mean places before and now.
///
/// @param before  the ranking of the step before; null = was not seen.
[[nodiscard]] std::vector<EffectRow> effectRows(const live::ScenarioStep& step, const live::LiveRanking& ranking,
                                                const live::LiveRanking* before, const live::ItemKinds& kinds);

} // namespace driftscope::ui
