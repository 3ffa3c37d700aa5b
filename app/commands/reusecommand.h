// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// Adds "reuse": how much of its context a user's next moment finds computed, for sliding and for growing contexts.
void addReuseCommand(CommandLine& line);

} // namespace driftscope::app
