// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope::app {

struct CommandLine;

/// Adds `embed`: vectors of texts, JSON lines in and out.
void addEmbedCommand(CommandLine& line);

} // namespace driftscope::app
