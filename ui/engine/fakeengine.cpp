// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/fakeengine.h"

#include "core/inference/fakescorer.h"
#include "core/inference/faketextmodel.h"

#include <cmath>
#include <filesystem>

namespace driftscope::ui {

namespace {

tuning::StepReport fakeStep(const tuning::TuningPlan& plan, std::int64_t step)
{
    const double done = static_cast<double>(step) / static_cast<double>(plan.totalSteps());
    tuning::StepReport report;
    report.step = step;
    report.totalSteps = plan.totalSteps();
    report.answerLoss = 0.2 + 0.5 * std::exp(-4 * done);
    report.textLoss = 1 + 4 * std::exp(-4 * done);
    report.seconds = 0.01;
    if (step % plan.validateEvery == 0 || step == plan.totalSteps()) {
        report.auc = 0.5 + 0.4 * done;
        report.validationLoss = report.answerLoss;
        report.isBest = true;
    }
    return report;
}

std::vector<std::string> namesOf(const std::vector<inference::AdapterChoice>& adapters)
{
    std::vector<std::string> names;
    for (const inference::AdapterChoice& adapter : adapters)
        names.push_back(adapter.name);
    return names;
}

/// Adapters are given a seed of their own: switching them changes the scores.
std::uint64_t seedOf(std::uint64_t seed, const std::vector<std::string>& adapters)
{
    for (const std::string& adapter : adapters)
        seed = seed * 31 + std::hash<std::string> {}(adapter);
    return seed;
}

/// @param vocabulary  tokens of the checkpoint that it stands in for.
std::shared_ptr<const LoadedEngine> fakeEngine(const std::vector<std::string>& active, std::int64_t vocabulary)
{
    auto engine = std::make_shared<LoadedEngine>();
    engine->makeScorer = [active, vocabulary](const ScorerRequest& request) -> std::unique_ptr<inference::Scorer> {
        return std::make_unique<inference::FakeScorer>(seedOf(request.seed, active), FakeEngine::contextLength,
                                                       vocabulary);
    };
    engine->makeTextModel = [active, vocabulary] {
        return std::make_unique<inference::FakeTextModel>(seedOf(1, active), FakeEngine::contextLength, vocabulary);
    };
    engine->withAdapters = [vocabulary](const std::vector<inference::AdapterChoice>& wanted,
                                        const JobContext&) -> Result<std::shared_ptr<const LoadedEngine>> {
        return fakeEngine(namesOf(wanted), vocabulary);
    };
    engine->name = "fake model";
    engine->device = "fake";
    engine->precision = "fp32";
    engine->adapters = active;
    engine->activeAdapters = active;
    return engine;
}

} // namespace

Result<std::shared_ptr<const LoadedEngine>> FakeEngine::load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint,
                                                             const inference::LoadOptions& options,
                                                             const JobContext& context)
{
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Loading was stopped.");
    constexpr std::int64_t trialVocabulary = 512; // of TrialTokenizer
    return fakeEngine(namesOf(options.adapters), checkpoint ? checkpoint->config().vocabularySize : trialVocabulary);
}

Result<tuning::TuningOutcome> FakeEngine::tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options,
                                               const JobContext& context)
{
    tuning::TuningOutcome outcome {plan.outputFolder(), 0, 0, 0, 0, false, true};
    std::error_code ignored;
    std::filesystem::create_directories(outcome.output, ignored);
    while (outcome.steps < plan.totalSteps()) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Tuning was stopped.");
        const tuning::StepReport report = fakeStep(plan, ++outcome.steps);
        if (report.isBest) {
            outcome.bestStep = report.step;
            outcome.bestAuc = *report.auc;
            outcome.bestLoss = *report.validationLoss;
        }
        context.report({report.step, report.totalSteps, "tune"});
        options.onStep(report);
    }
    return outcome;
}

} // namespace driftscope::ui
