// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// recovery: what shifts of taste did to a run's arms, and how long they took to get over them.
void addRecoveryCommand(CommandLine& line);

} // namespace driftscope::app
