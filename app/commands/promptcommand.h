// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `prompt EXPERIMENT --user U --at T|INDEX`: the exact prompt of a moment; reads the tokenizer but no weights.
void addPromptCommand(CommandLine& line);

} // namespace driftscope::app
