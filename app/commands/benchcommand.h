// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope::app {

struct CommandLine;

/// `bench`: speed of scoring on this machine, against its own matrix products and, where they are installed, peers.
void addBenchCommand(CommandLine& line);

} // namespace driftscope::app
