// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows the user's whole past: it is cut into k stretches of equally many interactions, and one of each is drawn by
/// the experiment's seed. Oldest first.
///
/// Source: demonstrations of global interest of Tempura (arXiv 2405.02778).
class GlobalStratifiedSelector : public DemonstrationSelector
{
public:
    explicit GlobalStratifiedSelector(std::size_t k);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    std::size_t m_k;
};

} // namespace driftscope::demonstrations
