// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `template list`, `show`, `check`, `import`: the wordings that experiments name.
void addTemplateCommand(CommandLine& line);

} // namespace driftscope::app
