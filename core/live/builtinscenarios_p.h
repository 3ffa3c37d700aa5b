// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace driftscope::live {

/// A file of resources/scenarios, compiled in.
struct BuiltInScenario {
    std::string_view id; ///< file name without its ending
    std::string_view json;
};

/// All of them. Defined in a file that embedjson.cmake writes at build time, so that the library needs no resource
/// path.
[[nodiscard]] std::span<const BuiltInScenario> builtInScenarioFiles();

} // namespace driftscope::live
