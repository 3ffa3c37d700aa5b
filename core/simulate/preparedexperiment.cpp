// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/preparedexperiment.h"

#include "core/base/simtime.h"
#include "core/baselines/baselineregistry.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/prompt/prompttemplate.h"
#include "core/simulate/armcontrols_p.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace driftscope::simulate {

namespace {

using data::ItemIndex;

// Answers are resolved on so many targets, spread over the catalogue: the cue alone decides, so all must agree.
constexpr std::size_t answerProbes = 8;

// A tokenised prompt begins as the checkpoint wants (BOS), but its text is plain.
constexpr tokenizer::EncodeOptions promptOptions {.addSpecialTokens = true, .parseSpecialTokens = false};
constexpr tokenizer::EncodeOptions plainOptions {.addSpecialTokens = false, .parseSpecialTokens = false};

/// Appends what one context adds.
template<typename T>
void append(std::vector<T>& all, std::vector<T> some)
{
    std::move(some.begin(), some.end(), std::back_inserter(all));
}

} // namespace

PreparedArm::PreparedArm(Arm arm, data::UserHistory history, prompt::PromptBuilder builder)
    : m_arm(std::move(arm))
    , m_history(std::move(history))
    , m_builder(std::move(builder))
{
}

Result<PreparedArm> PreparedArm::prepare(const Arm& arm, const Experiment& experiment, const data::UserHistory& history,
                                         std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                         std::int64_t contextTokens, const demonstrations::SelectionSources& sources)
{
    if (!arm.isModel())
        return prepareBaseline(arm, experiment, history);
    DRIFTSCOPE_CHECK(checkControls(arm, history.dataset()));
    const auto selectors = demonstrations::demonstrationSelectors();
    const auto* entry = findEntry(selectors, arm.selector);
    if (!entry)
        return fail(ErrorCode::UnknownName,
                    "Arm '" + arm.name + "': there is no selector '" + arm.selector + "'; known are "
                        + listIds(selectors) + ".");
    DRIFTSCOPE_TRY(auto wording, prompt::findTemplate(arm.wording, experiment.baseFolder));

    PreparedArm prepared(arm, history, prompt::PromptBuilder(std::move(wording), history.sharedDataset()));
    prepared.m_selector = entry->make(arm.selectorParameters);
    prepared.m_sources = sources;
    prepared.m_sources.make(prepared.m_selector->needs(), history.dataset());
    prepared.m_sources.make(arm.history.needs(), history.dataset());
    prepared.m_tokenizer = std::move(tokenizer);
    prepared.m_seed = experiment.seed;
    prepared.m_blocksLeaks = experiment.prompt.blockLeaks;
    DRIFTSCOPE_CHECK(prepared.resolveAnswers());

    std::int64_t budget = contextTokens;
    if (experiment.prompt.budgetTokens > 0)
        budget = std::min(budget, experiment.prompt.budgetTokens);
    std::size_t longestAnswer = 0;
    for (const auto& answer : prepared.m_answers->answers)
        longestAnswer = std::max(longestAnswer, answer.size());
    if (budget <= static_cast<std::int64_t>(longestAnswer))
        return fail(ErrorCode::ContextTooLong,
                    "Arm '" + arm.name + "': a budget of " + std::to_string(budget)
                        + " tokens leaves no room for a prompt; raise prompt.budgetTokens.");
    prepared.m_budgetTokens = static_cast<std::size_t>(budget) - longestAnswer;
    return prepared;
}

Result<PreparedArm> PreparedArm::prepareBaseline(const Arm& arm, const Experiment& experiment,
                                                 const data::UserHistory& history)
{
    const auto known = baselines::baselines();
    const auto* entry = findEntry(known, arm.scorer);
    if (!entry)
        return fail(ErrorCode::UnknownName,
                    "Arm '" + arm.name + "': there is no scorer '" + arm.scorer + "'; known are "
                        + std::string(Arm::modelScorer) + ", " + listIds(known) + ".");
    std::shared_ptr<baselines::Baseline> baseline = entry->make(arm.scorerParameters);
    if (const auto ready = baseline->prepare(history); !ready)
        return fail(ready.error().code, "Arm '" + arm.name + "': " + ready.error().message);
    PreparedArm prepared(arm, history, prompt::PromptBuilder({}, history.sharedDataset()));
    prepared.m_baseline = std::move(baseline);
    prepared.m_seed = experiment.seed;
    return prepared;
}

