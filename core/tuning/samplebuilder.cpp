// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/samplebuilder.h"

#include "core/demonstrations/selectorregistry.h"
#include "core/simulate/trialtokenizer.h"
#include "core/tuning/datasource_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::tuning {

namespace {

using data::InteractionIndex;
using inference::TokenId;

constexpr tokenizer::EncodeOptions promptOptions {.addSpecialTokens = true, .parseSpecialTokens = false};

enum class UserPart : std::uint8_t { Training, Validation, Test };

/// By the user's own id, so that more users in the data move nobody.
UserPart partOf(const std::string& userId, const TuningSplit& split, std::uint64_t seed)
{
    const double place = RandomStream(seed, "split " + userId).uniform();
    if (place < split.testUsers)
        return UserPart::Test;
    return place < split.testUsers + split.validationUsers ? UserPart::Validation : UserPart::Training;
}

/// Tokens whose loss counts: the text's, if asked for, and the answers'.
class TermCollector
{
public:
    TermCollector(const simulate::PreparedArm& arm, const prompt::Prompt& prompt, std::vector<TokenId> tokens,
                  const tokenizer::Tokenizer& tokenizer)
        : m_arm(arm)
        , m_prompt(prompt)
        , m_tokens(std::move(tokens))
        , m_tokenizer(tokenizer)
    {
    }

    TuningSample collect(bool isLiked, AnswerLoss answerLoss, double textLoss)
    {
        const auto& answers = m_arm.answers().answers;
        TuningSample sample;
        sample.isLiked = isLiked;
        sample.answers = {answers[0].front(), answers[1].front()};
        sample.cue = static_cast<std::int64_t>(m_tokens.size()) - 1;
        const auto& answer = answers[isLiked ? 0 : 1];
        m_tokens.insert(m_tokens.end(), answer.begin(), answer.end());
        std::vector<bool> isAnswer(m_tokens.size(), false);
        std::fill(isAnswer.begin() + sample.cue + 1, isAnswer.end(), true);
        if (answerLoss == AnswerLoss::All)
            markDemonstrations(isAnswer);
        for (std::size_t i = 1; i < m_tokens.size(); ++i)
            if (isAnswer[i] || textLoss > 0)
                sample.terms.push_back({static_cast<std::int64_t>(i) - 1, m_tokens[i], isAnswer[i]});
        m_tokens.pop_back(); // nothing is read after the last token
        sample.tokens = std::move(m_tokens);
        return sample;
    }

private:
    // The answer's tokens begin where the text before it ends.
    void markDemonstrations(std::vector<bool>& isAnswer) const
    {
        for (const prompt::Span& span : m_prompt.spans) {
            if (span.kind != prompt::SpanKind::Answer)
                continue;
            const auto before = std::string_view(m_prompt.text).substr(0, span.start);
            const std::size_t begin = m_tokenizer.encode(before, promptOptions).size();
            for (const auto& answer : m_arm.answers().answers) {
                const bool stands = begin + answer.size() <= m_tokens.size()
                    && std::equal(answer.begin(), answer.end(), m_tokens.begin() + static_cast<std::ptrdiff_t>(begin));
                if (stands)
                    std::fill_n(isAnswer.begin() + static_cast<std::ptrdiff_t>(begin), answer.size(), true);
            }
        }
    }

    const simulate::PreparedArm& m_arm;
    const prompt::Prompt& m_prompt;
    std::vector<TokenId> m_tokens;
    const tokenizer::Tokenizer& m_tokenizer;
};

/// Opens each dataset once, however many stages use it, and prepares the arms of every stage on it.
class SourceOpener
{
public:
    SourceOpener(const TuningPlan& plan, std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                 std::int64_t contextTokens, const JobContext& context)
        : m_plan(plan)
        , m_tokenizer(std::move(tokenizer))
        , m_contextTokens(contextTokens)
        , m_context(context)
    {
        m_experiment.seed = plan.seed;
        m_experiment.baseFolder = plan.baseFolder;
    }

    Result<> open(std::size_t stage)
    {
        std::vector<std::size_t> indices;
        for (const DataSource& source : m_plan.stages[stage].data) {
            DRIFTSCOPE_TRY(const std::size_t index, indexOf(source));
            DRIFTSCOPE_CHECK(prepareArms(sources[index], stage));
            indices.push_back(index);
        }
        ofStage.push_back(std::move(indices));
        return {};
    }

