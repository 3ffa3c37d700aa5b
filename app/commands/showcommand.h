// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds `show`: manifest and table of one run.
void addShowCommand(CommandLine& line);

} // namespace driftscope::app
