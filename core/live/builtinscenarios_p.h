// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/embeddedjson.h"

#include <span>

namespace driftscope::live {

/// Files of resources/scenarios, in the order of a lesson.
[[nodiscard]] std::span<const EmbeddedJson> builtInScenarioFiles();

} // namespace driftscope::live
