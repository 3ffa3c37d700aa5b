// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probework.h"

#include "core/simulate/contextprobe.h"
#include "core/simulate/titleembeddings.h"
#include "ui/focus/workspace.h"

#include <algorithm>
#include <chrono>

namespace driftscope::ui {

namespace {

constexpr std::size_t keptScorers = 2;

simulate::Query queryOf(const ProbeRequest& request)
{
    const data::Dataset& dataset = request.history->dataset();
    simulate::Query query;
    query.moment = request.history->momentOf(request.moment);
    query.target = dataset.item(request.moment);
    query.isLiked = request.history->isLiked(request.moment);
    query.eventIndex = static_cast<std::int64_t>(request.history->before(query.moment).size());
    return query;
}

/// The embeddings of the titles, made when the dataset or the model is another one than last time.
Result<> addItemVectors(const ProbeRequest& request, const ProbeQuestion& question, simulate::PreparedArm& arm,
                        const JobContext& context)
{
    ProbeKept& kept = *request.kept;
    if (!question.engine || !question.arm.isModel() || !simulate::needsItemVectors(question.arm))
        return {}; // without a model, building says what is missing
    const auto dataset = request.history->sharedDataset();
    if (!kept.vectors || kept.dataset != dataset || kept.embedder != question.engine) {
        DRIFTSCOPE_TRY(const auto files, hashFiles(question.checkpoint, context));
        const auto model = question.engine->makeTextModel();
        DRIFTSCOPE_TRY(kept.vectors,
                       simulate::embedTitlesOnce(*dataset, *question.checkpoint.tokenizer, *model,
                                                 question.engine->precision, files, context));
        kept.dataset = dataset;
        kept.embedder = question.engine;
    }
    arm.setItemVectors(kept.vectors);
    return {};
}

void countTokens(simulate::ArmPrompts& built, const tokenizer::Tokenizer& tokenizer)
{
    const prompt::TokenCounter count = [&](std::string_view text) {
        return tokenizer.encode(text, {true, false}).size();
    };
    for (auto& prompt : built.prompts)
        prompt::countSpanTokens(prompt, count);
}

Result<std::vector<double>> rankByBaseline(const ProbeAnswer& answer, const ProbeRequest& request,
                                           const JobContext& context)
{
    const simulate::Query query = queryOf(request);
    const auto* sequences = request.engine ? request.engine->sequences.get() : nullptr;
    DRIFTSCOPE_TRY([[maybe_unused]] const auto updates,
                   answer.arm->train(std::span(&query, 1), {true}, sequences, context));
    return answer.arm->rank(answer.when, answer.candidates.items);
}

/// Chooses, words and tokenises.
Result<ProbeAnswer> buildPrompts(const ProbeRequest& request, const ProbeQuestion& question, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto arm,
                   simulate::PreparedArm::prepare(question.arm, request.experiment, *request.history,
                                                  question.checkpoint.tokenizer, question.checkpoint.contextLength));
    DRIFTSCOPE_CHECK(addItemVectors(request, question, arm, context));
    const simulate::Query query = queryOf(request);
    const simulate::CandidateSampler sampler(request.history->sharedDataset(), request.experiment.seed,
                                             request.experiment.candidates.count);
    ProbeAnswer answer;
    answer.moment = request.moment;
    answer.when = query.moment;
    answer.question = question;
    answer.candidates = sampler.draw(query);
    if (question.arm.isModel()) {
        answer.budgetTokens = arm.budgetTokens();
        DRIFTSCOPE_TRY(answer.built, arm.buildEdited(query.moment, answer.candidates.items, question.edits));
        countTokens(answer.built, *question.checkpoint.tokenizer);
    }
    answer.arm = std::make_shared<const simulate::PreparedArm>(std::move(arm));
    return answer;
}

Result<ProbeAnswer> addScores(ProbeAnswer answer, const ProbeRequest& request, inference::Scorer* scorer,
                              const JobContext& context)
{
    const auto start = std::chrono::steady_clock::now();
    const simulate::Arm& arm = answer.question.arm;
    if (!arm.isModel()) {
        DRIFTSCOPE_TRY(answer.scores, rankByBaseline(answer, request, context));
    } else {
        const bool isInFocus = scorer && answer.question.engine == request.engine;
        inference::Scorer& asked = isInFocus ? *scorer : request.kept->scorerOf(answer.question.engine);
        DRIFTSCOPE_TRY(answer.answers,
                       asked.score(answer.built.tokenized, scoreOptionsOf(request.experiment, arm), context));
        answer.scores = answer.built.scoresOf(arm, answer.answers);
    }
    answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return answer;
}

/// Both, as far as there is a scorer.
Result<ProbeAnswer> answerOf(const ProbeRequest& request, const ProbeQuestion& question, inference::Scorer* scorer,
                             const JobContext& context)
{
    DRIFTSCOPE_TRY(auto built, buildPrompts(request, question, context));
    if (!canScore(question))
        return built;
    return addScores(std::move(built), request, scorer, context);
}

} // namespace

inference::Scorer& ProbeKept::scorerOf(const std::shared_ptr<const LoadedEngine>& engine)
{
    const auto known = std::ranges::find(scorers, engine, [](const auto& entry) { return entry.first; });
    if (known != scorers.end())
        return *known->second;
    if (scorers.size() >= keptScorers)
        scorers.erase(scorers.begin());
    return *scorers.emplace_back(engine, engine->makeScorer({})).second;
}

std::optional<double> ProbeAnswer::positive(std::size_t candidate) const
{
    if (candidate >= answers.size())
        return std::nullopt;
    return simulate::positiveProbability(answers[candidate]);
}

inference::ScoreOptions scoreOptionsOf(const simulate::Experiment& experiment, const simulate::Arm& arm)
{
    inference::ScoreOptions options;
    if (arm.checkpoint.empty()) // another checkpoint carries no adapters
        options.adapters = experiment.adaptersOf(arm);
    return options;
}

bool canScore(const ProbeQuestion& question)
{
    return question.engine || !question.arm.isModel();
}

void answerRequest(const ProbeRequest& request, inference::Scorer* scorer, const JobContext& context,
                   const ProbeListener& listener)
{
    const auto fails = [&](const Error& error) {
        if (error.code != ErrorCode::Cancelled)
            listener.problem(error);
    };
    auto built = buildPrompts(request, request.question, context);
    if (!built)
        return fails(built.error());
    listener.prompts(std::make_shared<const ProbeAnswer>(*built));
    if (canScore(request.question)) {
        auto scored = addScores(std::move(*built), request, scorer, context);
        if (!scored)
            return fails(scored.error());
        listener.scores(std::make_shared<const ProbeAnswer>(std::move(*scored)));
    }
    if (!request.compared || context.isStopped())
        return;
    auto other = answerOf(request, *request.compared, scorer, context);
    if (other)
        listener.compared(std::make_shared<const ProbeAnswer>(std::move(*other)), {});
    else if (other.error().code != ErrorCode::Cancelled)
        listener.compared(nullptr, other.error());
}

ProbeAnswer rescored(ProbeAnswer answer, simulate::ScoreKind score)
{
    answer.question.arm.score = score;
    if (!answer.answers.empty())
        answer.scores = answer.built.scoresOf(answer.question.arm, answer.answers);
    return answer;
}

} // namespace driftscope::ui
