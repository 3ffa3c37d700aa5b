// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tables.h"

#include "core/baselines/baselineregistry.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/metrics/metricregistry.h"
#include "ui/models/numbertext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFont>
#include <QLocale>

#include <cmath>

namespace driftscope::ui {

namespace {

QString say(const char* text)
{
    return QCoreApplication::translate("Tables", text);
}

QString tagsText(const store::Run& run)
{
    QStringList tags;
    for (const auto& tag : run.tags)
        tags << QString::fromStdString(tag);
    return tags.join(QStringLiteral(", "));
}

QString stateText(const store::Run& run)
{
    switch (run.state) {
    case store::RunState::Running:
        return say("running");
    case store::RunState::Finished:
        return say("finished");
    case store::RunState::Stopped:
        return say("stopped");
    case store::RunState::Failed:
        return say("failed");
    }
    return {};
}

QString valueText(const simulate::SummaryValue& value)
{
    return value.value ? decimals(*value.value) : say("undefined");
}

QString intervalText(const simulate::SummaryValue& value)
{
    return value.value && value.hasInterval ? QStringLiteral("[%1, %2]").arg(decimals(value.low), decimals(value.high))
                                            : QString();
}

QString parameterText(const ParameterValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return QString::number(*integer);
    if (const auto* real = std::get_if<double>(&value))
        return QString::number(*real);
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth ? say("yes") : say("no");
    return QString::fromStdString(std::get<std::string>(value));
}

QString historyText(const simulate::Arm& arm)
{
    const auto& lag = arm.history.lag;
    if (lag.amount <= 0)
        return QString::number(arm.history.maxItems);
    if (lag.unit == data::Lag::Unit::Shifts)
        return say("%1, before shift %2").arg(arm.history.maxItems).arg(lag.amount);
    const QString unit = lag.unit == data::Lag::Unit::Days ? say("days") : say("events");
    return say("%1, %2 %3 old").arg(arm.history.maxItems).arg(lag.amount).arg(unit);
}

} // namespace

std::unique_ptr<BadRowModel> makeBadRowModel()
{
    using Row = data::RowProblem;
    return std::make_unique<BadRowModel>(std::vector<TableColumn<Row>> {
        {.title = say("File"), .text = [](const Row& row) { return QString::fromStdString(row.file); }},
        {.title = say("Line"),
         .text = [](const Row& row) { return countText(row.line); },
         .value = [](const Row& row) { return qulonglong(row.line); },
         .isNumber = true},
        {.title = say("Why"),
         .text =
             [](const Row& row) {
                 const auto why = data::whyLeftOut(row.problem);
                 return QString::fromUtf8(why.data(), qsizetype(why.size()));
             }},
        {.title = say("Row"), .text = [](const Row& row) { return QString::fromStdString(row.text); }},
    });
}

std::unique_ptr<ArmModel> makeArmModel()
{
    using Row = ArmRow;
    const auto decorate = [](const Row& row, int role) {
        return role == ArmPositionRole ? QVariant(qulonglong(row.position)) : QVariant();
    };
    return std::make_unique<ArmModel>(std::vector<TableColumn<Row>> {
        {.title = say("Arm"),
         .text = [](const Row& row) { return QString::fromStdString(row.arm.name); },
         .decorate = decorate},
        {.title = say("Demonstrations"), .text = [](const Row& row) { return selectorText(row.arm); }},
        {.title = say("History"), .text = [](const Row& row) { return historyText(row.arm); }},
        {.title = say("Template"),
         .text =
             [](const Row& row) {
                 return row.arm.wording.starts_with('{') ? say("edited text") : QString::fromStdString(row.arm.wording);
             }},
        {.title = say("Score"),
         .text =
             [](const Row& row) {
                 return row.arm.score == simulate::ScoreKind::LogOdds ? say("Yes − No") : say("Yes alone");
             }},
    });
}

std::unique_ptr<RunModel> makeRunModel()
{
    using Row = store::Run;
    return std::make_unique<RunModel>(std::vector<TableColumn<Row>> {
        {.title = say("Run"), .text = [](const Row& row) { return qlonglong(row.id); }, .isNumber = true},
        {.title = say("Name"),
         .text = [](const Row& row) { return QString::fromStdString(row.name); },
         .decorate =
             [](const Row& row, int role) {
                 return role == Qt::ToolTipRole ? QVariant(QString::fromStdString(row.notes)) : QVariant();
             }},
        {.title = say("Tags"), .text = tagsText},
        {.title = say("State"),
         .text = stateText,
         .decorate =
             [](const Row& row, int role) {
                 return role == Qt::ToolTipRole ? QVariant(QString::fromStdString(row.message)) : QVariant();
             }},
        {.title = say("Started"),
         .text =
             [](const Row& row) {
                 return QLocale().toString(QDateTime::fromSecsSinceEpoch(row.startedAt),
                                           QStringLiteral("yyyy-MM-dd hh:mm"));
             },
         .value = [](const Row& row) { return qlonglong(row.startedAt); }},
        {.title = say("Scored"),
         .text =
             [](const Row& row) {
                 return say("%1 of %2")
                     .arg(QLocale().toString(qlonglong(row.records)),
                          QLocale().toString(qlonglong(row.expectedRecords)));
             },
         .value = [](const Row& row) { return qlonglong(row.records); },
         .isNumber = true,
         .help = say("Queries scored, counted for each arm")},
        {.title = say("Leaks"), .text = [](const Row& row) { return qlonglong(row.leaks); }, .isNumber = true},
    });
}

std::unique_ptr<MetricModel> makeMetricModel()
{
    using Row = MetricRow;
    const auto decorate = [](const Row& row, int role) {
        if (role == Qt::ToolTipRole && !row.value.value)
            return QVariant(QString::fromStdString(row.value.undefined));
        return role == ArmPositionRole ? QVariant(qulonglong(row.armPosition)) : QVariant();
    };
    return std::make_unique<MetricModel>(std::vector<TableColumn<Row>> {
        {.title = say("Metric"), .text = [](const Row& row) { return row.metric; }},
        {.title = say("Arm"), .text = [](const Row& row) { return row.arm; }, .decorate = decorate},
        {.title = say("Value"),
         .text = [](const Row& row) { return valueText(row.value); },
         .value = [](const Row& row) { return row.value.value.value_or(-1); },
         .isNumber = true,
         .decorate =
             [](const Row& row, int role) {
                 return role == Qt::ToolTipRole ? QVariant(QString::fromStdString(row.value.undefined)) : QVariant();
             }},
        {.title = say("95 % interval"),
         .text = [](const Row& row) { return intervalText(row.value); },
         .isNumber = true,
         .help = say("Percentile bootstrap over users")},
        {.title = say("Random"),
         .text = [](const Row& row) { return row.random ? decimals(*row.random) : QString(); },
         .isNumber = true,
         .help = say("What a random ranker gets on the same lists")},
        {.title = say("n"),
         .text = [](const Row& row) { return countText(row.value.n); },
         .value = [](const Row& row) { return qulonglong(row.value.n); },
         .isNumber = true,
         .help = say("Queries that the value stands on")},
    });
}

std::vector<MetricRow> metricRows(const simulate::RunSummary& summary)
{
    std::vector<MetricRow> rows;
    for (const auto& metric : summary.metricIds) {
        const auto random = summary.random.find(metric);
        for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
            const auto found = summary.arms[arm].metrics.find(metric);
            if (found == summary.arms[arm].metrics.end())
                continue;
            rows.push_back({QString::fromStdString(summary.arms[arm].name), arm,
                            QString::fromStdString(metrics::metricTitle(metric)), found->second,
                            random == summary.random.end() ? std::nullopt : std::optional(random->second)});
        }
    }
    return rows;
}

