// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `experiment check FILE` and `experiment schema`.
void addExperimentCommand(CommandLine& line);

} // namespace driftscope::app
