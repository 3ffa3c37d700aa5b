// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/demonstrations/demonstrationselector.h"

#include <span>

namespace driftscope::demonstrations {

/// All selectors, the plain ones first.
[[nodiscard]] std::span<const RegistryEntry<DemonstrationSelector>> demonstrationSelectors();

} // namespace driftscope::demonstrations
