// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/runscommand.h"

#include "app/commands/storedrun.h"

#include <iostream>

namespace driftscope::app {

namespace {

struct RunsOptions {
    StoreChoice store;
    bool isJson = false;
};

void printLine(const store::Run& run)
{
    printJson({{"run", run.id},
               {"name", run.name},
               {"experimentHash", run.experimentHash},
               {"state", store::runStateName(run.state)},
               {"startedAt", run.startedAt},
               {"endedAt", run.endedAt == 0 ? nlohmann::json() : nlohmann::json(run.endedAt)},
               {"records", run.records},
               {"expectedRecords", run.expectedRecords},
               {"leaks", run.leaks},
               {"message", run.message}});
}

void printRow(const store::Run& run)
{
    const std::string progress = std::to_string(run.records) + " of " + std::to_string(run.expectedRecords);
    std::cout << padded(std::to_string(run.id), 6) << padded(run.name, 32) << "  "
              << padded(std::string(store::runStateName(run.state)), 10) << padded(timeText(run.startedAt), 21)
              << padded(progress, 20) << padded(std::to_string(run.leaks), 6) << run.message << '\n';
}

Result<> listRuns(const RunsOptions& options)
{
    DRIFTSCOPE_TRY(const auto runStore, store::RunStore::open(options.store.path(), store::RunStore::Access::ReadOnly));
    DRIFTSCOPE_TRY(const auto runs, runStore->runs());
    if (options.isJson) {
        for (const store::Run& run : runs)
            printLine(run);
        return {};
    }
    if (runs.empty()) {
        std::cout << "There is no run in " << options.store.path().string() << ".\n";
        return {};
    }
    std::cout << padded("run", 6) << padded("name", 32) << "  " << padded("state", 10) << padded("started (UTC)", 21)
              << padded("predictions", 20) << "leaks\n";
    for (const store::Run& run : runs)
        printRow(run);
    return {};
}

} // namespace

void addRunsCommand(CommandLine& line)
{
    const auto options = std::make_shared<RunsOptions>();
    CLI::App* const command = line.add("runs", "List the runs of a store, newest first", "driftscope-cli runs --json",
                                       [options](const JobContext&) { return listRuns(*options); });
    options->store.addTo(*command);
    command->add_flag("--json", options->isJson, "Print a JSON line a run");
}

} // namespace driftscope::app
