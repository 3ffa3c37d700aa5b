// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/promptcommand.h"

#include "app/commands/openedexperiment.h"
#include "core/base/simtime.h"
#include "core/simulate/titleembeddings.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

namespace driftscope::app {

namespace {

using nlohmann::json;

constexpr std::int64_t largestIndex = 1'000'000; // no user has more events; larger numbers are Unix seconds

struct PromptOptions {
    std::string experiment;
    std::string user;
    std::string at;
    std::string arm;
    ScorerChoice scorer;
    bool isJson = false;
};

/// A moment with what would be asked at it: the user's next interaction.
struct Asked {
    data::Moment moment;
    data::InteractionIndex next = 0;
};

std::optional<std::int64_t> wholeNumber(const std::string& text)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Result<Asked> askedByIndex(const data::UserHistory& history, data::UserIndex user, std::int64_t index)
{
    const auto events = history.dataset().ofUser(user);
    if (index < 0 || index >= static_cast<std::int64_t>(events.size()))
        return fail(ErrorCode::BadArgument,
                    "--at " + std::to_string(index) + ": user '" + history.dataset().userId(user) + "' has "
                        + std::to_string(events.size()) + " interactions; give an index from 0 to "
                        + std::to_string(events.size() - 1) + ".");
    const auto interaction = events[static_cast<std::size_t>(index)];
    return Asked {history.momentOf(interaction), interaction};
}

Result<Asked> askedByTime(const data::UserHistory& history, data::UserIndex user, SimTime time)
{
    const auto& dataset = history.dataset();
    const auto events = dataset.ofUser(user);
    const auto next =
        std::find_if(events.begin(), events.end(), [&](const auto event) { return dataset.time(event) >= time; });
    if (next == events.end())
        return fail(ErrorCode::BadArgument,
                    "--at " + formatTime(time) + ": user '" + dataset.userId(user)
                        + "' has no interaction then or later to ask about; the last one is at "
                        + (events.empty() ? std::string("no time") : formatTime(dataset.time(events.back()))) + ".");
    if (dataset.time(*next) == time)
        return Asked {history.momentOf(*next), *next};
    return Asked {{.user = user, .time = time, .interaction = {}}, *next};
}

Result<Asked> findMoment(const PromptOptions& options, const data::UserHistory& history)
{
    const auto user = history.dataset().findUser(options.user);
    if (!user)
        return fail(ErrorCode::UnknownName,
                    "--user: the dataset has no user '" + options.user + "'; its "
                        + std::to_string(history.dataset().userCount()) + " users begin with '"
                        + history.dataset().userId(0) + "'.");
    if (const auto number = wholeNumber(options.at); number && *number < largestIndex)
        return askedByIndex(history, *user, *number);
    auto time = parseTime(options.at);
    if (!time)
        return fail(ErrorCode::BadTime,
                    "--at '" + options.at
                        + "': give an index such as 12, a time such as '1997-12-04 15:55:49', or Unix"
                          " seconds.");
    return askedByTime(history, *user, *time);
}

Result<simulate::Arm> findArm(const simulate::Experiment& experiment, const std::string& name)
{
    std::string known;
    for (const auto& arm : experiment.arms) {
        if (name.empty() || arm.name == name)
            return arm;
        known += (known.empty() ? "" : ", ") + arm.name;
    }
    return fail(ErrorCode::UnknownName, "--arm: the experiment has no arm '" + name + "'; it has " + known + ".");
}

/// A prompt with everything that is shown of it.
struct Shown {
    const data::UserHistory& history;
    Asked asked;
    simulate::Arm arm;
    prompt::Prompt prompt;
    prompt::PromptContext context;
    std::vector<prompt::Leak> leaks;
    std::size_t tokens = 0;
    std::size_t budget = 0;
    std::string warning;

