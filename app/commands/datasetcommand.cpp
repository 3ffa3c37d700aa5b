// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/datasetcommand.h"

#include "app/commands/generatecommand.h"
#include "core/base/textfile.h"
#include "core/data/healthcard.h"
#include "core/data/readerregistry.h"
#include "core/data/recbolewriter.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string_view>

namespace driftscope::app {

namespace {

struct DatasetOptions {
    std::string path;
    std::string format;
    std::string label;
    std::string reportFile;
    std::string outFolder;
    data::ColumnMap columns;
    bool isJson = false;
};

std::string_view replayAdvice(const data::HealthCard& card)
{
    return card.isClockReplayAdvised ? "advised" : "not advised";
}

nlohmann::json toJson(const data::Dataset& dataset, const data::HealthCard& card)
{
    nlohmann::json files = nlohmann::json::array();
    for (const data::SourceFile& file : dataset.files())
        files.push_back({{"path", file.path}, {"hash", file.hash}});
    nlohmann::json periods = nlohmann::json::array();
    for (const data::HealthPeriod& period : card.periods)
        periods.push_back({{"start", toUnix(period.start)},
                           {"interactions", period.interactions},
                           {"coldItemRows", period.coldItemRows},
                           {"coldUserRows", period.coldUserRows}});
    return {{"format", dataset.format()},
            {"users", card.users},
            {"items", card.items},
            {"catalogItems", card.catalogItems},
            {"interactions", card.interactions},
            {"firstTime", toUnix(card.firstTime)},
            {"lastTime", toUnix(card.lastTime)},
            {"positives", card.positives},
            {"duplicates", card.duplicates},
            {"badRows", card.badRows},
            {"tiedShare", card.tiedShare},
            {"medianUserSpanSeconds", card.medianUserSpanSeconds},
            {"usersWithBothLabels", card.usersWithBothLabels},
            {"coldItemShareLast10Percent", card.coldItemShareLast10Percent},
            {"replayByClock", replayAdvice(card)},
            {"replayReason", card.clockReplayReason},
            {"periodSeconds", card.periodLength.count()},
            {"periods", periods},
            {"files", files}};
}

std::string percent(double share)
{
    std::array<char, 32> text {};
    std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
    return text.data();
}

std::string grouped(std::uint64_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3; i -= 3)
        digits.insert(i - 3, ",");
    return digits;
}

std::string duration(std::int64_t seconds)
{
    if (seconds < 7'200)
        return grouped(static_cast<std::uint64_t>(seconds / 60)) + " min";
    if (seconds < 172'800)
        return grouped(static_cast<std::uint64_t>(seconds / 3'600)) + " h";
    return grouped(static_cast<std::uint64_t>(seconds / 86'400)) + " days";
}

/// One block character a value, the highest value being a full block.
std::string sparkline(const std::vector<double>& values)
{
    constexpr std::array<std::string_view, 9> blocks {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const double highest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    std::string text;
    for (const double value : values) {
        const auto level = highest > 0 ? static_cast<std::size_t>(value / highest * 8 + 0.5) : 0;
        text += blocks[value > 0 ? std::max<std::size_t>(level, 1) : 0];
    }
    return text;
}

void printRow(std::string_view name, const std::string& value)
{
    std::printf("  %-22.*s %s\n", static_cast<int>(name.size()), name.data(), value.c_str());
}

void printPeriods(const data::HealthCard& card)
{
    std::vector<double> counts;
    std::vector<double> coldItems;
    for (const data::HealthPeriod& period : card.periods) {
        const auto count = static_cast<double>(period.interactions);
        counts.push_back(count);
        coldItems.push_back(period.interactions == 0 ? 0 : static_cast<double>(period.coldItemRows) / count);
    }
    printRow("per " + card.periodName, "|" + sparkline(counts) + "|");
    printRow("  new items' share", "|" + sparkline(coldItems) + "|");
}

void printCard(const data::Dataset& dataset, const data::HealthCard& card, const data::LabelRule& rule)
{
    const auto interactions = static_cast<double>(card.interactions);
    std::printf("%s (%s)\n", dataset.files().front().path.c_str(), dataset.format().c_str());
    printRow("users", grouped(card.users));
    printRow("items",
             grouped(card.items)
                 + (card.catalogItems > card.items ? " (" + grouped(card.catalogItems) + " in the catalog)" : ""));
    printRow("interactions", grouped(card.interactions));
    printRow("time", formatTime(card.firstTime) + " to " + formatTime(card.lastTime) + " UTC");
    printRow("positives",
             grouped(card.positives) + " (" + percent(static_cast<double>(card.positives) / interactions) + ", "
                 + rule.text() + ")");
    printRow("users with both labels", grouped(card.usersWithBothLabels));
    printRow("tied in a second", percent(card.tiedShare));
    printRow("median user span", duration(card.medianUserSpanSeconds));
    printRow("cold rows, last 10 %", percent(card.coldItemShareLast10Percent));
    printRow("duplicates left out", grouped(card.duplicates));
    printRow("unreadable rows", grouped(card.badRows));
    printPeriods(card);
    printRow("replay by clock", std::string(replayAdvice(card)) + ". " + card.clockReplayReason);
    for (const data::SourceFile& file : dataset.files())
        printRow("file", file.hash + "  " + file.path);
}

std::string reportLines(const data::RowReport& report)
{
    std::string lines;
    for (const data::RowProblem& problem : report.problems) {
        const nlohmann::json line {{"file", problem.file},
                                   {"line", problem.line},
                                   {"problem", errorName(problem.problem)},
                                   {"text", problem.text}};
        lines += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    }
    return lines;
}

void noteProblems(const data::RowReport& report, const DatasetOptions& options)
{
    if (report.badRows == 0 && report.duplicates == 0)
        return;
    constexpr std::size_t shown = 5;
    for (std::size_t i = 0; i < std::min(shown, report.problems.size()); ++i) {
        const data::RowProblem& problem = report.problems[i];
        note(problem.file + ", line " + std::to_string(problem.line) + ": " + std::string(errorName(problem.problem))
             + ": " + problem.text);
    }
    const std::uint64_t all = report.badRows + report.duplicates;
    if (all > shown && options.reportFile.empty())
        note("and " + std::to_string(all - shown) + " more rows; --report FILE lists them.");
    if (all > report.problems.size() && !options.reportFile.empty())
        note("the report lists the first " + std::to_string(report.problems.size()) + " of " + std::to_string(all)
             + " rows.");
}

Result<> runDataset(const DatasetOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto dataset, data::openDataset(options.path, options.format, options.columns, context));
    data::LabelRule rule = data::LabelRule::defaultFor(dataset->ratingKind());
    if (!options.label.empty()) {
        DRIFTSCOPE_TRY(rule, data::LabelRule::parse(options.label));
    }
    const data::HealthCard card = data::healthCardOf(*dataset, rule);
    if (!options.reportFile.empty())
        DRIFTSCOPE_CHECK(writeFile(options.reportFile, reportLines(dataset->report())));
    if (!options.outFolder.empty())
        DRIFTSCOPE_CHECK(data::writeRecBole(*dataset, options.outFolder));
    noteProblems(dataset->report(), options);
    if (options.isJson)
        printJson(toJson(*dataset, card));
    else
        printCard(*dataset, card, rule);
    return {};
}

} // namespace

void addDatasetCommand(CommandLine& line)
{
    const auto options = std::make_shared<DatasetOptions>();
    const auto generated = std::make_shared<GenerateOptions>();
    const auto isGenerated = std::make_shared<bool>(false);
    CLI::App* const command = line.add(
        "dataset", "Open a dataset, check it and show its health card; or generate one",
        "driftscope-cli dataset datasets/planted --json", [options, generated, isGenerated](const JobContext& context) {
            return *isGenerated ? runGenerate(*generated, context) : runDataset(*options, context);
        });
    // A required argument would swallow the word "generate".
    CLI::Option* const path = command->add_option("path", options->path, "Folder or file");
    addGenerateCommand(*command, *generated)->preparse_callback([isGenerated](std::size_t) { *isGenerated = true; });
    command->parse_complete_callback([path, isGenerated] {
        if (!*isGenerated && path->empty())
            throw CLI::RequiredError("path");
    });
    command->add_option("--format", options->format,
                        "Reader: " + listIds(data::datasetReaders()) + "; found out by itself if left out");
    command->add_option("--label", options->label, "What counts as liked: rating>=4, rating>=5, user-mean, implicit");
    command->add_option("--report", options->reportFile, "Write the rows left out as JSON lines");
    command->add_option("--out", options->outFolder, "Write the dataset in the canonical form (RecBole atomic files)");
    command->add_option("--user-column", options->columns.user,
                        "Name of the user column, if it is not found by itself");
    command->add_option("--item-column", options->columns.item, "Name of the item column");
    command->add_option("--rating-column", options->columns.rating, "Name of the rating column");
    command->add_option("--time-column", options->columns.time, "Name of the time column");
    command->add_option("--title-column", options->columns.title, "Name of the title column");
    command->add_option("--genres-column", options->columns.genres, "Name of the genres column");
    command->add_option("--separator", options->columns.separator,
                        "Character between the columns of a CSV file; found out by itself if left out");
    command->add_flag("!--no-header", options->columns.hasHeader,
                      "The first line of the CSV file is a row: name columns 'column 1', 'column 2', ...");
    command->add_flag("--json", options->isJson, "Print JSON");
}

} // namespace driftscope::app
