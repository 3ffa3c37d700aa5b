// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/runcommand.h"

#include "app/commands/openedexperiment.h"
#include "core/baselines/torchsequencetrainer.h"
#include "core/simulate/runsummary.h"
#include "core/simulate/simulator.h"
#include "core/simulate/titleembeddings.h"
#include "core/store/storewriter.h"

#ifdef DRIFTSCOPE_HAS_GUI
#include "ui/plots/headlessfigures.h"
#include "ui/plots/runfigures.h"
#endif

#include <filesystem>
#include <iostream>
#include <optional>

namespace driftscope::app {

namespace {

using store::Run;
using store::RunId;
using store::RunStore;

struct RunOptions {
    std::string experiment;
    std::string store;
    std::string figures;
    ScorerChoice scorer;
    bool isResumed = false;
    bool isJson = false;

    std::filesystem::path storePath() const
    {
        return store.empty() ? store::defaultStorePath() : std::filesystem::path(store);
    }
};

/// What there is to go on with.
struct Earlier {
    std::optional<Run> unfinished;
    std::optional<Run> finished;
};

Result<Earlier> findEarlier(const RunOptions& options, const std::string& experimentHash)
{
    Earlier earlier;
    std::error_code ignored;
    if (!options.isResumed || !std::filesystem::exists(options.storePath(), ignored))
        return earlier;
    DRIFTSCOPE_TRY(const auto runStore, RunStore::open(options.storePath(), RunStore::Access::ReadWrite));
    DRIFTSCOPE_TRY(earlier.unfinished, runStore->findResumable(experimentHash));
    DRIFTSCOPE_TRY(const auto runs, runStore->runs()); // newest first
    for (const auto& run : runs)
        if (!earlier.finished && run.experimentHash == experimentHash && run.state == store::RunState::Finished)
            earlier.finished = run;
    return earlier;
}

/// What the table and the figures of a run are made from.
struct Recorded {
    std::vector<simulate::QueryRecord> records;
    simulate::ShiftTable shifts;
};

Result<Recorded> recordsOf(const RunOptions& options, RunId run)
{
    DRIFTSCOPE_TRY(const auto runStore, RunStore::open(options.storePath(), RunStore::Access::ReadOnly));
    Recorded recorded;
    DRIFTSCOPE_TRY(recorded.records, runStore->records(run));
    DRIFTSCOPE_TRY(const Run stored, runStore->run(run));
    DRIFTSCOPE_TRY(recorded.shifts, simulate::ShiftTable::ofManifest(stored.manifest));
    return recorded;
}

#ifdef DRIFTSCOPE_HAS_GUI
Result<> drawFigures(const std::string& folder, const simulate::Experiment& experiment,
                     const simulate::RunSummary& summary, const Recorded& recorded, const JobContext& context)
{
    const ui::RunRecords run {experiment, recorded.records, summary, recorded.shifts};
    for (const auto axis : {ui::FigureAxis::Time, ui::FigureAxis::SinceShift, ui::FigureAxis::Lag}) {
        DRIFTSCOPE_TRY(const ui::Figure figure, ui::runFigure(run, {.axis = axis}, context));
        DRIFTSCOPE_TRY(const auto files, ui::writeFigures(figure, folder));
        for (const auto& file : files)
            note("wrote " + file.string());
    }
    return {};
}
constexpr bool canDraw = true;
#else
Result<> drawFigures(const std::string&, const simulate::Experiment&, const simulate::RunSummary&, const Recorded&,
                     const JobContext&)
{
    return {};
}
constexpr bool canDraw = false;
#endif

/// The table of a run from what is in the store, so that it is the same however the run came about.
Result<> showRun(const RunOptions& options, const simulate::Experiment& experiment, RunId run, std::int64_t peakBytes,
                 const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto recorded, recordsOf(options, run));
    DRIFTSCOPE_TRY(auto summary, simulate::summarize(experiment, recorded.records, context, recorded.shifts));
    for (auto& arm : summary.arms)
        arm.cost.peakBytes = peakBytes;
    if (options.isJson) {
        auto json = simulate::toJson(summary);
        json["run"] = run;
        printJson(json);
    } else {
        std::cout << "Run " << run << ": " << experiment.name << "\n\n" << simulate::toText(summary) << std::flush;
    }
    if (!options.figures.empty())
        return drawFigures(options.figures, experiment, summary, recorded, context);
    return {};
}

/// How the run ended, for the store: a stop and a failure can both be gone on with.
store::RunState stateAfter(const Result<simulate::SimulationSummary>& outcome)
{
    if (outcome)
        return store::RunState::Finished;
    return outcome.error().code == ErrorCode::Cancelled ? store::RunState::Stopped : store::RunState::Failed;
}

/// Simulates into the store and says what to do when it ended early.
Result<simulate::SimulationSummary>
simulateInto(store::StoreWriter& writer, const simulate::PreparedExperiment& prepared, inference::Scorer& scorer,
             const simulate::SimulationOptions& simulation, const JobContext& context)
{
    auto outcome = simulate::simulate(prepared, scorer, writer, simulation, context);
    const auto ended = writer.finish(stateAfter(outcome), outcome ? std::string() : outcome.error().message);
    if (!outcome)
        return fail(outcome.error().code,
                    outcome.error().message + " Go on with --resume (run " + std::to_string(writer.run()) + ").");
    if (!ended)
        return failFrom(ended);
    return outcome;
}

Result<> runPrepared(const RunOptions& options, simulate::PreparedExperiment& prepared, const OpenedModel& model,
                     const std::optional<Run>& unfinished, const JobContext& context)
{
    const auto& experiment = prepared.experiment;
    simulate::SimulationOptions simulation;
    simulation.sequences = baselines::makeSequenceTrainer();
    if (unfinished) {
        simulation.batchTokens = simulate::recordedBatchTokens(unfinished->manifest);
        DRIFTSCOPE_TRY(const auto runStore, RunStore::open(options.storePath(), RunStore::Access::ReadOnly));
        DRIFTSCOPE_TRY(simulation.done, runStore->recordedKeys(unfinished->id));
    }
    DRIFTSCOPE_TRY(auto checkpointFiles, hashCheckpoint(model, context));
    DRIFTSCOPE_TRY(const auto ready, loadScorer(experiment, model, options.scorer, simulation.batchTokens, context));
    if (simulation.batchTokens == 0)
        simulation.batchTokens = simulate::batchTokensOf(experiment, *ready.scorer);
    if (simulate::needsItemVectors(experiment)) {
        DRIFTSCOPE_TRY(const auto vectors,
                       simulate::embedTitlesOnce(prepared.history.dataset(), *model.tokenizer, *ready.textModel,
                                                 experiment.checkpoint.precision, checkpointFiles, context));
        prepared.setItemVectors(vectors);
    }

    const auto manifest = simulate::runManifest(prepared,
                                                {.checkpointFiles = std::move(checkpointFiles),
                                                 .device = ready.device,
                                                 .contextTokens = model.contextTokens,
                                                 .batchTokens = simulation.batchTokens,
                                                 .programVersion = DRIFTSCOPE_VERSION,
                                                 .libtorchVersion = DRIFTSCOPE_LIBTORCH_VERSION});
    std::optional<RunId> resumed;
    if (unfinished) {
        DRIFTSCOPE_CHECK(simulate::checkSameSources(unfinished->manifest, manifest));
        resumed = unfinished->id;
    }
    const auto expected = static_cast<std::int64_t>(prepared.queries.size() * prepared.arms.size());
    DRIFTSCOPE_TRY(const auto writer,
                   store::StoreWriter::start(options.storePath(), experiment.name, experiment.hash(), manifest,
                                             expected, resumed));
    note("run " + std::to_string(writer->run()) + " in " + options.storePath().string() + ": "
         + std::to_string(prepared.queries.size()) + " queries, " + std::to_string(prepared.arms.size()) + " arms, "
         + ready.scorer->describe()
         + (simulation.done.empty() ? "" : ", " + std::to_string(simulation.done.size()) + " predictions on record"));
    DRIFTSCOPE_TRY(const auto outcome, simulateInto(*writer, prepared, *ready.scorer, simulation, context));
    return showRun(options, experiment, writer->run(), outcome.peakBytes, context);
}

Result<> runExperiment(const RunOptions& options, const JobContext& context)
{
    if (!options.figures.empty() && !canDraw)
        return fail(ErrorCode::UnsupportedFormat,
                    "--figures: this program was built without Qt, which draws the figures; leave the option out.");
    DRIFTSCOPE_TRY(auto experiment, simulate::Experiment::load(options.experiment));
    DRIFTSCOPE_TRY(const Earlier earlier, findEarlier(options, experiment.hash()));
    if (!earlier.unfinished && earlier.finished) {
        note("run " + std::to_string(earlier.finished->id) + " of this experiment is finished; this is its table.");
        return showRun(options, experiment, earlier.finished->id, 0, context);
    }
    if (options.isResumed && !earlier.unfinished)
        note("there is no run of this experiment to go on with; a new one is started.");
    DRIFTSCOPE_TRY(auto model, openModel(experiment, options.scorer));
    DRIFTSCOPE_TRY(auto dataset, openDatasetOf(experiment, context));
    DRIFTSCOPE_TRY(auto prepared,
                   simulate::PreparedExperiment::prepare(std::move(experiment), std::move(dataset), model.tokenizer,
                                                         model.contextTokens, model.promptModels()));
    return runPrepared(options, prepared, model, earlier.unfinished, context);
}

} // namespace

void addRunCommand(CommandLine& line)
{
    auto options = std::make_shared<RunOptions>();
    CLI::App* command = line.add("run", "Run an experiment and print its table",
                                 "driftscope-cli run resources/experiments/drift-seen.json --figures figures",
                                 [options](const JobContext& context) { return runExperiment(*options, context); });
    command->add_option("experiment", options->experiment, "experiment file (JSON)")->required();
    command->add_option("--store", options->store, "file that keeps the runs; default: in the user's data folder");
    command->add_flag("--resume", options->isResumed, "go on with the newest unfinished run of this experiment");
    command->add_flag("--json", options->isJson, "print the table as JSON");
    command->add_option("--figures", options->figures, "folder for the curves as PDF, SVG, PNG and CSV");
    options->scorer.addTo(*command);
}

} // namespace driftscope::app
