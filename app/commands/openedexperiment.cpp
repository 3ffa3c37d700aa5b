// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/openedexperiment.h"

#include "app/commands/command.h"
#include "core/base/contenthash.h"
#include "core/checkpoint/adapter.h"
#include "core/data/readerregistry.h"
#include "core/inference/fakescorer.h"
#include "core/inference/faketextmodel.h"
#include "core/inference/llmscorer.h"
#include "core/inference/llmtextmodel.h"
#include "core/inference/routedscorer.h"
#include "core/simulate/trialtokenizer.h"
#include "core/tokenizer/tokenizerloader.h"

#include <charconv>
#include <chrono>
#include <thread>

namespace driftscope::app {

namespace {

constexpr std::string_view fakePrefix = "fake:";
constexpr std::int64_t fakeContextTokens = 8192;
constexpr std::int64_t longestWait = 60'000;

/// The fake scorer, at the pace of a real one.
class PacedScorer : public inference::FakeScorer
{
public:
    PacedScorer(std::uint64_t seed, std::chrono::milliseconds pause)
        : FakeScorer(seed, fakeContextTokens)
        , m_pause(pause)
    {
    }

    Result<std::vector<inference::PromptScore>> score(std::span<const inference::TokenizedPrompt> prompts,
                                                      const inference::ScoreOptions& options,
                                                      const JobContext& context) override
    {
        std::this_thread::sleep_for(m_pause);
        return FakeScorer::score(prompts, options, context);
    }

private:
    std::chrono::milliseconds m_pause;
};

/// Stands in where no arm asks a model.
class NoModel : public inference::Scorer
{
public:
    Result<std::vector<inference::PromptScore>> score(std::span<const inference::TokenizedPrompt>,
                                                      const inference::ScoreOptions&, const JobContext&) override
    {
        return fail(ErrorCode::Internal, "There is a prompt to score, but no model.");
    }
    std::int64_t contextLength() const override { return fakeContextTokens; }
    std::int64_t batchTokens() const override { return 4096; }
    inference::ScoringCost cost() const override { return {}; }
    std::string describe() const override { return "no model"; }
};

// Headers only: what does not fit is told before the weights are read.
Result<> openAdapters(const simulate::Experiment& experiment, OpenedModel& model)
{
    for (const std::string& name : experiment.checkpoint.adapters) {
        const auto folder = simulate::resolvePath(name, experiment.baseFolder);
        DRIFTSCOPE_TRY(const auto adapter, checkpoint::Adapter::open(folder));
        const auto misfits = adapter->misfits(model.checkpoint->config());
        if (!misfits.empty())
            return fail(ErrorCode::Inconsistent,
                        "checkpoint.adapters '" + name + "' does not fit the checkpoint: "
                            + checkpoint::misfitText(misfits) + "; name the adapter that was made for it.");
        model.contextTokens -= adapter->description().virtualTokens;
        model.adapters.push_back({folder, name});
    }
    return {};
}

/// @param field  where the path stands, for the message.
Result<OpenedModel> openCheckpoint(const std::string& field, const std::string& name,
                                   const std::filesystem::path& baseFolder)
{
    const auto path = simulate::resolvePath(name, baseFolder);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound,
                    field + " '" + name + "': there is no model beside the experiment or at " + path.string()
                        + "; run packaging/setup.sh, or name another folder.");
    DRIFTSCOPE_TRY(auto opened, checkpoint::Checkpoint::open(path));
    DRIFTSCOPE_TRY(auto tokenizer, tokenizer::loadTokenizer(path));
    const std::int64_t context = opened->config().contextLength;
    return OpenedModel {std::move(opened), std::move(tokenizer), context};
}

/// A model of the experiment ready to score.
Result<std::shared_ptr<const inference::LoadedModel>> loadModel(const simulate::Experiment& experiment,
                                                                const OpenedModel& model, const JobContext& context)
{
    inference::LoadOptions load;
    load.precision = inference::precisionNamed(experiment.checkpoint.precision);
    load.device = inference::deviceNamed(experiment.checkpoint.device);
    load.adapters = model.adapters;
    return inference::LoadedModel::load(model.checkpoint, load, context);
}

Result<> hashModel(const OpenedModel& model, std::vector<data::SourceFile>& files, const JobContext& context)
{
    for (const auto& path : model.checkpoint->files()) {
        DRIFTSCOPE_TRY(std::string hash, contentHashOfFile(path, context));
        files.push_back({path.string(), std::move(hash)});
    }
    return {};
}

} // namespace

std::map<std::string, simulate::PromptModel> OpenedModel::promptModels() const
{
    std::map<std::string, simulate::PromptModel> models;
    for (const auto& [name, other] : others)
        models.emplace(name, simulate::PromptModel {other.tokenizer, other.contextTokens});
    return models;
}

