// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds `metrics`: all metrics of scored rows that come as JSON lines on stdin.
void addMetricsCommand(CommandLine& line);

} // namespace driftscope::app
