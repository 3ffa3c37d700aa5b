// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"
#include "core/data/planteddrift.h"

#include <string>

namespace driftscope::app {

/// What `dataset generate` was told.
struct GenerateOptions {
    data::PlantedDriftPlan plan;
    std::string shifts = "mixed";
    std::string folder;
    bool isJson = false;
};

/// Adds `generate` to the command `dataset`. @param options  outlives the parser.
CLI::App* addGenerateCommand(CLI::App& dataset, GenerateOptions& options);

/// Makes the dataset and writes it.
[[nodiscard]] Result<> runGenerate(const GenerateOptions& options, const JobContext& context);

} // namespace driftscope::app
