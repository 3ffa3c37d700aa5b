// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace driftscope::simulate {

/// Something that two manifests say differently.
struct ManifestDifference {
    std::string path; ///< "experiment/replay/maxUsers"
    nlohmann::json a; ///< null = it is not there
    nlohmann::json b;
};

/// What differs between the manifests of two runs, in the order of the paths. The tables of shifts follow from data and
/// replay and are compared as wholes: only how many shifts there are is given.
[[nodiscard]] std::vector<ManifestDifference> manifestDifferences(const nlohmann::json& a, const nlohmann::json& b);

} // namespace driftscope::simulate
