// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope::app {

struct CommandLine;

/// Adds `generate`: continues prompts, JSON lines in and out.
void addTextGenerationCommand(CommandLine& line);

} // namespace driftscope::app
