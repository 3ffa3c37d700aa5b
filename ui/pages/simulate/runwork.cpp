// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/runwork.h"

#include "core/inference/faketextmodel.h"
#include "core/inference/routedscorer.h"
#include "core/simulate/experimentsources.h"
#include "core/simulate/runmanifest.h"
#include "core/simulate/simulator.h"
#include "core/simulate/titleembeddings.h"
#include "core/simulate/trialtokenizer.h"
#include "ui/focus/armmodels.h"
#include "ui/focus/workspace.h"

#include <algorithm>
#include <map>

namespace driftscope::ui {

namespace {

constexpr std::size_t sampledQueries = 6;

/// What to go on with.
struct Earlier {
    std::optional<store::Run> run;
    std::vector<simulate::QueryRecord> records;
    std::set<std::pair<std::uint32_t, std::uint32_t>> keys;
};

/// What an experiment says about models, opened without weights.
struct RunModels {
    OtherCheckpoints others;
    std::vector<simulate::NamedAdapter> adapters;
    std::int64_t contextTokens = 0; ///< less the virtual tokens of adapters
};

Result<RunModels> openModels(const simulate::Experiment& experiment, const OpenCheckpoint& main)
{
    RunModels models {.others = {}, .adapters = {}, .contextTokens = main.contextLength};
    DRIFTSCOPE_TRY(models.others, openOthers(experiment, main));
    if (main.checkpoint) {
        DRIFTSCOPE_TRY(models.adapters, simulate::openAdapters(experiment, main.checkpoint->config()));
        models.contextTokens -= simulate::virtualTokens(models.adapters);
    }
    return models;
}

Result<std::vector<data::SourceFile>> hashModels(const OpenCheckpoint& main, const RunModels& models,
                                                 const JobContext& context)
{
    if (!main.checkpoint)
        return std::vector<data::SourceFile>();
    std::vector checkpoints {main.checkpoint};
    for (const auto& [name, other] : models.others)
        checkpoints.push_back(other.checkpoint);
    return simulate::hashModel(checkpoints, models.adapters, context);
}

Result<simulate::PreparedExperiment> prepare(const simulate::Experiment& experiment, const OpenDataset& dataset,
                                             const OpenCheckpoint& checkpoint, const RunModels& opened)
{
    return simulate::PreparedExperiment::prepare(experiment, dataset.history->sharedDataset(), checkpoint.tokenizer,
                                                 opened.contextTokens, promptModels(opened.others));
}

std::unique_ptr<inference::Scorer> makeScorer(const LoadedEngine& engine, const OtherEngines& others,
                                              const ScorerRequest& request)
{
    auto main = engine.makeScorer(request);
    if (others.empty())
        return main;
    std::map<std::string, std::unique_ptr<inference::Scorer>> byName;
    for (const auto& [name, other] : others)
        byName.emplace(name, other->makeScorer(request));
    return std::make_unique<inference::RoutedScorer>(std::move(main), std::move(byName));
}

Result<Earlier> findEarlier(const RunRequest& request)
{
    Earlier earlier;
    std::error_code ignored;
    if (!request.goesOn || !std::filesystem::exists(request.storePath, ignored))
        return earlier;
    DRIFTSCOPE_TRY(const auto runStore, store::RunStore::open(request.storePath, store::RunStore::Access::ReadWrite));
    DRIFTSCOPE_TRY(earlier.run, runStore->findResumable(request.experiment.hash()));
    if (!earlier.run)
        return earlier;
    DRIFTSCOPE_TRY(earlier.records, runStore->records(earlier.run->id));
    DRIFTSCOPE_TRY(earlier.keys, runStore->recordedKeys(earlier.run->id));
    return earlier;
}

Result<std::shared_ptr<const LoadedEngine>> engineOf(const RunRequest& request, const JobContext& context)
{
    if (request.engine && request.engine->withAdapters)
        return request.engine->withAdapters(loadOptionsOf(request.experiment).adapters, context);
    if (request.engine)
        return request.engine;
    DRIFTSCOPE_TRY(auto engine,
                   request.loader->load(request.checkpoint.checkpoint, loadOptionsOf(request.experiment), context));
    request.engineLoaded(engine);
    return engine;
}

/// Gives the arms the embeddings of the titles, if one compares items by them.
Result<> addItemVectors(const RunRequest& request, const LoadedEngine& engine,
                        const std::vector<data::SourceFile>& files, simulate::PreparedExperiment& prepared,
                        const JobContext& context)
{
    if (!simulate::needsItemVectors(request.experiment))
        return {};
    // The files are the base model's: what adapters make of its embeddings is not kept under its name.
    const bool isKept = request.experiment.checkpoint.adapters.empty();
    const auto model = engine.makeTextModel();
    DRIFTSCOPE_TRY(const auto vectors,
                   simulate::embedTitlesOnce(prepared.history.dataset(), *request.checkpoint.tokenizer, *model,
                                             engine.precision,
                                             isKept ? std::span(files) : std::span<const data::SourceFile>(), context));
    prepared.setItemVectors(vectors);
    return {};
}

/// An estimate counts tokens: any vectors will do, and no model need be loaded.
Result<> addTrialVectors(simulate::PreparedExperiment& prepared, const JobContext& context)
{
    if (!simulate::needsItemVectors(prepared.experiment))
        return {};
    const simulate::TrialTokenizer tokenizer;
    inference::FakeTextModel model;
    DRIFTSCOPE_TRY(const auto vectors,
                   simulate::embedTitles(prepared.history.dataset(), tokenizer, model, nullptr, context));
    prepared.setItemVectors(vectors);
    return {};
}

store::RunState stateAfter(const Result<simulate::SimulationSummary>& outcome)
{
    if (outcome)
        return store::RunState::Finished;
    return outcome.error().code == ErrorCode::Cancelled ? store::RunState::Stopped : store::RunState::Failed;
}

/// Prompts of a query: only what was liked is ranked among others.
std::size_t promptsOf(const simulate::Query& query, const simulate::Experiment& experiment)
{
    return query.isLiked ? static_cast<std::size_t>(experiment.candidates.count) : 1;
}

} // namespace

Result<> runExperiment(const RunRequest& request, const JobContext& context)
{
    context.report({0, 0, "prepare"});
    DRIFTSCOPE_TRY(const auto models, openModels(request.experiment, request.checkpoint));
    DRIFTSCOPE_TRY(auto prepared, prepare(request.experiment, request.dataset, request.checkpoint, models));
    DRIFTSCOPE_TRY(auto earlier, findEarlier(request));
    DRIFTSCOPE_TRY(auto files, hashModels(request.checkpoint, models, context));
    DRIFTSCOPE_TRY(const auto engine, engineOf(request, context));
    DRIFTSCOPE_TRY(const auto otherEngines, loadOthers(*request.loader, request.experiment, models.others, context));
    DRIFTSCOPE_CHECK(addItemVectors(request, *engine, files, prepared, context));

    simulate::SimulationOptions options;
    options.done = std::move(earlier.keys);
    options.stopInsideBatch = true; // Stop answers at once; the batch at hand is scored again when the run goes on
    options.waitWhilePaused = [gate = request.gate, stop = context.stop] { gate->wait(stop); };
    options.sequences = engine->sequences;
    options.batchTokens = earlier.run ? simulate::recordedBatchTokens(earlier.run->manifest) : 0;
    const auto scorer =
        makeScorer(*engine, otherEngines,
                   {options.batchTokens > 0 ? options.batchTokens : request.experiment.checkpoint.batchTokens,
                    request.experiment.seed, request.experiment.cacheBytes()});
    if (options.batchTokens == 0)
        options.batchTokens = simulate::batchTokensOf(request.experiment, *scorer);

    const auto manifest = simulate::runManifest(prepared,
                                                {.checkpointFiles = std::move(files),
                                                 .device = engine->device,
                                                 .contextTokens = models.contextTokens,
                                                 .batchTokens = options.batchTokens,
                                                 .programVersion = request.programVersion,
                                                 .libtorchVersion = engine->libraryVersion});
    std::optional<store::RunId> resumed;
    if (earlier.run) {
        DRIFTSCOPE_CHECK(simulate::checkSameSources(earlier.run->manifest, manifest));
        resumed = earlier.run->id;
    }
    const auto expected = static_cast<std::int64_t>(prepared.queries.size() * prepared.arms.size());
    DRIFTSCOPE_TRY(const auto writer,
                   store::StoreWriter::start(request.storePath, request.experiment.name, request.experiment.hash(),
                                             manifest, expected, resumed));
    request.log->start(*writer, std::move(earlier.records));
    request.runStarted(writer->run());
    const auto outcome = simulate::simulate(prepared, *scorer, *request.log, options, context);
    const auto ended = writer->finish(stateAfter(outcome), outcome ? std::string() : outcome.error().message);
    if (!outcome)
        return failFrom(outcome);
    return ended;
}

Result<RunEstimate> estimateRun(const simulate::Experiment& experiment, const OpenDataset& dataset,
                                const OpenCheckpoint& checkpoint, double tokensPerSecond, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto models, openModels(experiment, checkpoint));
    DRIFTSCOPE_TRY(auto prepared, prepare(experiment, dataset, checkpoint, models));
    DRIFTSCOPE_CHECK(addTrialVectors(prepared, context));
    RunEstimate estimate;
    estimate.queries = prepared.queries.size();
    estimate.arms = prepared.arms.size();
    const auto asksModel = [](const simulate::PreparedArm& arm) { return arm.arm().isModel(); };
    const auto modelArms = static_cast<std::size_t>(std::ranges::count_if(prepared.arms, asksModel));
    for (const auto& query : prepared.queries)
        estimate.prompts += promptsOf(query, experiment) * modelArms;
    double tokens = 0;
    double sampled = 0;
    const std::size_t step = std::max<std::size_t>(1, prepared.queries.size() / sampledQueries);
    for (std::size_t i = 0; i < prepared.queries.size(); i += step)
        for (const auto& arm : prepared.arms) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "The estimate was stopped.");
            if (!asksModel(arm))
                continue; // without a prompt
            const auto& query = prepared.queries[i];
            DRIFTSCOPE_TRY(const auto built, arm.build(query.moment, std::span(&query.target, 1)));
            tokens += static_cast<double>(built.tokenized.front().tokens.size());
            sampled += 1;
        }
    estimate.tokensPerPrompt = sampled > 0 ? tokens / sampled : 0;
    if (tokensPerSecond > 0)
        estimate.seconds = estimate.tokensPerPrompt * static_cast<double>(estimate.prompts) / tokensPerSecond;
    return estimate;
}

} // namespace driftscope::ui
