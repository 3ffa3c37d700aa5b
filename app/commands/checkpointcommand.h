// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `checkpoint PATH`: what a checkpoint, an adapter or one of their files is, from headers alone.
void addCheckpointCommand(CommandLine& line);

} // namespace driftscope::app
