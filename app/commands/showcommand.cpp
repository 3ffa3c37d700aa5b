// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/showcommand.h"

#include "app/commands/storedrun.h"
#include "core/simulate/runsummary.h"

#include <iostream>

namespace driftscope::app {

namespace {

struct ShowOptions {
    std::string run;
    StoreChoice store;
    bool isJson = false;
};

std::string textOf(const nlohmann::json& manifest, const nlohmann::json::json_pointer& place)
{
    if (!manifest.contains(place))
        return "?";
    const auto& value = manifest[place];
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void printFiles(const nlohmann::json& manifest, const std::string& part)
{
    const nlohmann::json::json_pointer place("/" + part + "/files");
    if (!manifest.contains(place) || !manifest[place].is_array())
        return;
    for (const auto& file : manifest[place])
        std::cout << "    " << textOf(file, nlohmann::json::json_pointer("/hash")) << "  "
                  << textOf(file, nlohmann::json::json_pointer("/path")) << '\n';
}

void printManifest(const store::Run& run)
{
    using Place = nlohmann::json::json_pointer;
    std::cout << "Run " << run.id << ": " << run.name << '\n'
              << "  state       " << store::runStateName(run.state) << ", " << run.records << " of "
              << run.expectedRecords << " predictions" << (run.message.empty() ? "" : ": " + run.message) << '\n'
              << "  time        " << timeText(run.startedAt) << " to " << timeText(run.endedAt) << " UTC\n"
              << "  experiment  " << run.experimentHash << ", seed " << textOf(run.manifest, Place("/seed")) << '\n'
              << "  device      " << textOf(run.manifest, Place("/device")) << ", "
              << textOf(run.manifest, Place("/precision")) << '\n'
              << "  program     " << textOf(run.manifest, Place("/program")) << ", libtorch "
              << textOf(run.manifest, Place("/libtorch")) << '\n'
              << "  dataset     " << textOf(run.manifest, Place("/dataset/path")) << '\n';
    printFiles(run.manifest, "dataset");
    std::cout << "  checkpoint  " << textOf(run.manifest, Place("/checkpoint/path")) << '\n';
    printFiles(run.manifest, "checkpoint");
    std::cout << '\n';
}

nlohmann::json toJson(const store::Run& run, const simulate::RunSummary& summary)
{
    nlohmann::json json = simulate::toJson(summary);
    json["run"] = run.id;
    json["name"] = run.name;
    json["state"] = store::runStateName(run.state);
    json["startedAt"] = run.startedAt;
    json["endedAt"] = run.endedAt == 0 ? nlohmann::json() : nlohmann::json(run.endedAt);
    json["records"] = run.records;
    json["expectedRecords"] = run.expectedRecords;
    json["message"] = run.message;
    json["manifest"] = run.manifest;
    return json;
}

Result<> showRun(const ShowOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto stored, openRun(options.store.path(), options.run));
    DRIFTSCOPE_TRY(const auto summary, simulate::summarize(stored.experiment, stored.records, context, stored.shifts));
    if (options.isJson) {
        printJson(toJson(stored.run, summary));
        return {};
    }
    printManifest(stored.run);
    std::cout << simulate::toText(summary) << std::flush;
    return {};
}

} // namespace

void addShowCommand(CommandLine& line)
{
    const auto options = std::make_shared<ShowOptions>();
    CLI::App* const command =
        line.add("show", "Show a run: what it was made from and its table", "driftscope-cli show last",
                 [options](const JobContext& context) { return showRun(*options, context); });
    command->add_option("run", options->run, "Number of the run, or 'last'")->required();
    options->store.addTo(*command);
    command->add_flag("--json", options->isJson, "Print JSON");
}

} // namespace driftscope::app
