// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchcommand.h"

#include "app/commands/benchgrowth.h"
#include "app/commands/benchown.h"
#include "app/commands/benchtable.h"
#include "app/commands/command.h"

namespace driftscope::app {

namespace {

Result<> bench(const BenchArguments& arguments, const JobContext& context)
{
    if (!arguments.contender.empty()) {
        DRIFTSCOPE_TRY(const auto line, runOwnContender(arguments, context));
        printJson(line);
        return {};
    }
    if (arguments.isProfile) {
        DRIFTSCOPE_TRY(const auto line, profileOwn(arguments, context));
        printJson(line);
        return {};
    }
    if (!arguments.growth.empty())
        return measureGrowth(arguments, context);
    return measureTable(arguments, context);
}

void addWhat(CLI::App& command, BenchArguments& arguments)
{
    command.add_option("--checkpoint", arguments.checkpoint,
                       "Hugging Face folder or GGUF file; default: the first in the data folder");
    command.add_option("--workload", arguments.workload, "JSON file with answers and queries; default: a made-up one");
    command.add_option("--queries", arguments.queries, "Only the first N queries; 0 = all")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--precision", arguments.precisions, "fp32, bf16, fp16 (GPUs), or several")
        ->check(CLI::IsMember({"fp32", "bf16", "fp16"}))
        ->delimiter(',')
        ->capture_default_str();
    command.add_option("--device", arguments.device, "cpu, cuda or auto")
        ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
        ->capture_default_str();
    command.add_option("--rounds,--repeats", arguments.rounds, "Rounds over all contenders")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_flag("--profile", arguments.isProfile, "Only this program: where its time goes, by stage");
    command.add_option("--growth", arguments.growth,
                       "Only this program: cost as candidates, k, history and users grow, as a CSV file");
    command.add_flag("--json", arguments.isJson, "JSON lines, which is what it always prints");
}

void addPeers(CLI::App& command, BenchArguments& arguments)
{
    command.add_option("--peers", arguments.peers, "Folder with hf_peer.py and llamacpp_peer.py");
    command.add_option("--python", arguments.python, "Interpreter for the peers")->capture_default_str();
    command.add_option("--peer-model", arguments.peerModel,
                       "The same model as a Hugging Face folder, for a GGUF checkpoint");
    command.add_option("--peer-gguf", arguments.peerGguf, "The same model as GGUF files, for llama.cpp");
    command.add_option("--quiet-wait", arguments.quietWait,
                       "Seconds to wait at most for other programs to rest before each contender");
    command.add_flag("--without-slow", arguments.withoutSlow, "Leave out what computes every prompt in full");
    command.add_option("--contender", arguments.contender, "Run this one alone and print the line that a peer prints");
    command.add_option("--scores", arguments.scores, "With --contender: file for the scores");
}

} // namespace

void addBenchCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<BenchArguments>();
    CLI::App* command = line.add("bench", "Speed of ranking on this machine, as ratios within one run",
                                 "driftscope-cli bench --checkpoint datasets/models/drift-tiny",
                                 [arguments](const JobContext& context) { return bench(*arguments, context); });
    addWhat(*command, *arguments);
    addPeers(*command, *arguments);
}

} // namespace driftscope::app
