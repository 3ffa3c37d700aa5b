// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `run EXPERIMENT`: runs an experiment or goes on with it; every batch is in the store before the next one is scored.
void addRunCommand(CommandLine& line);

} // namespace driftscope::app
