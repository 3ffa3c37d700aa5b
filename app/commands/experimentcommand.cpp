// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/experimentcommand.h"

#include "app/commands/openedexperiment.h"
#include "core/simulate/batchestimate.h"

#include <algorithm>
#include <iostream>
#include <set>

namespace driftscope::app {

namespace {

using nlohmann::json;

struct CheckOptions {
    std::string experiment;
    ScorerChoice scorer;
    bool isJson = false;
};

bool isThere(const std::string& path, const simulate::Experiment& experiment)
{
    std::error_code ignored;
    return std::filesystem::exists(simulate::resolvePath(path, experiment.baseFolder), ignored);
}

/// What the experiment asks and about what it costs.
json planOf(const simulate::PreparedExperiment& prepared)
{
    std::set<data::UserIndex> users;
    std::int64_t liked = 0;
    std::int64_t prompts = 0;
    std::int64_t tokens = 0;
    for (const auto& query : prepared.queries) {
        users.insert(query.moment.user);
        liked += query.isLiked ? 1 : 0;
        const auto items = static_cast<std::int64_t>(prepared.candidates.draw(query).items.size());
        for (const auto& arm : prepared.experiment.arms) {
            if (!arm.isModel())
                continue; // a baseline has neither prompts nor tokens
            prompts += items;
            tokens += simulate::estimatedTokens(prepared.experiment, query, arm);
        }
    }
    return {{"queries", prepared.queries.size()},
            {"ranked", liked},
            {"pointwiseOnly", static_cast<std::int64_t>(prepared.queries.size()) - liked},
            {"users", users.size()},
            {"prompts", prompts},
            {"estimatedTokens", tokens}};
}

void printPlan(const json& report)
{
    std::cout << "The experiment is valid: " << report["name"].get<std::string>() << " (hash "
              << report["hash"].get<std::string>() << ").\n";
    if (report.contains("plan")) {
        const auto& plan = report["plan"];
        std::cout << plan["queries"] << " queries of " << plan["users"] << " users (" << plan["ranked"] << " ranked, "
                  << plan["pointwiseOnly"] << " disliked and scored alone), " << report["arms"].size() << " arms, "
                  << plan["prompts"] << " prompts, about " << plan["estimatedTokens"] << " tokens to compute.\n";
    }
    for (const auto& missing : report["missing"])
        std::cout << missing.get<std::string>() << "\n";
    std::cout << std::flush;
}

Result<> checkExperiment(const CheckOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto experiment, simulate::Experiment::load(options.experiment));
    json report {
        {"name", experiment.name}, {"hash", experiment.hash()}, {"arms", json::array()}, {"missing", json::array()}};
    for (const auto& arm : experiment.arms)
        report["arms"].push_back(arm.name);
    const bool hasDataset = isThere(experiment.dataset.path, experiment);
    const bool hasModel = options.scorer.isFake() || isThere(experiment.checkpoint.path, experiment);
    if (!hasDataset)
        report["missing"].push_back("dataset.path '" + experiment.dataset.path
                                    + "' is not there; its queries were not checked.");
    if (!hasModel)
        report["missing"].push_back("checkpoint.path '" + experiment.checkpoint.path
                                    + "' is not there; prompts and answers were not checked.");
    if (hasDataset && hasModel) {
        DRIFTSCOPE_TRY(const auto model, openModel(experiment, options.scorer));
        DRIFTSCOPE_TRY(auto dataset, openDatasetOf(experiment, context));
        DRIFTSCOPE_TRY(const auto prepared,
                       simulate::PreparedExperiment::prepare(experiment, std::move(dataset), model.tokenizer,
                                                             model.contextTokens, model.promptModels()));
        report["plan"] = planOf(prepared);
    }
    if (options.isJson)
        printJson(report);
    else
        printPlan(report);
    return {};
}

Result<> printSchema()
{
    std::cout << simulate::experimentSchema().dump(2) << std::endl;
    return {};
}

} // namespace

void addExperimentCommand(CommandLine& line)
{
    CLI::App* command = line.parser.add_subcommand("experiment", "Check experiment files, or print their schema");
    command->require_subcommand(1);

    auto options = std::make_shared<CheckOptions>();
    CLI::App* check = command->add_subcommand("check", "Check an experiment file and say what it would ask");
    check->footer("Example:\n  driftscope-cli experiment check resources/experiments/drift-seen.json");
    check->add_option("experiment", options->experiment, "experiment file (JSON)")->required();
    check->add_flag("--json", options->isJson, "print JSON");
    options->scorer.addTo(*check);
    check->callback([&line, options] {
        line.chosen = [options](const JobContext& context) { return checkExperiment(*options, context); };
    });

    CLI::App* schema = command->add_subcommand("schema", "Print the JSON schema of experiment files");
    schema->footer("Example:\n  driftscope-cli experiment schema");
    schema->callback([&line] { line.chosen = [](const JobContext&) { return printSchema(); }; });
}

} // namespace driftscope::app
