// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/promptbuilder.h"
#include "core/prompt/templatetext.h"

#include <string>
#include <vector>

namespace driftscope::prompt {

/// A prompt of the template over a few made-up items, to look at while no data are open: three demonstrations, each but
/// the first with a history. Items carry year, genres and the template's own attributes; the target has none of them,
/// so that optional groups are seen both ways.
[[nodiscard]] Prompt exampleOf(const CheckedTemplate& checked, const TemplateText& text);

/// What a block of the template costs in a prompt.
struct BlockCost {
    TemplateField field = TemplateField::Header; ///< Header, Demonstration, Query, or HistoryItem
    std::size_t count = 0; ///< how often it stands in the prompt
    std::size_t tokens = 0; ///< of all of them, with what they hold
    /// Of those, the words of the template itself; the rest is titles, histories, answers. Not told apart (0) for
    /// HistoryItem.
    std::size_t wordingTokens = 0;
};

/// Costs of the blocks that occur, in the order of the fields. History items are counted in their demonstrations and
/// query too.
///
/// @param prompt  with its tokens counted, see countSpanTokens().
[[nodiscard]] std::vector<BlockCost> blockCosts(const Prompt& prompt);

} // namespace driftscope::prompt
