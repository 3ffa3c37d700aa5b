// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/exportcommand.h"

#include "app/commands/storedrun.h"
#include "core/base/textfile.h"
#include "core/metrics/metricregistry.h"
#include "core/simulate/papertable.h"
#include "core/simulate/runmanifest.h"
#include "core/simulate/runsummary.h"
#include "core/store/predictiontable.h"
#ifdef DRIFTSCOPE_HAS_GUI
#include "ui/plots/headlessfigures.h"
#include "ui/plots/runfigures.h"
#endif

#include <cstdio>

namespace driftscope::app {

namespace {

struct ExportOptions {
    std::string run;
    StoreChoice store;
    std::string csvFile;
    std::string jsonFile;
    std::string figureFile;
    std::string tableFile;
    std::vector<std::string> metrics;
    std::vector<std::string> arms;
    std::string axis = "time";
    bool areShiftsDetected = false;
    std::string size = "85x65mm";
};

/// The run's dataset; null, with a note, if it is not there or not the same.
std::shared_ptr<const data::Dataset> namesOf(const StoredRun& run, const JobContext& context)
{
    const auto dataset = datasetOf(run, context);
    if (dataset)
        return *dataset;
    note(dataset.error().message + " Users and items are written as numbers.");
    return nullptr;
}

Result<> writeTables(const ExportOptions& options, const StoredRun& run, const JobContext& context)
{
    const auto dataset = namesOf(run, context);
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Stopped; nothing is written.");
    if (!options.csvFile.empty())
        DRIFTSCOPE_CHECK(
            store::writePredictions(run, dataset.get(), store::TableFormat::Csv, options.csvFile, context));
    if (!options.jsonFile.empty())
        DRIFTSCOPE_CHECK(
            store::writePredictions(run, dataset.get(), store::TableFormat::JsonLines, options.jsonFile, context));
    return {};
}

#ifdef DRIFTSCOPE_HAS_GUI
Result<ui::FigureFormat> sizeOf(const std::string& text)
{
    ui::FigureFormat size;
    int used = 0;
    if (std::sscanf(text.c_str(), "%lfx%lfmm%n", &size.widthMm, &size.heightMm, &used) != 2
        || static_cast<std::size_t>(used) != text.size())
        return fail(ErrorCode::BadArgument, "--size " + text + ": give width and height as in 85x60mm.");
    return size;
}

Result<> writeCurves(const ExportOptions& options, const StoredRun& run, const JobContext& context)
{
    DRIFTSCOPE_TRY(const ui::FigureFormat size, sizeOf(options.size));
    DRIFTSCOPE_TRY(const auto summary, simulate::summarize(run.experiment, run.records, context, run.shifts));
    ui::RunRecords records {run.experiment, run.records, summary, run.shifts, simulate::sourceText(run.run.manifest)};
    ui::FigureChoice choice {.metrics = options.metrics.empty() ? run.experiment.metrics.ids : options.metrics,
                             .arms = options.arms};
    if (options.axis == "shift") {
        choice.axis = ui::FigureAxis::SinceShift;
        DRIFTSCOPE_TRY(records.shifts, shiftsOf(run, options.areShiftsDetected, context));
    }
    if (options.axis == "lag")
        choice.axis = ui::FigureAxis::Lag;
    DRIFTSCOPE_TRY(const ui::Figure figure, ui::runFigure(records, choice, context));
    if (options.axis == "lag" && !figure.hasPoints())
        return fail(ErrorCode::BadArgument,
                    "--axis lag: the run has no three arms that differ by their history.lag alone.");
    return ui::writeFigure(figure, options.figureFile, size);
}
#else
Result<> writeCurves(const ExportOptions&, const StoredRun&, const JobContext&)
{
    return fail(ErrorCode::UnsupportedFormat,
                "--figure: this program was built without Qt, which draws the figures; use --csv or --json.");
}
#endif

/// Metrics and costs as a table for a paper.
Result<> writeTable(const ExportOptions& options, const StoredRun& run, const JobContext& context)
{
    const auto suffix = std::filesystem::path(options.tableFile).extension();
    if (suffix != ".md" && suffix != ".tex")
        return fail(ErrorCode::UnsupportedFormat,
                    "--table " + options.tableFile + ": a table is written as .md or .tex; choose one of them.");
    DRIFTSCOPE_TRY(const auto summary, simulate::summarize(run.experiment, run.records, context, run.shifts));
    const std::string caption = run.experiment.name + ", run " + std::to_string(run.run.id) + ": "
        + simulate::sourceText(run.run.manifest) + ".";
    return writeFile(options.tableFile,
                     suffix == ".md" ? simulate::toMarkdown(summary, caption) : simulate::toLatex(summary, caption));
}

Result<> checkMetrics(const std::vector<std::string>& ids)
{
    for (const std::string& id : ids)
        DRIFTSCOPE_CHECK(metrics::makeMetric(id));
    return {};
}

Result<> exportRun(const ExportOptions& options, const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkMetrics(options.metrics));
    DRIFTSCOPE_TRY(const auto run, openRun(options.store.path(), options.run));
    if (!options.csvFile.empty() || !options.jsonFile.empty())
        DRIFTSCOPE_CHECK(writeTables(options, run, context));
    if (!options.figureFile.empty())
        DRIFTSCOPE_CHECK(writeCurves(options, run, context));
    if (!options.tableFile.empty())
        DRIFTSCOPE_CHECK(writeTable(options, run, context));
    return {};
}

} // namespace

void addExportCommand(CommandLine& line)
{
    const auto options = std::make_shared<ExportOptions>();
    CLI::App* const command = line.add("export", "Write a run's predictions or curves to a file",
                                       "driftscope-cli export last --csv predictions.csv",
                                       [options](const JobContext& context) { return exportRun(*options, context); });
    command->add_option("run", options->run, "Number of the run, or 'last'")->required();
    options->store.addTo(*command);
    CLI::Option_group* const targets = command->add_option_group("target");
    targets->add_option(
        "--csv", options->csvFile,
        "A row a (arm, query, candidate): run, arm, query, user, time, eventIndex, liked, position, item, "
        "title, score, positive, negative, rank (equal scores share the mean), hit (the true next item)");
    targets->add_option("--json", options->jsonFile, "The same as JSON lines");
    targets->add_option("--figure", options->figureFile,
                        "Curves; .pdf, .svg, .png, .tex (pgfplots), or the numbers as .csv or .json");
    targets->add_option("--table", options->tableFile, "Metrics and costs of the arms; .md or .tex");
    targets->require_option(1, 4);
    command->add_option("--metric", options->metrics, "Metrics of the figure, as ndcg@10; default: the experiment's")
        ->delimiter(',');
    command->add_option("--arm", options->arms, "An arm of the figure; may be given several times; default: all");
    command
        ->add_option("--axis", options->axis,
                     "What the figure is over: time = simulated time, shift = events since a shift of taste, lag = how "
                     "stale the context is")
        ->check(CLI::IsMember({"time", "shift", "lag"}))
        ->capture_default_str();
    command->add_flag("--detect-shifts", options->areShiftsDetected,
                      "Look for shifts in the data, where they are not known (--axis shift)");
    command->add_option("--size", options->size, "Size of the figure")->capture_default_str();
}

} // namespace driftscope::app
