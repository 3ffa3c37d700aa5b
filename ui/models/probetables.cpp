// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/probetables.h"

#include "ui/models/numbertext.h"

#include <QCoreApplication>
#include <QFont>

#include <cmath>

namespace driftscope::ui {

namespace {

QString say(const char* text)
{
    return QCoreApplication::translate("Tables", text);
}

QVariant boldIf(bool isBold)
{
    QFont font;
    font.setBold(true);
    return isBold ? QVariant(font) : QVariant();
}

QVariant decorateRanking(const RankingRow& row, int role)
{
    switch (role) {
    case Qt::FontRole:
        return boldIf(row.isTarget);
    case ShareRole:
        return row.share;
    case TargetRole:
        return row.isTarget;
    case Qt::ToolTipRole:
        return row.isTarget ? row.title + QLatin1Char('\n') + say("The item that the user really had next") : row.title;
    default:
        return {};
    }
}

TableColumn<RankingRow> probabilityColumn(const QString& title, const QString& help,
                                          std::function<std::optional<double>(const RankingRow&)> value)
{
    return {.title = title,
            .text = [value](const RankingRow& row) { return decimals(value(row)); },
            .value = [value](const RankingRow& row) { return value(row).value_or(-1); },
            .isNumber = true,
            .help = help,
            .decorate = decorateRanking};
}

/// A column of what parts do, drawn as bars.
TableColumn<DemonstrationRow> effectColumn(const QString& title, const QString& help,
                                           std::optional<double> PartEffect::*effect)
{
    return {.title = title,
            .text =
                [effect](const DemonstrationRow& row) {
                    const auto value = row.effect.*effect;
                    return value ? signedText(*value) : QString();
                },
            .value = [effect](const DemonstrationRow& row) { return (row.effect.*effect).value_or(0); },
            .isNumber = true,
            .help = help,
            .decorate =
                [effect](const DemonstrationRow& row, int role) {
                    const auto value = row.effect.*effect;
                    return role == ShareRole && value && row.effect.largest > 0 ? *value / row.effect.largest
                                                                                : QVariant();
                }};
}

QVariant titleTip(const DemonstrationRow& row, int role)
{
    if (role == Qt::ToolTipRole)
        return row.title + QLatin1Char('\n') + row.time + QLatin1Char('\n') + row.why
            + (row.isPinned ? QLatin1Char('\n') + say("◆ pinned: it stays when the selector would choose others")
                            : QString());
    return role == Qt::FontRole ? boldIf(row.isPinned) : QVariant();
}

QString labelText(const DemonstrationRow& row)
{
    const QString label = row.isLiked ? say("liked") : say("disliked");
    return row.isRelabelled ? label + QStringLiteral(" ✎") : label;
}

QVariant labelTip(const DemonstrationRow& row, int role)
{
    return role == Qt::ToolTipRole && row.isRelabelled ? QVariant(say("Shown with another label than it has"))
                                                       : QVariant();
}

QString differenceText(const std::optional<double>& value, double before, bool isFirst, int digits)
{
    return value && !isFirst ? signedText(*value - before, digits) : QString();
}

QVariant decorateVariant(const VariantRow& row, int role)
{
    if (role == Qt::ToolTipRole)
        return row.problem.isEmpty() ? row.title : row.title + QLatin1Char('\n') + row.problem;
    return role == Qt::FontRole ? boldIf(row.isFirst) : QVariant();
}

} // namespace

QString movementText(std::optional<int> places)
{
    if (!places)
        return {};
    if (*places == 0)
        return QStringLiteral("–");
    return (*places > 0 ? QStringLiteral("▲ %1") : QStringLiteral("▼ %1")).arg(std::abs(*places));
}

QString signedText(double value, int digits)
{
    const QString text = decimals(std::abs(value), digits);
    if (text == decimals(0.0, digits))
        return text;
    return (value > 0 ? QLatin1Char('+') : QChar(0x2212)) + text;
}

std::unique_ptr<DemonstrationModel> makeDemonstrationModel()
{
    using Row = DemonstrationRow;
    return std::make_unique<DemonstrationModel>(std::vector<TableColumn<Row>> {
        {.title = say("Title"),
         .text = [](const Row& row) { return row.isPinned ? QStringLiteral("◆ ") + row.title : row.title; },
         .decorate = titleTip},
        {.title = say("Label"), .text = labelText, .decorate = labelTip},
        effectColumn(say("Left out"), say("Leave-one-out: P(Yes) with it less P(Yes) without it"),
                     &PartEffect::leaveOneOut),
        effectColumn(say("Shapley"),
                     say("Exact Shapley value: its mean effect on P(Yes) over all subsets of the others"),
                     &PartEffect::shapley),
        {.title = say("Why"),
         .text = [](const Row& row) { return row.why; },
         .decorate = [](const Row& row, int role) { return role == Qt::ToolTipRole ? QVariant(row.why) : QVariant(); }},
    });
}

std::unique_ptr<RankingModel> makeRankingModel()
{
    using Row = RankingRow;
    return std::make_unique<RankingModel>(std::vector<TableColumn<Row>> {
        {.title = say("#"),
         .text = [](const Row& row) { return row.rank; },
         .isNumber = true,
         .decorate = decorateRanking},
        {.title = say("Candidate"),
         .text = [](const Row& row) { return row.isTarget ? QStringLiteral("★ ") + row.title : row.title; },
         .decorate = decorateRanking},
        {.title = say("Score"),
         .text = [](const Row& row) { return decimals(row.score, 2); },
         .value = [](const Row& row) { return row.score; },
         .isNumber = true,
         .help = say("Log-odds of Yes against No, or the logit of Yes, as chosen above; of a baseline, its own score"),
         .decorate = decorateRanking},
        probabilityColumn(say("P(Yes)"), say("Of the two answers alone: P(Yes) + P(No) = 1"),
                          [](const Row& row) { return row.yes; }),
        probabilityColumn(say("P(No)"), say("Of the two answers alone: P(Yes) + P(No) = 1"),
                          [](const Row& row) { return row.yes ? std::optional(1 - *row.yes) : std::nullopt; }),
        {.title = say("±"),
         .text = [](const Row& row) { return movementText(row.change); },
         .value = [](const Row& row) { return row.change.value_or(0); },
         .isNumber = true,
         .help = say("Places won or lost since the last ranking of the same candidates"),
         .decorate = decorateRanking},
        {.title = say("Other #"),
         .text = [](const Row& row) { return row.otherRank ? QVariant(*row.otherRank) : QVariant(); },
         .isNumber = true,
         .help = say("Rank under the arm that is compared with"),
         .decorate = decorateRanking},
        probabilityColumn(say("Other P"), say("P(Yes) under the arm that is compared with"),
                          [](const Row& row) { return row.otherYes; }),
    });
}

std::unique_ptr<VariantModel> makeVariantModel()
{
    using Row = VariantRow;
    return std::make_unique<VariantModel>(std::vector<TableColumn<Row>> {
        {.title = say("Variant"), .text = [](const Row& row) { return row.title; }, .decorate = decorateVariant},
        {.title = say("Rank"),
         .text = [](const Row& row) { return decimals(row.rank, 1); },
         .value = [](const Row& row) { return row.rank.value_or(-1); },
         .isNumber = true,
         .help = say("Rank of the true next item; equal scores share the mean of their places"),
         .decorate = decorateVariant},
        {.title = say("±"),
         .text = [](const Row& row) { return differenceText(row.rank, row.rankBefore, row.isFirst, 1); },
         .isNumber = true,
         .help = say("Less the rank under the arm as it is: above 0 is worse"),
         .decorate = decorateVariant},
        {.title = say("P(Yes)"),
         .text = [](const Row& row) { return decimals(row.yes); },
         .value = [](const Row& row) { return row.yes.value_or(-1); },
         .isNumber = true,
         .help = say("Of the true next item"),
         .decorate = decorateVariant},
        {.title = say("±"),
         .text = [](const Row& row) { return differenceText(row.yes, row.yesBefore, row.isFirst, 3); },
         .isNumber = true,
         .help = say("Less P(Yes) under the arm as it is"),
         .decorate = decorateVariant},
    });
}

std::unique_ptr<OrderModel> makeOrderModel()
{
    using Row = OrderRow;
    return std::make_unique<OrderModel>(std::vector<TableColumn<Row>> {
        {.title = say("Order"),
         .text = [](const Row& row) { return row.order; },
         .help = say("Positions in the order shown at the left")},
        {.title = say("Rank of ★"),
         .text = [](const Row& row) { return decimals(row.rank, 1); },
         .value = [](const Row& row) { return row.rank; },
         .isNumber = true},
        {.title = say("P(Yes) of ★"),
         .text = [](const Row& row) { return decimals(row.yes); },
         .value = [](const Row& row) { return row.yes; },
         .isNumber = true},
    });
}

} // namespace driftscope::ui