Result<std::int64_t> ScorerChoice::fakeMilliseconds() const
{
    if (text.empty() || text == "fake")
        return 0;
    std::int64_t milliseconds = -1;
    const std::string_view number = std::string_view(text).substr(std::min(fakePrefix.size(), text.size()));
    const auto read = std::from_chars(number.data(), number.data() + number.size(), milliseconds);
    const bool isWhole = read.ec == std::errc() && read.ptr == number.data() + number.size();
    if (!text.starts_with(fakePrefix) || !isWhole || milliseconds < 0 || milliseconds > longestWait)
        return fail(ErrorCode::BadArgument,
                    "--scorer: give fake or fake:MILLISECONDS (up to " + std::to_string(longestWait) + "), not '" + text
                        + "'.");
    return milliseconds;
}

void ScorerChoice::addTo(CLI::App& command)
{
    command.add_option(
        "--scorer", text,
        "fake[:MS]: for trying out without a model; scores are hashes, each batch takes MS milliseconds");
}

Result<OpenedModel> openModel(const simulate::Experiment& experiment, const ScorerChoice& choice)
{
    if (!experiment.needsModel() || choice.isFake()) {
        DRIFTSCOPE_CHECK(choice.fakeMilliseconds());
        OpenedModel model {nullptr, std::make_shared<simulate::TrialTokenizer>(), fakeContextTokens};
        for (const std::string& name : experiment.otherCheckpoints())
            model.others.emplace(name, model);
        return model;
    }
    DRIFTSCOPE_TRY(auto model, openCheckpoint("checkpoint.path", experiment.checkpoint.path, experiment.baseFolder));
    DRIFTSCOPE_CHECK(openAdapters(experiment, model));
    for (const std::string& name : experiment.otherCheckpoints()) {
        DRIFTSCOPE_TRY(auto other, openCheckpoint("arms[].checkpoint", name, experiment.baseFolder));
        model.others.emplace(name, std::move(other));
    }
    return model;
}

Result<std::shared_ptr<const data::Dataset>> openDatasetOf(const simulate::Experiment& experiment,
                                                           const JobContext& context)
{
    const auto path = simulate::resolvePath(experiment.dataset.path, experiment.baseFolder);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound,
                    "dataset.path '" + experiment.dataset.path + "': there is no dataset beside the experiment or at "
                        + path.string() + "; run packaging/setup.sh, or name another path.");
    return data::openDataset(path, experiment.dataset.format, experiment.dataset.columns, context);
}

Result<ReadyScorer> loadScorer(const simulate::Experiment& experiment, const OpenedModel& model,
                               const ScorerChoice& choice, std::int64_t batchTokens, const JobContext& context)
{
    if (!experiment.needsModel())
        return ReadyScorer {std::make_unique<NoModel>(), nullptr, "no model"};
    if (choice.isFake()) {
        DRIFTSCOPE_TRY(const std::int64_t pause, choice.fakeMilliseconds());
        return ReadyScorer {std::make_unique<PacedScorer>(experiment.seed, std::chrono::milliseconds(pause)),
                            std::make_unique<inference::FakeTextModel>(experiment.seed, fakeContextTokens), "fake"};
    }
    DRIFTSCOPE_TRY(auto loaded, loadModel(experiment, model, context));
    const std::string device = loaded->device();
    inference::SessionOptions session;
    session.batchTokens = batchTokens > 0 ? batchTokens : experiment.checkpoint.batchTokens;
    session.cacheBytes = experiment.cacheBytes();
    auto textModel = inference::makeTextModel(loaded);
    auto scorer = inference::makeScorer(std::move(loaded), session);
    if (model.others.empty())
        return ReadyScorer {std::move(scorer), std::move(textModel), device};
    std::map<std::string, std::unique_ptr<inference::Scorer>> others;
    for (const auto& [name, other] : model.others) {
        DRIFTSCOPE_TRY(auto otherLoaded, loadModel(experiment, other, context));
        others.emplace(name, inference::makeScorer(std::move(otherLoaded), session));
    }
    return ReadyScorer {std::make_unique<inference::RoutedScorer>(std::move(scorer), std::move(others)),
                        std::move(textModel), device};
}

Result<std::vector<data::SourceFile>> hashCheckpoint(const OpenedModel& model, const JobContext& context)
{
    std::vector<data::SourceFile> files;
    if (!model.checkpoint)
        return files;
    DRIFTSCOPE_CHECK(hashModel(model, files, context));
    for (const auto& [name, other] : model.others)
        DRIFTSCOPE_CHECK(hashModel(other, files, context));
    for (const inference::AdapterChoice& choice : model.adapters) {
        DRIFTSCOPE_TRY(const auto adapter, checkpoint::Adapter::open(choice.folder));
        std::string hashes;
        for (const auto& path : adapter->files()) {
            DRIFTSCOPE_TRY(const std::string hash, contentHashOfFile(path, context));
            hashes += hash + ' ';
        }
        files.push_back({choice.folder.string(), contentHash(hashes)});
    }
    return files;
}

} // namespace driftscope::app
