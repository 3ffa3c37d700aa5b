// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds `runs`: the runs of a store, newest first.
void addRunsCommand(CommandLine& line);

} // namespace driftscope::app
