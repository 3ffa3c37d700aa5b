// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resulttables.h"

#include "ui/models/tables.h"

#include <QCoreApplication>
#include <QLocale>

namespace driftscope::ui {

namespace {

QString say(const char* text)
{
    return QCoreApplication::translate("Tables", text);
}

double each(double sum, const CostRow& row)
{
    return row.predictions > 0 ? sum / row.predictions : 0;
}

TableColumn<CostRow> numberColumn(const char* title, const char* help, int digits,
                                  std::function<double(const CostRow&)> value)
{
    return {.title = say(title),
            .text = [value, digits](const CostRow& row) { return QLocale().toString(value(row), 'f', digits); },
            .value = value,
            .isNumber = true,
            .help = say(help)};
}

QString trainings(const CostRow& row)
{
    const auto& updates = row.arm.cost.updates;
    QString text = say("Trained with the data up to:");
    for (std::size_t i = 0; i < updates.size() && i < 12; ++i)
        text += QStringLiteral("\n%1: %2 s")
                    .arg(QString::fromStdString(formatTime(updates[i].time)).left(10))
                    .arg(updates[i].seconds, 0, 'f', 2);
    return updates.empty() ? say("Nothing was trained.") : text;
}

QString jsonText(const nlohmann::json& value)
{
    if (value.is_null())
        return QStringLiteral("–");
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

TableColumn<simulate::ManifestDifference> manifestColumn(const char* title,
                                                         nlohmann::json simulate::ManifestDifference::*value)
{
    return {.title = say(title),
            .text = [value](const auto& row) { return jsonText(row.*value); },
            .decorate =
                [value](const auto& row, int role) {
                    return role == Qt::ToolTipRole ? QVariant(jsonText(row.*value)) : QVariant();
                }};
}

} // namespace

std::unique_ptr<CostModel> makeCostModel()
{
    std::vector<TableColumn<CostRow>> columns;
    columns.push_back({.title = say("Arm"),
                       .text = [](const CostRow& row) { return QString::fromStdString(row.arm.name); },
                       .decorate =
                           [](const CostRow& row, int role) {
                               return role == ArmPositionRole ? QVariant(qulonglong(row.position)) : QVariant();
                           }});
    columns.push_back(numberColumn("Tokens", "Prompt tokens a prediction, a prediction being a whole list", 0,
                                   [](const CostRow& row) { return each(double(row.arm.cost.tokens), row); }));
    columns.push_back(numberColumn("Computed", "Tokens that had to be computed: what prompts share is computed once", 0,
                                   [](const CostRow& row) { return each(double(row.arm.cost.computedTokens), row); }));
    columns.push_back(numberColumn("ms", "Milliseconds of scoring a prediction", 1,
                                   [](const CostRow& row) { return each(1000 * row.arm.cost.seconds, row); }));
    columns.push_back(numberColumn("Candidates/s", "Candidates scored a second", 0,
                                   [](const CostRow& row) { return row.arm.cost.candidatesPerSecond; }));
    auto count = numberColumn("Trainings", "How often the baseline was trained to follow the data", 0,
                              [](const CostRow& row) { return double(row.arm.cost.updates.size()); });
    count.decorate = [](const CostRow& row, int role) {
        return role == Qt::ToolTipRole ? QVariant(trainings(row)) : QVariant();
    };
    columns.push_back(std::move(count));
    columns.push_back(numberColumn("Training s", "Seconds of all trainings", 1,
                                   [](const CostRow& row) { return row.arm.cost.trainingSeconds(); }));
    return std::make_unique<CostModel>(std::move(columns));
}

std::unique_ptr<ManifestModel> makeManifestModel()
{
    using Row = simulate::ManifestDifference;
    return std::make_unique<ManifestModel>(std::vector<TableColumn<Row>> {
        {.title = say("Field"),
         .text = [](const Row& row) { return QString::fromStdString(row.path); },
         .decorate =
             [](const Row& row, int role) {
                 return role == Qt::ToolTipRole ? QVariant(QString::fromStdString(row.path)) : QVariant();
             }},
        manifestColumn("This run", &Row::a),
        manifestColumn("Other run", &Row::b),
    });
}

std::vector<CostRow> costRows(const simulate::RunSummary& summary)
{
    std::vector<CostRow> rows;
    for (const auto& arm : summary.arms)
        rows.push_back({arm, rows.size(), static_cast<double>(summary.queries)});
    return rows;
}

} // namespace driftscope::ui