    std::vector<PreparedSource> sources;
    std::vector<std::vector<std::size_t>> ofStage;

private:
    Result<std::size_t> indexOf(const DataSource& source)
    {
        const std::string key = source.path + "\n" + source.label + "\n" + source.planted.dump();
        if (const auto found = m_indices.find(key); found != m_indices.end())
            return found->second;
        DRIFTSCOPE_TRY(auto history, openSource(source, m_plan.baseFolder, m_context));
        auto moments = splitMoments(history, m_plan.split, m_plan.seed);
        if (moments.training.empty() || moments.validation.empty())
            return fail(ErrorCode::NoEligibleQuery,
                        "The plan's dataset '" + (source.path.empty() ? "planted" : source.path) + "' leaves "
                            + std::to_string(moments.training.size()) + " moments to train on and "
                            + std::to_string(moments.validation.size())
                            + " to validate with; change 'split' or take more data.");
        sources.push_back({std::move(history), std::move(moments.training), std::move(moments.validation),
                           std::vector<std::vector<simulate::PreparedArm>>(m_plan.stages.size())});
        m_indices.emplace(key, sources.size() - 1);
        return sources.size() - 1;
    }

    Result<> prepareArms(PreparedSource& source, std::size_t stage)
    {
        if (!source.arms[stage].empty())
            return {};
        for (const Recipe& recipe : m_plan.stages[stage].recipes) {
            DRIFTSCOPE_TRY(
                auto arm,
                simulate::PreparedArm::prepare(recipe.arm, m_experiment, source.history, m_tokenizer, m_contextTokens));
            source.arms[stage].push_back(std::move(arm));
        }
        return {};
    }

    const TuningPlan& m_plan;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    std::int64_t m_contextTokens;
    const JobContext& m_context;
    simulate::Experiment m_experiment;
    std::map<std::string, std::size_t> m_indices;
};

std::size_t drawRecipe(const std::vector<Recipe>& recipes, RandomStream& random)
{
    double total = 0;
    for (const Recipe& recipe : recipes)
        total += recipe.weight;
    double place = random.uniform() * total;
    for (std::size_t i = 0; i < recipes.size(); ++i) {
        place -= recipes[i].weight;
        if (place < 0)
            return i;
    }
    return recipes.size() - 1;
}

/// The demonstrations that an arm would choose, with every label swapped if asked for.
Result<simulate::ArmPrompts> buildPrompts(const simulate::PreparedArm& arm, const data::Moment& moment,
                                          data::ItemIndex item, bool isFlipped)
{
    DRIFTSCOPE_TRY(auto built, arm.build(moment, std::span(&item, 1)));
    if (!isFlipped)
        return built;
    auto demonstrations = std::move(built.context.demonstrations);
    for (auto& demonstration : demonstrations)
        demonstration.isLiked = !demonstration.isLiked;
    return arm.build(moment, std::span(&item, 1), std::move(demonstrations));
}

} // namespace

SplitMoments splitMoments(const data::UserHistory& history, const TuningSplit& split, std::uint64_t seed)
{
    const data::Dataset& dataset = history.dataset();
    const auto cut = static_cast<std::size_t>(split.trainShare * static_cast<double>(dataset.size()));
    // Interactions stand in time order; those of the cut's own second are after it.
    const SimTime firstAfter = cut < dataset.size() ? dataset.time(static_cast<InteractionIndex>(cut)) : SimTime::max();
    SplitMoments moments;
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const auto index = static_cast<data::UserIndex>(user);
        const UserPart part = partOf(dataset.userId(index), split, seed);
        if (part == UserPart::Test)
            continue;
        for (const InteractionIndex interaction : dataset.ofUser(index)) {
            if (dataset.time(interaction) >= firstAfter)
                break;
            const auto before = history.before(history.momentOf(interaction)).size();
            if (static_cast<std::int64_t>(before) < split.minHistory)
                continue;
            (part == UserPart::Validation ? moments.validation : moments.training).push_back(interaction);
        }
    }
    return moments;
}

