// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows k earlier interactions of the user drawn uniformly without replacement, in time order.
///
/// The draw depends on (seed, user, moment) alone, and the draw of a smaller k is part of that of a larger one, so that
/// arms with different k differ in nothing but what k adds.
class RandomSelector : public DemonstrationSelector
{
public:
    explicit RandomSelector(std::size_t k);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    std::size_t m_k;
};

} // namespace driftscope::demonstrations
