// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `tune PLAN`: trains a checkpoint to learn in context; goes on where it was stopped.
void addTuneCommand(CommandLine& line);

} // namespace driftscope::app