QString verdict(const simulate::PairedDifference& difference, bool isHigherBetter)
{
    const QString a = QString::fromStdString(difference.a);
    const QString b = QString::fromStdString(difference.b);
    const QString metric = QString::fromStdString(metrics::metricTitle(difference.metric));
    const QString interval = QStringLiteral("[%1, %2]").arg(decimals(difference.low), decimals(difference.high));
    const bool isClear = difference.low > 0 || difference.high < 0;
    if (!isClear)
        return say("%1 and %2 cannot be told apart on %3: difference %4 %5, %6 users.")
            .arg(a, b, metric, decimals(difference.difference), interval)
            .arg(difference.users);
    const bool isAhead = (difference.difference > 0) == isHigherBetter;
    return say("%1 %2 %3 by %4 %5 %6, %7 users.")
        .arg(a, isAhead ? say("beats") : say("loses to"), b, decimals(std::abs(difference.difference)), metric,
             interval)
        .arg(difference.users);
}

QString selectorText(const simulate::Arm& arm)
{
    if (const auto* baseline = findEntry(baselines::baselines(), arm.scorer))
        return QString::fromStdString(baseline->title);
    const auto* entry = findEntry(demonstrations::demonstrationSelectors(), arm.selector);
    QString text = entry ? QString::fromStdString(entry->title).toLower() : QString::fromStdString(arm.selector);
    for (const auto& [id, value] : arm.selectorParameters)
        text += QStringLiteral(", %1 = %2").arg(QString::fromStdString(id), parameterText(value));
    return text;
}

} // namespace driftscope::ui
