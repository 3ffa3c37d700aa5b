// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/answerrows.h"

#include "core/simulate/contextprobe.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace driftscope::ui {

namespace {

QString say(const char* text)
{
    return QCoreApplication::translate("Probe", text);
}

QString titleOf(const data::Dataset& dataset, data::ItemIndex item)
{
    return QString::fromStdString(dataset.catalog().title(item));
}

/// Rank from 1 of each candidate item.
std::map<data::ItemIndex, int> ranksOf(const ProbeAnswer& answer)
{
    std::map<data::ItemIndex, int> ranks;
    if (!answer.isScored())
        return ranks;
    int rank = 0;
    for (const std::size_t candidate : rankingOrder(answer))
        ranks[answer.candidates.items[candidate]] = ++rank;
    return ranks;
}

std::optional<int> find(const std::map<data::ItemIndex, int>& ranks, data::ItemIndex item)
{
    const auto known = ranks.find(item);
    return known == ranks.end() ? std::nullopt : std::optional(known->second);
}

/// P(Yes) that another answer gives an item.
std::optional<double> positiveOf(const ProbeAnswer& answer, data::ItemIndex item)
{
    const auto at = std::ranges::find(answer.candidates.items, item) - answer.candidates.items.begin();
    return answer.positive(static_cast<std::size_t>(at));
}

PartEffect effectOf(const std::optional<simulate::Attribution>& found, std::size_t part)
{
    PartEffect effect;
    if (!found || part >= found->leaveOneOut.size())
        return effect;
    effect.leaveOneOut = found->leaveOneOut[part];
    if (part < found->shapley.size())
        effect.shapley = found->shapley[part];
    for (const auto* values : {&found->leaveOneOut, &found->shapley})
        for (const double value : *values)
            effect.largest = std::max(effect.largest, std::abs(value));
    return effect;
}

bool isPinned(const ProbeAnswer& answer, data::InteractionIndex interaction)
{
    return std::ranges::any_of(answer.question.edits, [&](const auto& edit) {
        return edit.kind == demonstrations::DemonstrationEdit::Kind::Pin && edit.interaction == interaction;
    });
}

QStringList titlesIn(const ProbeAnswer& answer, const ProbeAnswer& butNotIn, const data::Dataset& dataset)
{
    const auto& shown = answer.built.contextOf(answer.candidates.target).demonstrations;
    const auto& others = butNotIn.built.contextOf(butNotIn.candidates.target).demonstrations;
    QStringList titles;
    for (const auto& one : shown)
        if (std::ranges::find(others, one.interaction, &demonstrations::Demonstration::interaction) == others.end())
            titles << titleOf(dataset, dataset.item(one.interaction));
    return titles;
}

QString list(QStringList titles)
{
    constexpr int most = 3;
    const auto more = titles.size() - most;
    if (more > 0)
        titles = titles.mid(0, most) << say("%1 more").arg(more);
    return titles.join(QStringLiteral(", "));
}

QString demonstrationChange(const ProbeAnswer& answer, const ProbeAnswer& previous, const data::Dataset& dataset)
{
    const QStringList came = titlesIn(answer, previous, dataset);
    const QStringList went = titlesIn(previous, answer, dataset);
    if (came.isEmpty() && went.isEmpty())
        return {};
    if (went.isEmpty())
        return say("New demonstrations: %1.").arg(list(came));
    return came.isEmpty() ? say("Demonstrations gone: %1.").arg(list(went))
                          : say("New demonstrations: %1; gone: %2.").arg(list(came), list(went));
}

QString targetChange(const ProbeAnswer& answer, const ProbeAnswer& previous)
{
    const double before = simulate::rankOf(previous.scores, previous.candidates.target);
    const double now = simulate::rankOf(answer.scores, answer.candidates.target);
    QString text = before == now
        ? say("★ stays at rank %1").arg(now)
        : (now < before ? say("★ rises from rank %1 to %2") : say("★ falls from rank %1 to %2")).arg(before).arg(now);
    const auto yesBefore = previous.positive(previous.candidates.target);
    const auto yes = answer.positive(answer.candidates.target);
    if (yes && yesBefore)
        text += say(", P(Yes) from %1 to %2").arg(*yesBefore, 0, 'f', 3).arg(*yes, 0, 'f', 3);
    return text + QLatin1Char('.');
}

QString largestMove(const ProbeAnswer& answer, const ProbeAnswer& previous, const data::Dataset& dataset)
{
    const auto before = ranksOf(previous);
    int largest = 0;
    data::ItemIndex mover = 0;
    for (const auto& [item, rank] : ranksOf(answer))
        if (const auto old = find(before, item); old && std::abs(*old - rank) > std::abs(largest)) {
            largest = *old - rank;
            mover = item;
        }
    if (largest == 0)
        return say("No candidate changed its place.");
    return say("Largest move: %1 %2.").arg(titleOf(dataset, mover), movementText(largest));
}

QString field(QString text, TableFormat format)
{
    return format == TableFormat::Markdown ? text.replace(QLatin1Char('|'), QStringLiteral("\\|"))
                                           : text.replace(QLatin1Char('\t'), QLatin1Char(' '));
}

} // namespace