Result<std::vector<baselines::DueUpdate>> PreparedArm::train(std::span<const Query> queries, std::vector<bool> isOpen,
                                                             const baselines::SequenceTrainer* sequences,
                                                             const JobContext& context) const
{
    if (!m_baseline)
        return {};
    std::vector<data::Moment> moments;
    for (const auto& query : queries)
        moments.push_back(query.moment);
    auto updates = m_baseline->train({.moments = moments,
                                      .isOpen = std::move(isOpen),
                                      .lag = m_arm.history.lag,
                                      .seed = m_seed,
                                      .sequences = sequences},
                                     context);
    if (!updates)
        return fail(updates.error().code, "Arm '" + m_arm.name + "': " + updates.error().message);
    return updates;
}

Result<std::vector<double>> PreparedArm::rank(const data::Moment& moment, std::span<const ItemIndex> candidates) const
{
    auto scores = m_baseline->scoreCandidates(
        {.moment = moment, .lag = m_arm.history.lag, .candidates = candidates, .seed = m_seed});
    if (!scores)
        return fail(scores.error().code, place(moment) + scores.error().message);
    return scores;
}

PreparedArm::ShownMoments PreparedArm::shownMoments(const data::Moment& moment) const
{
    if (m_arm.context == ContextOf::Self)
        return {moment, moment};
    const data::Moment other = otherUsersMoment(m_history, moment, m_seed);
    return {m_arm.context == ContextOf::OtherUser ? other : moment, other};
}

Result<> PreparedArm::resolveAnswers()
{
    const auto encode = [this](std::string_view text) { return m_tokenizer->encode(text, plainOptions); };
    const auto& wording = m_builder.wording();
    const std::size_t items = m_history.dataset().itemCount();
    prompt::ResolvedAnswers resolved;
    for (std::size_t probe = 0; probe < std::min(items, answerProbes); ++probe) {
        const auto item = static_cast<ItemIndex>(probe * items / std::min(items, answerProbes));
        const std::string text = m_builder.build({}, item).text;
        auto here = prompt::resolveAnswers(text, {wording.positiveAnswer, wording.negativeAnswer}, encode);
        if (!here)
            return fail(here.error().code, "Arm '" + m_arm.name + "': " + here.error().message);
        if (probe > 0 && here->answers != resolved.answers)
            return fail(ErrorCode::BadValue,
                        "Arm '" + m_arm.name + "': template '" + wording.id
                            + "' lets the target's title decide how the answers are tokenised; end its query block with"
                              " a cue such as a line 'Answer:'.");
        resolved = std::move(*here);
    }
    m_answers = std::make_shared<const inference::AnswerTokens>(inference::AnswerTokens {std::move(resolved.answers)});
    m_warning = std::move(resolved.warning);
    return {};
}

std::string PreparedArm::place(const data::Moment& moment) const
{
    return "Arm '" + m_arm.name + "', user '" + m_history.dataset().userId(moment.user) + "' at "
        + formatTime(moment.time) + ": ";
}

template<typename MakeContext>
Result<ArmPrompts> PreparedArm::buildContexts(const data::Moment& moment, std::span<const ItemIndex> candidates,
                                              MakeContext makeContext) const
{
    ArmPrompts built;
    built.warning = m_warning;
    built.prompts.reserve(candidates.size());
    built.tokenized.reserve(candidates.size());
    const bool isShared = m_arm.contextFor == ContextFor::Query;
    std::vector<inference::TokenizedPrompt> contentFree;
    for (std::size_t i = 0; i < (isShared ? std::size_t {1} : candidates.size()); ++i) {
        const Asked asked {isShared ? candidates : candidates.subspan(i, 1), candidates};
        Result<prompt::PromptContext> context = makeContext(asked);
        if (!context)
            return failFrom(context);
        addPrompts(moment, asked, std::move(*context), built, contentFree);
    }
    append(built.tokenized, std::move(contentFree));
    DRIFTSCOPE_CHECK(checkLeaks(moment, built));
    return built;
}

Result<> PreparedArm::checkAsksModel() const
{
    if (!m_arm.isModel())
        return fail(ErrorCode::BadArgument,
                    "Arm '" + m_arm.name + "' is ranked by '" + m_arm.scorer
                        + "' without a prompt; choose an arm that asks the model.");
    return {};
}

Result<ArmPrompts> PreparedArm::build(const data::Moment& moment, std::span<const ItemIndex> candidates) const
{
    DRIFTSCOPE_CHECK(checkAsksModel());
    return buildContexts(moment, candidates, [&](const Asked& asked) -> Result<prompt::PromptContext> {
        DRIFTSCOPE_TRY(auto choices, choose(moment, asked));
        DRIFTSCOPE_TRY(auto chosen, dress(moment, asked, std::move(choices)));
        return fitContext(moment, asked, std::move(chosen));
    });
}

Result<ArmPrompts> PreparedArm::build(const data::Moment& moment, std::span<const ItemIndex> candidates,
                                      std::vector<demonstrations::Demonstration> chosen) const
{
    return buildContexts(moment, candidates, [&](const Asked& asked) { return fitContext(moment, asked, chosen); });
}

