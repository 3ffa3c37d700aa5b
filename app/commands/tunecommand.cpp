// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/tunecommand.h"

#include "core/tuning/trainer.h"

#include <cstdio>
#include <iostream>

namespace driftscope::app {

namespace {

struct TuneArguments {
    std::string plan;
    std::string output;
    bool isNew = false;
    bool isJson = false;
};

void printStep(const tuning::StepReport& report)
{
    char text[200];
    std::snprintf(text, sizeof text, "step %lld of %lld: loss %.4f, %.2f s a step", static_cast<long long>(report.step),
                  static_cast<long long>(report.totalSteps), report.answerLoss, report.seconds);
    std::string line = text;
    if (report.textLoss) {
        std::snprintf(text, sizeof text, ", text %.4f", *report.textLoss);
        line += text;
    }
    if (report.auc) {
        std::snprintf(text, sizeof text, "; validation AUC %.4f, loss %.4f%s", *report.auc, *report.validationLoss,
                      report.isBest ? " (best so far)" : "");
        line += text;
    }
    note(line);
}

Result<> tunePlan(const TuneArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto plan, tuning::TuningPlan::load(arguments.plan));
    if (!arguments.output.empty())
        plan.output = std::filesystem::absolute(arguments.output).string();
    tuning::TuningOptions options;
    options.resumes = !arguments.isNew;
    constexpr std::int64_t stepsPerLine = 10;
    options.onStep = [](const tuning::StepReport& report) {
        if (report.auc || report.step % stepsPerLine == 0)
            printStep(report);
    };
    DRIFTSCOPE_TRY(const auto outcome, tuning::tune(plan, options, context));
    if (!outcome.isFirstProcess)
        return {};
    if (arguments.isJson) {
        printJson({{"output", outcome.output.string()},
                   {"steps", outcome.steps},
                   {"bestStep", outcome.bestStep},
                   {"auc", outcome.bestAuc},
                   {"validationLoss", outcome.bestLoss},
                   {"stoppedEarly", outcome.stoppedEarly}});
        return {};
    }
    std::cout << "Best of " << outcome.steps << " steps: step " << outcome.bestStep << ", validation AUC "
              << outcome.bestAuc << ", loss " << outcome.bestLoss << "\nWritten to " << outcome.output.string()
              << std::endl;
    return {};
}

} // namespace

void addTuneCommand(CommandLine& line)
{
    auto arguments = std::make_shared<TuneArguments>();
    CLI::App* command = line.add("tune", "Train a checkpoint, or a new small model, to learn in context",
                                 "driftscope-cli tune resources/tuning/drift-tiny.json --output drift-tiny",
                                 [arguments](const JobContext& context) { return tunePlan(*arguments, context); });
    command->add_option("plan", arguments->plan, "tuning plan (JSON)")->required();
    command->add_option("--output", arguments->output, "folder for the result; default: as the plan says");
    command->add_flag("--new", arguments->isNew, "start anew; default: go on from the last saved step");
    command->add_flag("--json", arguments->isJson, "print the outcome as JSON");
}

} // namespace driftscope::app
