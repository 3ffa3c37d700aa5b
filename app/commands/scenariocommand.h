// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds "scenario": what the steps of live scenarios do to a ranking, and how long each takes to answer.
void addScenarioCommand(CommandLine& line);

} // namespace driftscope::app
