// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

namespace driftscope::demonstrations {

/// Shows no demonstration: the control arm.
class NoneSelector : public DemonstrationSelector
{
public:
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;
};

} // namespace driftscope::demonstrations
