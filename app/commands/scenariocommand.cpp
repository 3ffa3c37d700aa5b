// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/scenariocommand.h"

#include "app/commands/benchtiming.h"
#include "app/commands/modelarguments.h"
#include "core/data/readerregistry.h"
#include "core/inference/llmscorer.h"
#include "core/live/scenario.h"

#include <cstdio>
#include <optional>
#include <vector>

namespace driftscope::app {

namespace {

struct ScenarioArguments {
    std::vector<std::string> files;
    ModelArguments model; ///< checkpoint: empty = each scenario's own
    std::int64_t repeats = 1;
    bool isJson = false;
};

/// What was seen at a step.
struct SeenStep {
    live::LiveRanking ranking;
    std::vector<live::KindRank> kinds;
    std::size_t demonstrations = 0;
    std::size_t promptTokens = 0; ///< of the longest
    std::size_t leaks = 0;
    double milliseconds = 0; ///< from the opinion to the ranking, the middle one of all repeats
};

/// A scenario with its data and model.
struct OpenScenario {
    live::ScenarioScript script;
    data::UserHistory source;
    ReadyModel model;
    std::unique_ptr<inference::Scorer> scorer;
};

Result<OpenScenario> open(const std::string& file, const ScenarioArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto scenario, live::Scenario::load(file));
    simulate::Experiment experiment;
    experiment.dataset.label = scenario.label;
    DRIFTSCOPE_TRY(auto dataset,
                   data::openDataset(simulate::resolvePath(scenario.dataset, scenario.baseFolder), {}, {}, context));
    DRIFTSCOPE_TRY(auto source, simulate::openHistory(experiment, std::move(dataset)));
    ModelArguments model = arguments.model;
    if (model.checkpoint.empty())
        model.checkpoint = simulate::resolvePath(scenario.checkpoint, scenario.baseFolder).string();
    DRIFTSCOPE_TRY(auto script, live::ScenarioScript::bind(std::move(scenario), source));
    DRIFTSCOPE_TRY(auto ready, readyModel(model, context));
    auto scorer = inference::makeScorer(ready.model);
    return OpenScenario {std::move(script), std::move(source), std::move(ready), std::move(scorer)};
}

/// Asks a question as the window does: prompts made anew, scored, ranked.
Result<SeenStep> ask(const OpenScenario& opened, const live::LiveQuestion& question, const live::LiveRanking* before,
                     const ScenarioArguments& arguments, const JobContext& context)
{
    SeenStep seen;
    std::vector<double> times;
    const std::int64_t contextTokens = opened.model.checkpoint->config().contextLength;
    for (std::int64_t repeat = 0; repeat < arguments.repeats; ++repeat) {
        const Stopwatch watch;
        DRIFTSCOPE_TRY(const auto prompts,
                       live::buildPrompts(question, {}, opened.source, opened.model.tokenizer, contextTokens));
        DRIFTSCOPE_TRY(seen.ranking, live::rankItems(question, prompts, *opened.scorer, before, context));
        times.push_back(1000 * watch.read().seconds);
        seen.demonstrations = prompts.built.context.demonstrations.size();
        seen.leaks = prompts.built.leaks.size();
        for (const auto& prompt : prompts.built.tokenized)
            seen.promptTokens = std::max(seen.promptTokens, prompt.tokens.size());
    }
    seen.kinds = live::kindRanks(seen.ranking, before, live::ItemKinds(opened.source.dataset().catalog()));
    seen.milliseconds = median(std::move(times));
    return seen;
}

nlohmann::json effectsOf(const live::ScenarioStep& step, const SeenStep& seen)
{
    auto effects = nlohmann::json::array();
    for (const auto& [kind, effect] : step.effects)
        effects.push_back(
            {{"kind", kind}, {"does", live::effectName(effect)}, {"isSeen", live::isSeen(effect, kind, seen.kinds)}});
    return effects;
}

nlohmann::json jsonOf(const live::Scenario& scenario, const live::ScenarioStep& step, const SeenStep& seen)
{
    auto kinds = nlohmann::json::array();
    for (const auto& kind : seen.kinds)
        kinds.push_back({{"kind", kind.kind}, {"meanRank", kind.meanRank}, {"meanYes", kind.meanYes}});
    return {{"scenario", scenario.id},
            {"step", step.title},
            {"kinds", kinds},
            {"effects", effectsOf(step, seen)},
            {"demonstrations", seen.demonstrations},
            {"promptTokens", seen.promptTokens},
            {"leaks", seen.leaks},
            {"milliseconds", seen.milliseconds}};
}

void printStep(const live::ScenarioStep& step, const SeenStep& seen)
{
    std::printf("  %-32s %7.1f ms", step.title.c_str(), seen.milliseconds);
    for (const auto& kind : seen.kinds)
        std::printf("   %s %.1f (Yes %.2f)", kind.kind.c_str(), kind.meanRank, kind.meanYes);
    std::printf("\n");
    for (const auto& [kind, effect] : step.effects)
        if (!live::isSeen(effect, kind, seen.kinds))
            std::printf("    not seen: %s %s\n", kind.c_str(), std::string(live::effectName(effect)).c_str());
}

Result<> play(const std::string& file, const ScenarioArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto opened, open(file, arguments, context));
    const live::Scenario& scenario = opened.script.scenario;
    const bool isText = !arguments.isJson && isTerminalOutput();
    if (isText)
        std::printf("%s (mean rank of each kind)\n", scenario.title.c_str());
    std::optional<SeenStep> before;
    for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
        DRIFTSCOPE_TRY(
            auto seen,
            ask(opened, opened.script.questions[i], before ? &before->ranking : nullptr, arguments, context));
        if (isText)
            printStep(scenario.steps[i], seen);
        else
            printJson(jsonOf(scenario, scenario.steps[i], seen));
        before = std::move(seen);
    }
    return {};
}

Result<> playAll(const ScenarioArguments& arguments, const JobContext& context)
{
    for (const auto& file : arguments.files)
        DRIFTSCOPE_CHECK(play(file, arguments, context));
    return {};
}

} // namespace

void addScenarioCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<ScenarioArguments>();
    CLI::App* command =
        line.add("scenario",
                 "Plays live scenarios: where each kind of item stands at each step, whether what the step promises "
                 "is seen, and how long an answer takes",
                 "driftscope-cli scenario resources/scenarios/interest-switch.json --repeats 20",
                 [arguments](const JobContext& context) { return playAll(*arguments, context); });
    command->add_option("files", arguments->files, "Scenario files")->required();
    command->add_option("--checkpoint", arguments->model.checkpoint, "Another model than the scenario's");
    command->add_option("--precision", arguments->model.precision, "fp32, bf16 or fp16 (GPUs only)")
        ->check(CLI::IsMember({"fp32", "bf16", "fp16"}))
        ->capture_default_str();
    command->add_option("--device", arguments->model.device, "cpu, cuda, or auto")
        ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
        ->capture_default_str();
    command->add_option("--repeats", arguments->repeats, "Ask so often at each step; the time is the middle one")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_flag("--json", arguments->isJson, "One line of JSON a step, as where the output is no terminal");
}

} // namespace driftscope::app
