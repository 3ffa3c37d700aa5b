// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows the user's k most recent labelled interactions, oldest first.
///
/// Source: RecICL (arXiv 2410.23136), which shows the most recent interactions, liked and disliked, in the query's
/// form.
class RecentSelector : public DemonstrationSelector
{
public:
    /// Which labels may be shown.
    enum class Labels : std::uint8_t { Both, Liked, Disliked };

    RecentSelector(std::size_t k, Labels labels);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    std::size_t m_k;
    Labels m_labels;
};

} // namespace driftscope::demonstrations
