// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/describedfield_p.h"

#include <filesystem>
#include <vector>

/// The described fields of the experiment file: the one place that parsing, writing, the schema and the docs come from.
namespace driftscope::simulate {

using ExperimentField = BoundField<Experiment>;
using ArmField = BoundField<Arm>;

/// Fields of the file but "version" and those of an arm.
[[nodiscard]] std::vector<ExperimentField> experimentFieldTable();
/// Fields of one element of "arms". @param base  folder of the experiment file, where template files are looked for.
[[nodiscard]] std::vector<ArmField> armFieldTable(const std::filesystem::path& base = {});

} // namespace driftscope::simulate
