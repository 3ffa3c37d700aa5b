// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/recoverycommand.h"

#include "app/commands/storedrun.h"
#include "core/base/textfile.h"
#include "core/simulate/driftmeasures.h"
#include "core/simulate/staleness.h"

#include <cstdio>
#include <iostream>

namespace driftscope::app {

namespace {

using nlohmann::json;

struct RecoveryChoice {
    std::string run;
    StoreChoice store;
    std::string kind;
    std::string shifts = "known";
    std::string csvFile;
    std::string shiftFile;
    simulate::DriftQuestion question;
    bool isJson = false;
};

/// The metric over the lag of the context, where the run compares arms by it.
Result<std::vector<simulate::Curve>> stalenessOf(const StoredRun& run, const std::string& metric,
                                                 const JobContext& context)
{
    if (simulate::lagGroups(run.experiment).empty())
        return std::vector<simulate::Curve>();
    simulate::Experiment one = run.experiment;
    one.metrics.ids = {metric};
    DRIFTSCOPE_TRY(const auto summary, simulate::summarize(one, run.records, context, run.shifts));
    return simulate::stalenessCurves(one, summary, one.metrics.ids);
}

json stalenessJson(const std::vector<simulate::Curve>& curves)
{
    json list = json::array();
    for (const auto& curve : curves) {
        json points = json::array();
        for (const auto& point : curve.points)
            points.push_back({{"lag", point.at},
                              {"value", point.value ? json(*point.value) : json()},
                              {"low", point.hasBand ? json(point.low) : json()},
                              {"high", point.hasBand ? json(point.high) : json()},
                              {"n", point.n}});
        list.push_back({{"arm", curve.arm}, {"metric", curve.metric}, {"points", std::move(points)}});
    }
    return list;
}

void printStaleness(const std::vector<simulate::Curve>& curves, const std::string& unit)
{
    for (const auto& curve : curves) {
        std::cout << "\n" << curve.arm << " over its lag in " << unit << ":";
        for (const auto& point : curve.points) {
            char text[96] = " -";
            if (point.value && point.hasBand)
                std::snprintf(text, sizeof text, "  %g: %.3f [%.3f, %.3f]", point.at, *point.value, point.low,
                              point.high);
            else if (point.value)
                std::snprintf(text, sizeof text, "  %g: %.3f", point.at, *point.value);
            std::cout << text;
        }
    }
    if (!curves.empty())
        std::cout << '\n';
}

Result<> writeTables(const RecoveryChoice& choice, const simulate::DriftMeasures& measures)
{
    if (!choice.csvFile.empty())
        DRIFTSCOPE_CHECK(writeFile(choice.csvFile, simulate::curveCsv(measures)));
    if (!choice.shiftFile.empty())
        DRIFTSCOPE_CHECK(writeFile(choice.shiftFile, simulate::shiftCsv(measures)));
    return {};
}

Result<> showRecovery(const RecoveryChoice& choice, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto run, openRun(choice.store.path(), choice.run));
    simulate::DriftQuestion question = choice.question;
    if (!choice.kind.empty()) {
        DRIFTSCOPE_TRY(question.kind, simulate::filterOf(choice.kind));
    }
    DRIFTSCOPE_TRY(const auto shifts, shiftsOf(run, choice.shifts == "detected", context));
    DRIFTSCOPE_TRY(const auto measures,
                   simulate::driftMeasures(run.experiment, run.records, shifts, std::move(question), context));
    DRIFTSCOPE_TRY(const auto staleness, stalenessOf(run, measures.metric, context));
    DRIFTSCOPE_CHECK(writeTables(choice, measures));
    if (choice.isJson) {
        json result = simulate::toJson(measures);
        result["run"] = run.run.id;
        result["shiftsAre"] = choice.shifts;
        result["staleness"] = stalenessJson(staleness);
        printJson(result);
        return {};
    }
    std::cout << "Run " << run.run.id << ": " << run.experiment.name << "\n\n" << simulate::toText(measures);
    const auto groups = simulate::lagGroups(run.experiment);
    printStaleness(staleness, groups.empty() ? "" : simulate::lagUnitName(groups.front().unit));
    std::cout << std::flush;
    return {};
}

} // namespace

void addRecoveryCommand(CommandLine& line)
{
    const auto choice = std::make_shared<RecoveryChoice>();
    auto& recovery = choice->question.recovery;
    CLI::App* const command =
        line.add("recovery", "What shifts of taste did to a run's arms: events to recover, area lost, staleness",
                 "driftscope-cli recovery last --metric ndcg@10",
                 [choice](const JobContext& context) { return showRecovery(*choice, context); });
    command->add_option("run", choice->run, "Number of the run, or 'last'")->required();
    choice->store.addTo(*command);
    command->add_option("--metric", choice->question.metric, "A metric of which more is better; default: ndcg@10");
    command->add_option("--kind", choice->kind,
                        "Shifts looked at: any, abrupt, gradual, recurring or swap; default: the experiment's");
    command
        ->add_option("--shifts", choice->shifts,
                     "known = planted ones, detected = looked for in the genres that each user likes, with hindsight")
        ->check(CLI::IsMember({"known", "detected"}))
        ->capture_default_str();
    command->add_option("--arm", choice->question.arms, "An arm; may be given several times; default: all");
    command->add_option("--reference", choice->question.reference,
                        "Arm whose value after the shift is the level (a ceiling); default: each arm's own before it");
    command->add_option("--before", recovery.before, "Events before the shift that give the level")
        ->capture_default_str();
    command->add_option("--after", recovery.after, "Events from the shift on that are looked at")
        ->capture_default_str();
    command->add_option("--width", recovery.width, "Events that a point of the curve is over")->capture_default_str();
    command->add_option("--share", recovery.share, "Of the level's distance from a random ranker: recovered")
        ->capture_default_str();
    command->add_option("--csv", choice->csvFile,
                        "The curve: arm, metric, from, to (events since the shift), value, low, high, n");
    command->add_option("--shift-csv", choice->shiftFile,
                        "A row a (arm, shift): arm, metric, user, event, kind, swap, queries, before, after, outcome, "
                        "events");
    command->add_flag("--json", choice->isJson, "Print JSON");
}

} // namespace driftscope::app
