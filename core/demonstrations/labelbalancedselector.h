// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows the most recent liked and the most recent disliked interactions, half and half, in time order: the labels'
/// share says nothing then, so that only what they stand at can.
///
/// If k is odd, the label of the most recent interaction has one more. Where one label runs out, the other fills up.
class LabelBalancedSelector : public DemonstrationSelector
{
public:
    explicit LabelBalancedSelector(std::size_t k);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    std::size_t m_k;
};

} // namespace driftscope::demonstrations