Result<SampleBuilder> SampleBuilder::open(const TuningPlan& plan, std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                          std::int64_t contextTokens, const JobContext& context)
{
    SourceOpener opener(plan, tokenizer, contextTokens, context);
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage)
        DRIFTSCOPE_CHECK(opener.open(stage));
    SampleBuilder builder;
    builder.m_plan = plan;
    builder.m_tokenizer = std::move(tokenizer);
    builder.m_sources = std::move(opener.sources);
    builder.m_sourcesOfStage = std::move(opener.ofStage);
    return builder;
}

SampleBuilder::Draw SampleBuilder::draw(std::size_t stage, RandomStream& random, bool isValidation) const
{
    const auto& sources = m_sourcesOfStage[stage];
    Draw drawn;
    drawn.stage = stage;
    drawn.source = sources[random.index(sources.size())];
    drawn.recipe = drawRecipe(m_plan.stages[stage].recipes, random);
    const PreparedSource& source = m_sources[drawn.source];
    const auto& moments = isValidation ? source.validation : source.training;
    drawn.interaction = moments[random.index(moments.size())];
    drawn.isFlipped = random.uniform() < m_plan.stages[stage].recipes[drawn.recipe].flippedShare && !isValidation;
    return drawn;
}

Result<TuningSample> SampleBuilder::build(const Draw& drawn, AnswerLoss answerLoss, double textLoss) const
{
    const PreparedSource& source = m_sources[drawn.source];
    const simulate::PreparedArm& arm = source.arms[drawn.stage][drawn.recipe];
    const data::Moment moment = source.history.momentOf(drawn.interaction);
    const data::ItemIndex item = source.history.dataset().item(drawn.interaction);
    DRIFTSCOPE_TRY(auto built, buildPrompts(arm, moment, item, drawn.isFlipped));
    TermCollector collector(arm, built.prompts.front(), std::move(built.tokenized.front().tokens), *m_tokenizer);
    return collector.collect(source.history.isLiked(drawn.interaction) != drawn.isFlipped, answerLoss, textLoss);
}

Result<TuningSample> SampleBuilder::training(std::int64_t step, std::int64_t index) const
{
    RandomStream random(m_plan.seed, "sample", {static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(index)});
    const Stage& stage = m_plan.stageOf(step);
    const auto place = static_cast<std::size_t>(&stage - m_plan.stages.data());
    return build(draw(place, random, false), stage.answerLoss, stage.textLoss);
}

Result<TuningSample> SampleBuilder::validation(std::int64_t index) const
{
    RandomStream random(m_plan.seed, "validation", {static_cast<std::uint64_t>(index)});
    return build(draw(m_plan.stages.size() - 1, random, true), AnswerLoss::Last, 0);
}

Result<std::string> SampleBuilder::text(std::size_t stage, RandomStream& random) const
{
    const Draw drawn = draw(stage, random, false);
    const PreparedSource& source = m_sources[drawn.source];
    const simulate::PreparedArm& arm = source.arms[drawn.stage][drawn.recipe];
    const data::ItemIndex item = source.history.dataset().item(drawn.interaction);
    DRIFTSCOPE_TRY(const auto built, arm.build(source.history.momentOf(drawn.interaction), std::span(&item, 1)));
    const bool isLiked = source.history.isLiked(drawn.interaction);
    return built.prompts.front().text + (isLiked ? arm.wording().positiveAnswer : arm.wording().negativeAnswer);
}

Result<std::vector<std::string>> sampleTexts(const TuningPlan& plan, std::size_t count, const JobContext& context)
{
    constexpr std::int64_t wordTokens = 1 << 20; // the trial tokenizer only counts words here
    const auto trial = std::make_shared<simulate::TrialTokenizer>();
    DRIFTSCOPE_TRY(const auto builder, SampleBuilder::open(plan, trial, wordTokens, context));
    std::vector<std::string> texts;
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
        for (std::size_t i = 0; i < count; ++i) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Preparing the samples was stopped.");
            RandomStream random(plan.seed, "vocabulary", {stage, i});
            DRIFTSCOPE_TRY(texts.emplace_back(), builder.text(stage, random));
        }
    }
    return texts;
}

} // namespace driftscope::tuning