    const data::Dataset& dataset() const { return history.dataset(); }
    const std::string& itemId(data::InteractionIndex i) const { return dataset().catalog().id(dataset().item(i)); }
    const std::string& title(data::InteractionIndex i) const { return dataset().catalog().title(dataset().item(i)); }
};

const char* droppedKind(const prompt::Dropped& dropped)
{
    return dropped.kind == prompt::Dropped::Kind::Demonstration ? "demonstration" : "history";
}

json spansJson(const Shown& shown)
{
    json spans = json::array();
    for (const auto& span : shown.prompt.spans)
        spans.push_back({{"kind", prompt::spanKindName(span.kind)},
                         {"start", span.start},
                         {"end", span.end},
                         {"tokens", span.tokens},
                         {"item", span.item ? json(shown.dataset().catalog().id(*span.item)) : json(nullptr)}});
    return spans;
}

json promptJson(const Shown& shown)
{
    json demonstrations = json::array();
    for (const auto& demonstration : shown.context.demonstrations)
        demonstrations.push_back({{"item", shown.itemId(demonstration.interaction)},
                                  {"title", shown.title(demonstration.interaction)},
                                  {"time", toUnix(shown.dataset().time(demonstration.interaction))},
                                  {"label", demonstration.isLiked ? 1 : 0},
                                  {"reason", demonstration.reason}});
    json dropped = json::array();
    for (const auto& left : shown.context.dropped)
        dropped.push_back(
            {{"kind", droppedKind(left)}, {"item", shown.itemId(left.interaction)}, {"reason", left.reason}});
    json leaks = json::array();
    for (const auto& leak : shown.leaks)
        leaks.push_back({{"item", shown.itemId(leak.interaction)}, {"what", leak.what}});
    return {{"arm", shown.arm.name},
            {"user", shown.dataset().userId(shown.asked.moment.user)},
            {"time", toUnix(shown.asked.moment.time)},
            {"target", shown.itemId(shown.asked.next)},
            {"label", shown.history.isLiked(shown.asked.next) ? 1 : 0},
            {"text", shown.prompt.text},
            {"spans", spansJson(shown)},
            {"tokens", shown.tokens},
            {"budget", shown.budget},
            {"dropped", std::move(dropped)},
            {"demonstrations", std::move(demonstrations)},
            {"leaks", std::move(leaks)},
            {"warning", shown.warning}};
}

void printText(const Shown& shown)
{
    std::cout << "User " << shown.dataset().userId(shown.asked.moment.user) << " at "
              << formatTime(shown.asked.moment.time) << ", arm '" << shown.arm.name << "'; the true next item is \""
              << shown.title(shown.asked.next) << "\" ("
              << (shown.history.isLiked(shown.asked.next) ? "liked" : "not liked") << ").\n\n"
              << shown.prompt.text << "\n\n";
    std::cout << shown.tokens << " of " << shown.budget << " tokens";
    for (const auto kind : {prompt::SpanKind::Header, prompt::SpanKind::Demonstration, prompt::SpanKind::Query}) {
        std::size_t tokens = 0;
        for (const auto& span : shown.prompt.spans)
            tokens += span.kind == kind ? span.tokens : 0;
        std::cout << ", " << prompt::spanKindName(kind) << " " << tokens;
    }
    std::cout << "\n";
    for (const auto& demonstration : shown.context.demonstrations)
        std::cout << "demonstration: " << shown.title(demonstration.interaction) << " ("
                  << (demonstration.isLiked ? "liked" : "not liked") << ", "
                  << formatTime(shown.dataset().time(demonstration.interaction)) << "): " << demonstration.reason
                  << "\n";
    for (const auto& left : shown.context.dropped)
        std::cout << "dropped " << droppedKind(left) << ": " << shown.title(left.interaction) << ": " << left.reason
                  << "\n";
    for (const auto& leak : shown.leaks)
        std::cout << "LEAK: " << leak.what << "\n";
    std::cout << "leaks: " << shown.leaks.size() << std::endl;
}

/// The list that a run would rank at the moment, so that the token budget is the run's own.
simulate::Candidates candidatesAt(const simulate::Experiment& experiment, const data::UserHistory& history,
                                  const Asked& asked)
{
    const auto target = history.dataset().item(asked.next);
    if (!asked.moment.interaction)
        return {.items = {target}, .target = 0};
    const simulate::CandidateSampler sampler(history.sharedDataset(), experiment.seed, experiment.candidates.count);
    return sampler.draw({.index = 0,
                         .moment = asked.moment,
                         .target = target,
                         .isLiked = history.isLiked(asked.next),
                         .eventIndex = 0});
}

Result<> showPrompt(const PromptOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto experiment, simulate::Experiment::load(options.experiment));
    experiment.prompt.blockLeaks = false; // they are to be seen
    DRIFTSCOPE_TRY(const auto arm, findArm(experiment, options.arm));
    DRIFTSCOPE_TRY(const auto model, openModel(experiment, options.scorer));
    DRIFTSCOPE_TRY(auto dataset, openDatasetOf(experiment, context));
    DRIFTSCOPE_TRY(const auto history, simulate::openHistory(experiment, std::move(dataset)));
    DRIFTSCOPE_TRY(const auto asked, findMoment(options, history));
    const auto other = model.others.find(arm.checkpoint);
    const OpenedModel& asks = other == model.others.end() ? model : other->second;
    DRIFTSCOPE_TRY(auto prepared,
                   simulate::PreparedArm::prepare(arm, experiment, history, asks.tokenizer, asks.contextTokens));
    if (simulate::needsItemVectors(arm)) { // the one case in which a prompt needs the weights
        DRIFTSCOPE_TRY(const auto files, hashCheckpoint(model, context));
        DRIFTSCOPE_TRY(const auto ready, loadScorer(experiment, model, options.scorer, 0, context));
        DRIFTSCOPE_TRY(auto vectors,
                       simulate::embedTitlesOnce(history.dataset(), *model.tokenizer, *ready.textModel,
                                                 experiment.checkpoint.precision, files, context));
        prepared.setItemVectors(std::move(vectors));
    }
    const auto candidates = candidatesAt(experiment, history, asked);
    DRIFTSCOPE_TRY(auto built, prepared.build(asked.moment, candidates.items));

