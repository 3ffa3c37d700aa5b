// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>
#include <span>

namespace driftscope::demonstrations {

/// Shows the user's k most recent labelled interactions, oldest first.
///
/// With a trim block b above 1 the context grows and is trimmed in blocks instead of sliding: each interaction is
/// appended as it happens, and when there would be more than k, the b oldest go. The first one shown is always number
/// 0, b, 2b, ... of the user's wanted interactions, so k - b + 1 to k are shown once there were k, and the prompts of
/// up to b following moments begin alike: what a demonstration says depends on its own moment alone.
///
/// Source: RecICL (arXiv 2410.23136), which shows the most recent interactions, liked and disliked, in the query's
/// form.
class RecentSelector : public DemonstrationSelector
{
public:
    /// Which labels may be shown.
    enum class Labels : std::uint8_t { Both, Liked, Disliked };

    /// @param trimBlock  1 = always the k most recent; 0 counts as 1, more than k as k.
    RecentSelector(std::size_t k, Labels labels, std::size_t trimBlock = 1);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;
    [[nodiscard]] std::size_t trimBlock() const override { return m_trimBlock; }

private:
    /// How many of the user's wanted earlier interactions are shown.
    [[nodiscard]] std::size_t countShown(const data::UserHistory& history,
                                         std::span<const data::InteractionIndex> earlier) const;

    std::size_t m_k;
    Labels m_labels;
    std::size_t m_trimBlock;
};

} // namespace driftscope::demonstrations
