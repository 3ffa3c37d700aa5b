// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds `export`: every prediction of a run as CSV or JSON lines, or its curves as a figure.
void addExportCommand(CommandLine& line);

} // namespace driftscope::app
