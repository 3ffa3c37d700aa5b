// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"

namespace driftscope::app {

/// `dataset PATH`: opens a dataset and prints its health card; writes the report of its rows and its canonical form.
void addDatasetCommand(CommandLine& line);

} // namespace driftscope::app