std::vector<std::size_t> rankingOrder(const ProbeAnswer& answer)
{
    if (answer.isScored())
        return simulate::bestFirst(answer.scores);
    std::vector<std::size_t> order(answer.candidates.items.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    return order;
}

std::vector<RankingRow> rankingRows(const ProbeAnswer& answer, const ProbeAnswer* previous, const ProbeAnswer* compared,
                                    const data::Dataset& dataset)
{
    const auto order = rankingOrder(answer);
    const auto before = previous ? ranksOf(*previous) : std::map<data::ItemIndex, int> {};
    const auto others = compared ? ranksOf(*compared) : std::map<data::ItemIndex, int> {};
    const double best = answer.isScored() ? answer.scores[order.front()] : 0;
    const double worst = answer.isScored() ? answer.scores[order.back()] : 0;
    std::vector<RankingRow> rows;
    for (const std::size_t candidate : order) {
        const data::ItemIndex item = answer.candidates.items[candidate];
        RankingRow row;
        row.rank = static_cast<int>(rows.size()) + 1;
        row.title = titleOf(dataset, item);
        row.isTarget = candidate == answer.candidates.target;
        if (answer.isScored()) {
            row.score = answer.scores[candidate];
            row.share = best > worst ? (row.score - worst) / (best - worst) : 1.0;
            row.yes = answer.positive(candidate);
            if (const auto old = find(before, item))
                row.change = *old - row.rank;
        }
        row.otherRank = find(others, item);
        if (compared)
            row.otherYes = positiveOf(*compared, item);
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<DemonstrationRow> demonstrationRows(const ProbeAnswer& answer, std::size_t candidate,
                                                const PartEffects& effects, const data::UserHistory& history)
{
    const data::Dataset& dataset = history.dataset();
    std::vector<DemonstrationRow> rows;
    if (answer.built.prompts.empty())
        return rows;
    for (const auto& shown : answer.built.contextOf(candidate).demonstrations)
        rows.push_back({titleOf(dataset, dataset.item(shown.interaction)), shown.isLiked,
                        QString::fromStdString(shown.reason),
                        QString::fromStdString(formatTime(dataset.time(shown.interaction))), shown.interaction,
                        isPinned(answer, shown.interaction), shown.isLiked != history.isLiked(shown.interaction),
                        effectOf(effects.demonstrations, rows.size())});
    return rows;
}

std::vector<DemonstrationRow> historyRows(const ProbeAnswer& answer, std::size_t candidate, const PartEffects& effects,
                                          const data::UserHistory& history)
{
    const data::Dataset& dataset = history.dataset();
    std::vector<DemonstrationRow> rows;
    if (answer.built.prompts.empty())
        return rows;
    for (const auto interaction : answer.built.contextOf(candidate).history) {
        const QString time = QString::fromStdString(formatTime(dataset.time(interaction)));
        rows.push_back({titleOf(dataset, dataset.item(interaction)), true, say("liked on %1").arg(time.left(10)), time,
                        interaction, false, false, effectOf(effects.history, rows.size())});
    }
    return rows;
}

QString changeText(const ProbeAnswer& answer, const ProbeAnswer* previous, const data::Dataset& dataset)
{
    if (!previous || !answer.isScored() || previous->scores.empty())
        return {};
    QStringList sentences;
    if (previous->moment != answer.moment)
        sentences << say("Another moment, other candidates.");
    else if (answer.candidates.items.size() > 1)
        sentences << targetChange(answer, *previous) << largestMove(answer, *previous, dataset);
    if (dataset.user(previous->moment) == dataset.user(answer.moment))
        sentences << demonstrationChange(answer, *previous, dataset);
    sentences.removeAll(QString());
    return sentences.join(QLatin1Char(' '));
}

QString comparisonText(const ProbeAnswer& answer, const ProbeAnswer& compared)
{
    if (!answer.isScored() || !compared.isScored())
        return {};
    const auto words = [](const ProbeAnswer& one) {
        QString text = say("rank %1").arg(simulate::rankOf(one.scores, one.candidates.target));
        if (const auto yes = one.positive(one.candidates.target))
            text += say(", P(Yes) %1").arg(*yes, 0, 'f', 3);
        return text;
    };
    return say("★ here: %1 · under %2: %3.")
        .arg(words(answer), QString::fromStdString(compared.question.arm.name), words(compared));
}

QStringList droppedLines(const ProbeAnswer& answer, std::size_t candidate, const data::Dataset& dataset)
{
    QStringList lines;
    for (const auto& dropped : answer.built.contextOf(candidate).dropped) {
        const bool isDemonstration = dropped.kind == prompt::Dropped::Kind::Demonstration;
        lines << (isDemonstration ? say("Demonstration %1: %2") : say("History item %1: %2"))
                     .arg(titleOf(dataset, dataset.item(dropped.interaction)), QString::fromStdString(dropped.reason));
    }
    return lines;
}

QString rankingTable(const std::vector<RankingRow>& rows, TableFormat format)
{
    const bool isMarkdown = format == TableFormat::Markdown;
    const bool isCompared = std::ranges::any_of(rows, [](const auto& row) { return row.otherRank.has_value(); });
    QStringList titles {say("rank"), say("candidate"), say("is the true next item"), say("score"), say("P(Yes)")};
    if (isCompared)
        titles << say("rank under the other arm");
    const auto line = [&](const QStringList& fields) {
        return isMarkdown ? QStringLiteral("| ") + fields.join(QStringLiteral(" | ")) + QStringLiteral(" |\n")
                          : fields.join(QLatin1Char('\t')) + QLatin1Char('\n');
    };
    QString text = line(titles);
    if (isMarkdown)
        text += line(QStringList(titles.size(), QStringLiteral("---")));
    for (const auto& row : rows) {
        QStringList fields {QString::number(row.rank), field(row.title, format), row.isTarget ? say("yes") : QString(),
                            QString::number(row.score, 'g', 8),
                            row.yes ? QString::number(*row.yes, 'g', 8) : QString()};
        if (isCompared)
            fields << (row.otherRank ? QString::number(*row.otherRank) : QString());
        text += line(fields);
    }
    return text;
}

} // namespace driftscope::ui
