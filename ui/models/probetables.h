// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/ids.h"
#include "ui/models/listtablemodel.h"

#include <memory>
#include <optional>

/// The tables of the page Probe.
namespace driftscope::ui {

/// What a part of the prompt does to P(Yes), as far as it was worked out.
struct PartEffect {
    std::optional<double> leaveOneOut;
    std::optional<double> shapley;
    double largest = 0; ///< magnitude that fills a bar
};

/// A demonstration, or an item of the history, as the Probe lists it.
struct DemonstrationRow {
    QString title;
    bool isLiked = false;
    QString why;
    QString time;
    data::InteractionIndex interaction = 0;
    bool isPinned = false;
    bool isRelabelled = false; ///< shown with another label than it has
    PartEffect effect;
};

/// A candidate as the Probe ranks it.
struct RankingRow {
    int rank = 0; ///< from 1
    QString title;
    double score = 0;
    double share = 0; ///< of the best score's place on a bar, [0, 1]
    std::optional<double> yes; ///< P(Yes) of the two answers; nothing where no answer was asked for
    bool isTarget = false;
    std::optional<int> change; ///< places won since the last step; nothing if it was not on the list
    std::optional<int> otherRank {}; ///< under the arm that is compared with
    std::optional<double> otherYes {};
};

/// The moment under a variant of the arm.
struct VariantRow {
    QString title;
    std::optional<double> rank; ///< of the true next item
    std::optional<double> yes; ///< of the true next item
    double rankBefore = 0; ///< under the arm as it is
    double yesBefore = 0;
    bool isFirst = false; ///< the arm as it is
    QString problem; ///< why there are no numbers
};

/// The moment under another order of the demonstrations.
struct OrderRow {
    QString order; ///< "3 1 2"
    double rank = 0;
    double yes = 0;
};

using DemonstrationModel = ListTableModel<DemonstrationRow>;
using RankingModel = ListTableModel<RankingRow>;
using VariantModel = ListTableModel<VariantRow>;
using OrderModel = ListTableModel<OrderRow>;

/// Columns of both tables of parts; the history has no label to show.
enum PartColumn { PartTitle, PartLabel, PartLeaveOneOut, PartShapley, PartWhy };
enum RankingColumn {
    RankColumn,
    CandidateColumn,
    ScoreColumn,
    YesColumn,
    NoColumn,
    ChangeColumn,
    OtherRankColumn,
    OtherYesColumn
};

[[nodiscard]] std::unique_ptr<DemonstrationModel> makeDemonstrationModel();
[[nodiscard]] std::unique_ptr<RankingModel> makeRankingModel();
[[nodiscard]] std::unique_ptr<VariantModel> makeVariantModel();
[[nodiscard]] std::unique_ptr<OrderModel> makeOrderModel();

/// Roles of the ranking's columns that RankingDelegate draws from; of parts that EffectDelegate draws from.
enum RankingRole { ShareRole = Qt::UserRole + 1, TargetRole };

/// "▲ 3", "▼ 2", "–"; empty if nothing is known.
[[nodiscard]] QString movementText(std::optional<int> places);

/// "+0.031": a difference with its sign.
[[nodiscard]] QString signedText(double value, int digits = 3);

} // namespace driftscope::ui
