// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/preparedexperiment.h"

#include "core/base/simtime.h"
#include "core/baselines/baselineregistry.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/prompt/prompttemplate.h"
#include "core/simulate/armcontrols_p.h"

#include <algorithm>

namespace driftscope::simulate {

namespace {

using data::ItemIndex;

// Answers are resolved on so many targets, spread over the catalogue: the cue alone decides, so all must agree.
constexpr std::size_t answerProbes = 8;

// A tokenised prompt begins as the checkpoint wants (BOS), but its text is plain.
constexpr tokenizer::EncodeOptions promptOptions {.addSpecialTokens = true, .parseSpecialTokens = false};
constexpr tokenizer::EncodeOptions plainOptions {.addSpecialTokens = false, .parseSpecialTokens = false};

} // namespace

PreparedArm::PreparedArm(Arm arm, data::UserHistory history, prompt::PromptBuilder builder)
    : m_arm(std::move(arm))
    , m_history(std::move(history))
    , m_builder(std::move(builder))
{
}

Result<PreparedArm> PreparedArm::prepare(const Arm& arm, const Experiment& experiment, const data::UserHistory& history,
                                         std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                         std::int64_t contextTokens)
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

data::Moment PreparedArm::shownMoment(const data::Moment& moment) const
{
    return m_arm.context == ContextOf::Self ? moment : otherUsersMoment(m_history, moment, m_seed);
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

Result<ArmPrompts> PreparedArm::build(const data::Moment& moment, std::span<const ItemIndex> candidates) const
{
    if (!m_arm.isModel())
        return fail(ErrorCode::BadArgument,
                    "Arm '" + m_arm.name + "' is ranked by '" + m_arm.scorer
                        + "' without a prompt; choose an arm that asks the model.");
    auto choices = m_selector->select(
        {.history = m_history, .moment = shownMoment(moment), .lag = m_arm.demonstrationLag(), .seed = m_seed});
    if (!choices)
        return fail(choices.error().code, place(moment) + choices.error().message);
    auto chosen = demonstrations::withHistories(m_history, std::move(*choices), m_arm.history);
    if (m_arm.demonstrations.areLabelsFlipped)
        flipLabels(chosen);
    return build(moment, candidates, std::move(chosen));
}

Result<ArmPrompts> PreparedArm::build(const data::Moment& moment, std::span<const ItemIndex> candidates,
                                      std::vector<demonstrations::Demonstration> chosen) const
{
    const auto count = [this](std::string_view text) { return m_tokenizer->encode(text, promptOptions).size(); };
    const data::Moment shown = shownMoment(moment);
    prompt::PromptContext context;
    context.demonstrations = std::move(chosen);
    context.trimBlock = m_selector->trimBlock();
    context.history = m_history.likedBefore(shown, static_cast<std::size_t>(m_arm.history.maxItems), m_arm.history.lag);
    if (m_arm.context == ContextOf::OtherUser)
        removeItems(context, m_history.dataset(), candidates);
    auto fitted = m_builder.fitToBudget(std::move(context), candidates, m_budgetTokens, count);
    if (!fitted)
        return fail(fitted.error().code, place(moment) + fitted.error().message);

    ArmPrompts built;
    built.context = std::move(*fitted);
    built.warning = m_warning;
    built.prompts.reserve(candidates.size());
    built.tokenized.reserve(candidates.size());
    for (const ItemIndex item : candidates) {
        built.prompts.push_back(m_builder.build(built.context, item));
        built.tokenized.push_back({m_tokenizer->encode(built.prompts.back().text, promptOptions), m_answers});
    }
    DRIFTSCOPE_CHECK(checkLeaks(shown, candidates, built));
    return built;
}

Result<> PreparedArm::checkLeaks(const data::Moment& moment, std::span<const ItemIndex> candidates,
                                 ArmPrompts& built) const
{
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        auto leaks = prompt::findLeaks(built.prompts[i], m_history, moment, candidates[i]);
        std::move(leaks.begin(), leaks.end(), std::back_inserter(built.leaks));
    }
    if (m_blocksLeaks && !built.leaks.empty())
        return fail(ErrorCode::LeakFound,
                    place(moment) + built.leaks.front().what + " Nothing is scored while prompt.blockLeaks is on.");
    return {};
}

double PreparedArm::scoreOf(const inference::PromptScore& score) const
{
    if (m_arm.score == ScoreKind::PositiveLogit)
        return score.answers[0];
    return score.answers[0] - score.answers[1];
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
                                                       std::int64_t contextTokens)
{
    DRIFTSCOPE_TRY(auto history, openHistory(experiment, dataset));
    DRIFTSCOPE_TRY(auto queries, replayQueries(experiment, history));
    std::vector<PreparedArm> arms;
    for (const auto& arm : experiment.arms) {
        DRIFTSCOPE_TRY(auto prepared, PreparedArm::prepare(arm, experiment, history, tokenizer, contextTokens));
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

} // namespace driftscope::simulate