    Shown shown {.history = history,
                 .asked = asked,
                 .arm = arm,
                 .prompt = std::move(built.prompts[candidates.target]),
                 .context = built.contextOf(candidates.target),
                 .leaks = std::move(built.leaks),
                 .tokens = built.tokenized[candidates.target].tokens.size(),
                 .budget = prepared.budgetTokens(),
                 .warning = built.warning};
    prompt::countSpanTokens(shown.prompt, [&model](std::string_view text) {
        return model.tokenizer->encode(text, {.addSpecialTokens = true, .parseSpecialTokens = false}).size();
    });
    if (!shown.warning.empty())
        note(shown.warning);
    if (options.isJson)
        printJson(promptJson(shown));
    else
        printText(shown);
    return {};
}

} // namespace

void addPromptCommand(CommandLine& line)
{
    auto options = std::make_shared<PromptOptions>();
    CLI::App* command = line.add("prompt", "Show the exact prompt of a moment, with its spans, tokens and leak check",
                                 "driftscope-cli prompt resources/experiments/drift-seen.json --user u1 --at 20",
                                 [options](const JobContext& context) { return showPrompt(*options, context); });
    command->add_option("experiment", options->experiment, "experiment file (JSON)")->required();
    command->add_option("--user", options->user, "the user's id in the dataset")->required();
    command
        ->add_option("--at", options->at,
                     "the moment: a position in the user's own interactions (from 0), a time, or Unix seconds")
        ->required();
    command->add_option("--arm", options->arm, "name of the arm; default: the first");
    command->add_flag("--json", options->isJson, "print JSON");
    options->scorer.addTo(*command);
}

} // namespace driftscope::app
