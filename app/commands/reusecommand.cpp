// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/reusecommand.h"

#include "app/commands/openedexperiment.h"
#include "core/simulate/contextreuse.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace driftscope::app {

namespace {

using nlohmann::json;
using simulate::ContextReuse;

struct ReuseOptions {
    std::string experiment;
    std::string arm;
    std::vector<std::int64_t> k {4, 8, 16};
    std::vector<std::int64_t> blocks {2, 4, 8};
    std::int64_t users = 0;
    std::string moments = "all";
    ScorerChoice scorer;
    bool isJson = false;
};

/// One row of the table: a sliding window (block 1) or a context that grows.
struct Variant {
    std::int64_t k = 0;
    std::int64_t trimBlock = 1;
};

std::vector<Variant> variantsOf(const ReuseOptions& options)
{
    std::vector<Variant> variants;
    for (const std::int64_t k : options.k) {
        variants.push_back({k, 1});
        for (const std::int64_t block : options.blocks)
            if (block > 1 && block <= k) // a longer one counts as k
                variants.push_back({k, block});
    }
    return variants;
}

/// The arm whose template, history and labels are used: the one named, or the first that shows recent interactions.
Result<simulate::Arm> patternOf(const simulate::Experiment& experiment, const std::string& name)
{
    std::string known;
    for (const auto& arm : experiment.arms) {
        if (arm.selector != "recent")
            continue;
        if (name.empty() || arm.name == name)
            return arm;
        known += (known.empty() ? "" : ", ") + arm.name;
    }
    if (known.empty())
        return fail(ErrorCode::UnknownName,
                    "The experiment has no arm with the selector 'recent', whose template and history are compared; "
                    "add one.");
    return fail(ErrorCode::UnknownName,
                "--arm: the experiment has no arm '" + name + "' with the selector 'recent'; it has " + known + ".");
}

/// The experiment with one arm a variant, asking about liked moments only.
simulate::Experiment variedExperiment(simulate::Experiment experiment, const simulate::Arm& pattern,
                                      const std::vector<Variant>& variants, const ReuseOptions& options)
{
    experiment.arms.clear();
    for (const auto& variant : variants) {
        simulate::Arm arm = pattern;
        arm.name = "k " + std::to_string(variant.k) + ", block " + std::to_string(variant.trimBlock);
        arm.selectorParameters["k"] = variant.k;
        arm.selectorParameters["trimBlock"] = variant.trimBlock;
        experiment.arms.push_back(std::move(arm));
    }
    experiment.replay.pointwise = false;
    if (options.moments == "all") {
        experiment.replay.queriesPerUser = 0;
        experiment.replay.maxQueries = 0;
    }
    if (options.users > 0)
        experiment.replay.maxUsers = options.users;
    return experiment;
}

/// What keys and values of one token take in memory in fp32; 0 without a model.
std::int64_t bytesPerToken(const OpenedModel& model)
{
    if (!model.checkpoint)
        return 0;
    const auto& config = model.checkpoint->config();
    constexpr std::int64_t keyAndValue = 2;
    constexpr std::int64_t floatBytes = 4;
    return config.layers * keyAndValue * config.keyValueHeads * config.headDim * floatBytes;
}

json jsonOf(const Variant& variant, const ContextReuse& reuse, std::int64_t tokenBytes)
{
    return {{"selector", variant.trimBlock > 1 ? "growing" : "recent"},
            {"k", variant.k},
            {"trimBlock", variant.trimBlock},
            {"moments", reuse.moments},
            {"users", reuse.users},
            {"followed", reuse.followed},
            {"demonstrations", reuse.meanDemonstrations},
            {"contextTokens", reuse.meanContextTokens},
            {"promptTokens", reuse.meanPromptTokens},
            {"keptMean", reuse.meanKept},
            {"keptMedian", reuse.medianKept},
            {"sameContext", reuse.sameContext},
            {"computedRatio", reuse.computedRatio},
            {"tokensToHold", reuse.tokensToHold},
            {"bytesToHold", tokenBytes > 0 ? json(reuse.tokensToHold * tokenBytes) : json()}};
}

void printTable(const std::vector<Variant>& variants, const std::vector<ContextReuse>& all, std::int64_t tokenBytes)
{
    std::printf("%-8s %3s %6s %7s %9s %9s %7s %7s %7s %10s %9s\n", "context", "k", "block", "shown", "context",
                "tokens", "kept", "kept", "same", "computed", "to hold");
    std::printf("%-8s %3s %6s %7s %9s %9s %7s %7s %7s %10s %9s\n", "", "", "", "mean", "tokens", "a moment", "mean",
                "median", "context", "with/out", tokenBytes > 0 ? "MB, fp32" : "tokens");
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& reuse = all[i];
        const double toHold = tokenBytes > 0 ? static_cast<double>(reuse.tokensToHold * tokenBytes) / 1e6
                                             : static_cast<double>(reuse.tokensToHold);
        std::printf("%-8s %3lld %6lld %7.1f %9.0f %9.0f %6.1f%% %6.1f%% %6.1f%% %10.3f %9.0f\n",
                    variants[i].trimBlock > 1 ? "growing" : "recent", static_cast<long long>(variants[i].k),
                    static_cast<long long>(variants[i].trimBlock), reuse.meanDemonstrations, reuse.meanContextTokens,
                    reuse.meanPromptTokens, 100 * reuse.meanKept, 100 * reuse.medianKept, 100 * reuse.sameContext,
                    reuse.computedRatio, toHold);
    }
    std::printf(
        "\n%zu liked moments of %zu users, %zu with an earlier one. \"kept\" is the share of a moment's context that "
        "the same user's moment before began with;\n\"computed\" is what is left to compute, candidates included, "
        "if all of it is kept; \"to hold\" is the memory in which 95 in 100 moments find it.\n",
        all.front().moments, all.front().users, all.front().followed);
    std::fflush(stdout);
}

