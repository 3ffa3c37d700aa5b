// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope::app {

struct CommandLine;

/// `score`: logits of the answers after prompts, JSON lines in and out.
void addScoreCommand(CommandLine& line);

} // namespace driftscope::app
