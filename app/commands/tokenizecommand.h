// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `tokenize`: JSON lines {"text"} from stdin to {"text","ids"} on stdout, in the same order.
void addTokenizeCommand(CommandLine& line);

} // namespace driftscope::app