Result<> measure(const ReuseOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto experiment, simulate::Experiment::load(options.experiment));
    DRIFTSCOPE_TRY(const auto pattern, patternOf(experiment, options.arm));
    const auto variants = variantsOf(options);
    experiment = variedExperiment(std::move(experiment), pattern, variants, options);
    DRIFTSCOPE_TRY(const auto model, openModel(experiment, options.scorer));
    DRIFTSCOPE_TRY(auto dataset, openDatasetOf(experiment, context));
    DRIFTSCOPE_TRY(const auto prepared,
                   simulate::PreparedExperiment::prepare(std::move(experiment), std::move(dataset), model.tokenizer,
                                                         model.contextTokens, model.promptModels()));
    DRIFTSCOPE_TRY(const auto all, simulate::measureReuse(prepared, context));
    if (!options.isJson) {
        printTable(variants, all, bytesPerToken(model));
        return {};
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        printJson(jsonOf(variants[i], all[i], bytesPerToken(model)));
    return {};
}

} // namespace

void addReuseCommand(CommandLine& line)
{
    const auto options = std::make_shared<ReuseOptions>();
    CLI::App* command =
        line.add("reuse", "How much of its context a user's next moment finds computed; needs no weights",
                 "driftscope-cli reuse resources/experiments/drift-seen.json",
                 [options](const JobContext& context) { return measure(*options, context); });
    command->add_option("experiment", options->experiment, "experiment file (JSON)")->required();
    command->add_option("--arm", options->arm,
                        "arm whose template, history and labels are used; default: the first with the selector recent");
    command->add_option("--k", options->k, "most demonstrations, separated by commas")
        ->delimiter(',')
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command->add_option("--blocks", options->blocks, "trim blocks of growing contexts, separated by commas")
        ->delimiter(',')
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command
        ->add_option("--moments", options->moments,
                     "all = every moment of the experiment's users; asked = those the experiment asks about")
        ->check(CLI::IsMember({"all", "asked"}))
        ->capture_default_str();
    command->add_option("--users", options->users, "users to look at; 0 = as many as the experiment")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--json", options->isJson, "print one JSON object a line");
    options->scorer.addTo(*command);
}

} // namespace driftscope::app
