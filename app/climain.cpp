// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchcommand.h"
#include "app/commands/checkpointcommand.h"
#include "app/commands/command.h"
#include "app/commands/comparecommand.h"
#include "app/commands/datasetcommand.h"
#include "app/commands/embedcommand.h"
#include "app/commands/experimentcommand.h"
#include "app/commands/exportcommand.h"
#include "app/commands/metricscommand.h"
#include "app/commands/nexttokenscommand.h"
#include "app/commands/promptcommand.h"
#include "app/commands/recoverycommand.h"
#include "app/commands/reusecommand.h"
#include "app/commands/runcommand.h"
#include "app/commands/runscommand.h"
#include "app/commands/scenariocommand.h"
#include "app/commands/scorecommand.h"
#include "app/commands/showcommand.h"
#include "app/commands/templatecommand.h"
#include "app/commands/textgenerationcommand.h"
#include "app/commands/tokenizecommand.h"
#include "app/commands/tunecommand.h"

#include <exception>

using namespace driftscope;

namespace {

enum ExitStatus { Done = 0, Failed = 1, Usage = 2, Stopped = 130 };

int run(int argc, char** argv)
{
    app::CommandLine line;
    line.parser.require_subcommand(1);
    line.parser.set_version_flag("--version", "driftscope 0.1.0");
    // one line a command
    app::addBenchCommand(line);
    app::addCheckpointCommand(line);
    app::addCompareCommand(line);
    app::addDatasetCommand(line);
    app::addEmbedCommand(line);
    app::addExperimentCommand(line);
    app::addExportCommand(line);
    app::addMetricsCommand(line);
    app::addNextTokensCommand(line);
    app::addPromptCommand(line);
    app::addRecoveryCommand(line);
    app::addReuseCommand(line);
    app::addRunCommand(line);
    app::addRunsCommand(line);
    app::addScenarioCommand(line);
    app::addScoreCommand(line);
    app::addShowCommand(line);
    app::addTemplateCommand(line);
    app::addTextGenerationCommand(line);
    app::addTokenizeCommand(line);
    app::addTuneCommand(line);
    try {
        line.parser.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return line.parser.exit(error) == 0 ? Done : Usage;
    }
    const Result<> result = line.chosen(app::terminalContext());
    if (result)
        return Done;
    if (result.error().code == ErrorCode::Cancelled) {
        app::note(result.error().message);
        return Stopped;
    }
    app::note(result.error().message + " [" + std::string(errorName(result.error().code)) + "]");
    return Failed;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        app::note(std::string("internal error: ") + error.what() + " [internal]");
        return Failed;
    }
}