Result<ArmPrompts> PreparedArm::buildEdited(const data::Moment& moment, std::span<const ItemIndex> candidates,
                                            std::span<const demonstrations::DemonstrationEdit> edits) const
{
    DRIFTSCOPE_CHECK(checkAsksModel());
    std::optional<demonstrations::EditedChoices> first;
    const auto makeContext = [&](const Asked& asked) -> Result<prompt::PromptContext> {
        DRIFTSCOPE_TRY(auto choices, choose(moment, asked));
        // What is added by hand is of the user whose history is shown.
        auto edited = demonstrations::applyEdits(
            std::move(choices), edits,
            {.history = m_history, .moment = shownMoments(moment).history, .lag = m_arm.demonstrationLag()});
        if (!first)
            first = edited;
        DRIFTSCOPE_TRY(auto chosen, dress(moment, asked, std::move(edited.choices)));
        return fitContext(moment, asked, std::move(chosen));
    };
    DRIFTSCOPE_TRY(auto built, buildContexts(moment, candidates, makeContext));
    if (first)
        built.edited = std::move(*first);
    return built;
}

Result<ArmPrompts> PreparedArm::buildShown(const data::Moment& moment, std::span<const ItemIndex> candidates,
                                           const prompt::PromptContext& context) const
{
    DRIFTSCOPE_CHECK(checkAsksModel());
    return buildContexts(moment, candidates, [&](const Asked&) { return Result<prompt::PromptContext>(context); });
}

Result<std::vector<demonstrations::Choice>> PreparedArm::choose(const data::Moment& moment, const Asked& asked) const
{
    auto choices = m_selector->select({.history = m_history,
                                       .moment = shownMoments(moment).demonstrations,
                                       .lag = m_arm.demonstrationLag(),
                                       .seed = m_seed,
                                       .candidates = asked.targets,
                                       .sources = &m_sources});
    if (!choices)
        return fail(choices.error().code, place(moment) + choices.error().message);
    return choices;
}

Result<PreparedArm::Demonstrations> PreparedArm::dress(const data::Moment& moment, const Asked& asked,
                                                       std::vector<demonstrations::Choice> choices) const
{
    auto chosen = demonstrations::withHistories(m_history, std::move(choices), m_arm.history, &m_sources);
    if (!chosen)
        return fail(chosen.error().code, place(moment) + chosen.error().message);
    if (m_arm.demonstrations.areNegativesLeftOut)
        removeNegatives(*chosen);
    if (m_arm.demonstrations.areLabelsFlipped)
        flipLabels(*chosen);
    for (auto& shown : *chosen)
        shown.history = controlledHistory(std::move(shown.history), m_arm.historyControls, m_history,
                                          m_history.momentOf(shown.interaction), asked.all, m_seed);
    return chosen;
}

Result<prompt::PromptContext> PreparedArm::fitContext(const data::Moment& moment, const Asked& asked,
                                                      Demonstrations chosen) const
{
    auto fitted = fitUnnamed(moment, asked, std::move(chosen));
    if (!fitted)
        return fail(fitted.error().code, place(moment) + fitted.error().message);
    return fitted;
}

Result<prompt::PromptContext> PreparedArm::fitUnnamed(const data::Moment& moment, const Asked& asked,
                                                      Demonstrations chosen) const
{
    const data::Moment shown = shownMoments(moment).history;
    prompt::PromptContext context;
    context.demonstrations = std::move(chosen);
    context.trimBlock = m_selector->trimBlock();
    context.areTitlesMasked = m_arm.areTitlesMasked;
    DRIFTSCOPE_TRY(auto items,
                   demonstrations::chooseHistory(m_history, shown, m_arm.history, asked.targets, &m_sources));
    context.history = controlledHistory(std::move(items), m_arm.historyControls, m_history, shown, asked.all, m_seed);
    if (m_arm.context != ContextOf::Self || m_selector->showsOtherUsers())
        removeItems(context, m_history.dataset(), asked.all);

    const auto count = [this](std::string_view text) { return m_tokenizer->encode(text, promptOptions).size(); };
    DRIFTSCOPE_TRY(auto fitted, m_builder.fitToBudget(context, asked.targets, m_budgetTokens, count));
    if (m_arm.calibration != Calibration::Contextual)
        return fitted;
    // Rarely, all targets have shorter titles than the one that stands for nothing.
    const std::size_t tokens = count(m_builder.buildContentFree(fitted).text);
    if (tokens <= m_budgetTokens)
        return fitted;
    const std::size_t excess = tokens - m_budgetTokens;
    return m_builder.fitToBudget(std::move(context), asked.targets, m_budgetTokens - std::min(m_budgetTokens, excess),
                                 count);
}

