// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/openedexperiment.h"

#include "app/commands/command.h"
#include "core/inference/fakescorer.h"
#include "core/inference/faketextmodel.h"
#include "core/inference/llmscorer.h"
#include "core/inference/llmtextmodel.h"
#include "core/inference/routedscorer.h"
#include "core/simulate/trialtokenizer.h"

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

OpenedModel opened(simulate::NamedCheckpoint named)
{
    return {std::move(named.checkpoint), std::move(named.tokenizer), named.contextTokens};
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
    DRIFTSCOPE_TRY(auto named,
                   simulate::openCheckpoint("checkpoint.path", experiment.checkpoint.path, experiment.baseFolder));
    OpenedModel model = opened(std::move(named));
    // Headers only: what does not fit is told before the weights are read.
    DRIFTSCOPE_TRY(model.namedAdapters, simulate::openAdapters(experiment, model.checkpoint->config()));
    model.contextTokens -= simulate::virtualTokens(model.namedAdapters);
    for (const auto& adapter : model.namedAdapters)
        model.adapters.push_back({adapter.folder, adapter.name});
    DRIFTSCOPE_TRY(auto others, simulate::openOtherCheckpoints(experiment));
    for (auto& [name, other] : others)
        model.others.emplace(name, opened(std::move(other)));
    return model;
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
    if (!model.checkpoint)
        return std::vector<data::SourceFile>();
    std::vector checkpoints {model.checkpoint};
    for (const auto& [name, other] : model.others)
        checkpoints.push_back(other.checkpoint);
    return simulate::hashModel(checkpoints, model.namedAdapters, context);
}

} // namespace driftscope::app
