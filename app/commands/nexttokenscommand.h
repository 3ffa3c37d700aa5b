// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope::app {

struct CommandLine;

/// Adds `next-tokens`: the most likely tokens after prompts, JSON lines in and out.
void addNextTokensCommand(CommandLine& line);

} // namespace driftscope::app
