// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds `compare`: differences between the arms of two runs, paired by user over their common queries.
void addCompareCommand(CommandLine& line);

} // namespace driftscope::app
