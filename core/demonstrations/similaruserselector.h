// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows the k most recent interactions of the other user who, up to the moment, agreed most with this one about items
/// that both had met; oldest first. Nobody and nothing if no other user agrees more than disagrees.
///
/// Agreement is the cosine of the two users' labels: equal labels less unequal ones on common items, over the root of
/// the product of how many items each had met. Of equal ones, more common items win, then the smaller user number.
/// Both are seen as they were before the moment, with the lag. Candidates are never shown.
///
/// Source: LLMSRec-Syn (demonstrations of the nearest user), with labels in place of learned user vectors.
class SimilarUserSelector : public DemonstrationSelector
{
public:
    explicit SimilarUserSelector(std::size_t k);
    /// @retval ErrorCode::NotFound  query.sources hold no audience.
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;
    [[nodiscard]] SelectionNeeds needs() const override
    {
        return {.titles = false, .vectors = false, .audience = true};
    }
    [[nodiscard]] bool showsOtherUsers() const override { return true; }

private:
    std::size_t m_k;
};

} // namespace driftscope::demonstrations