inference::TokenizedPrompt PreparedArm::tokenize(const prompt::Prompt& prompt) const
{
    return {m_tokenizer->encode(prompt.text, promptOptions), m_answers};
}

void PreparedArm::addPrompts(const data::Moment& moment, const Asked& asked, prompt::PromptContext context,
                             ArmPrompts& built, std::vector<inference::TokenizedPrompt>& contentFree) const
{
    const ShownMoments shown = shownMoments(moment);
    for (const ItemIndex item : asked.targets) {
        built.prompts.push_back(m_builder.build(context, item));
        built.tokenized.push_back(tokenize(built.prompts.back()));
        append(built.leaks, leaksOf(built.prompts.back(), shown, item));
    }
    if (m_arm.calibration == Calibration::Contextual)
        contentFree.push_back(tokenize(m_builder.buildContentFree(context)));
    if (m_arm.calibration == Calibration::Prior)
        built.priors.push_back(labelPrior(context.demonstrations));
    if (m_arm.contextFor == ContextFor::Candidate)
        built.contexts.push_back(context);
    if (built.contexts.size() <= 1)
        built.context = std::move(context);
}

std::vector<prompt::Leak> PreparedArm::leaksOf(const prompt::Prompt& prompt, const ShownMoments& shown,
                                               ItemIndex target) const
{
    const bool showsOthers = m_selector->showsOtherUsers() || m_arm.context == ContextOf::OtherUsersDemonstrations;
    return prompt::findLeaks(prompt, m_history, shown.history, target,
                             {.inHistories = m_arm.historyControls.isFake, .inDemonstrations = showsOthers});
}

Result<> PreparedArm::checkLeaks(const data::Moment& moment, const ArmPrompts& built) const
{
    if (m_blocksLeaks && !built.leaks.empty())
        return fail(ErrorCode::LeakFound,
                    place(moment) + built.leaks.front().what + " Nothing is scored while prompt.blockLeaks is on.");
    return {};
}

std::vector<double> ArmPrompts::scoresOf(const Arm& arm, std::span<const inference::PromptScore> scores) const
{
    return calibratedScores(arm.score, scores, prompts.size(), priors);
}

double PreparedArm::scoreOf(const inference::PromptScore& score) const
{
    return simulate::scoreOf(m_arm.score, score);
}

Result<data::UserHistory> openHistory(const Experiment& experiment, std::shared_ptr<const data::Dataset> dataset)
{
    data::LabelRule rule = data::LabelRule::defaultFor(dataset->ratingKind());
    if (!experiment.dataset.label.empty()) {
        DRIFTSCOPE_TRY(rule, data::LabelRule::parse(experiment.dataset.label));
    }
    return data::UserHistory(std::move(dataset), rule, experiment.dataset.ties);
}

Result<PreparedExperiment> PreparedExperiment::prepare(Experiment experiment,
                                                       std::shared_ptr<const data::Dataset> dataset,
                                                       std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                       std::int64_t contextTokens,
                                                       const std::map<std::string, PromptModel>& others)
{
    const PromptModel main {tokenizer, contextTokens};
    DRIFTSCOPE_TRY(auto history, openHistory(experiment, dataset));
    DRIFTSCOPE_TRY(auto queries, replayQueries(experiment, history));
    std::vector<PreparedArm> arms;
    demonstrations::SelectionSources sources;
    for (const auto& arm : experiment.arms) {
        const auto other = others.find(arm.checkpoint);
        if (arm.isModel() && !arm.checkpoint.empty() && other == others.end())
            return fail(ErrorCode::NotFound,
                        "Arm '" + arm.name + "': its checkpoint '" + arm.checkpoint
                            + "' is not open; run the experiment, which opens it.");
        const PromptModel& model = other == others.end() ? main : other->second;
        DRIFTSCOPE_TRY(auto prepared,
                       PreparedArm::prepare(arm, experiment, history, model.tokenizer, model.contextTokens, sources));
        if (arm.isModel())
            sources = prepared.sources(); // made once for all arms
        arms.push_back(std::move(prepared));
    }
    CandidateSampler candidates(std::move(dataset), experiment.seed, experiment.candidates.count);
    return PreparedExperiment {.experiment = std::move(experiment),
                               .history = std::move(history),
                               .tokenizer = std::move(tokenizer),
                               .queries = std::move(queries),
                               .candidates = std::move(candidates),
                               .arms = std::move(arms)};
}

void PreparedExperiment::setItemVectors(const std::shared_ptr<const demonstrations::ItemVectors>& vectors)
{
    for (auto& arm : arms)
        arm.setItemVectors(vectors);
}

} // namespace driftscope::simulate
