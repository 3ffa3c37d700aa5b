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

} // namespace

Result<std::shared_ptr<const LoadedEngine>>
FakeEngine::load(std::shared_ptr<const checkpoint::Checkpoint> /*checkpoint*/,
                 const inference::LoadOptions& /*options*/, const JobContext& context)
{
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Loading was stopped.");
    auto engine = std::make_shared<LoadedEngine>();
    engine->makeScorer = [](const ScorerRequest& request) -> std::unique_ptr<inference::Scorer> {
        return std::make_unique<inference::FakeScorer>(request.seed, FakeEngine::contextLength);
    };
    engine->makeTextModel = [] { return std::make_unique<inference::FakeTextModel>(1, FakeEngine::contextLength); };
    engine->name = "fake model";
    engine->device = "fake";
    engine->precision = "fp32";
    return engine;
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
