// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

/// What all commands of driftscope-cli share: each command is one file pair that adds itself to the parser.
namespace driftscope::app {

/// A command after parsing: does its work and returns the outcome. Output goes to stdout, progress to stderr.
using CommandBody = std::function<Result<>(const JobContext&)>;

/// Collects the body of the command that was chosen on the command line.
struct CommandLine {
    CLI::App parser {"Driftscope: in-context-learning recommendation over simulated time", "driftscope-cli"};
    CommandBody chosen;

    /// Adds a command. `example` is a line that runs, shown at the end of its help.
    CLI::App* add(const std::string& name, const std::string& help, const std::string& example, CommandBody body);
};

/// Stop token of Ctrl-C, progress lines on a terminal's stderr.
[[nodiscard]] JobContext terminalContext();

/// True if stdout is a terminal (human text) rather than a pipe.
[[nodiscard]] bool isTerminalOutput();

/// One line of JSON on stdout, flushed.
void printJson(const nlohmann::json& value);

/// A note on stderr.
void note(const std::string& message);

} // namespace driftscope::app
