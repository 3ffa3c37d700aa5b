// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows a chain inside the user's own sequence, oldest first: what was liked until then and the next item, the same
/// with that item added and the one after it, and so on up to the moment.
///
/// The links are the most recent liked interactions. With contrasts, of each run of disliked ones between two links
/// (and after the last) the newest is shown as well: it has the history of the link that follows, and the other label.
///
/// Source: proximal demonstrations of Tempura (arXiv 2405.02778), which knows liked items alone.
class ProximalChainSelector : public DemonstrationSelector
{
public:
    ProximalChainSelector(std::size_t k, bool hasContrasts);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    std::size_t m_k;
    bool m_hasContrasts;
};

} // namespace driftscope::demonstrations
