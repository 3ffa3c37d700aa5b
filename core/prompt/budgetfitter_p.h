// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/promptbuilder.h"

#include <cstddef>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace driftscope::prompt {

/// Finds the fewest whole items to drop so that the prompts of all targets fit a token budget.
class BudgetFitter
{
public:
    BudgetFitter(const PromptBuilder& builder, PromptContext context, std::span<const data::ItemIndex> targets,
                 std::size_t budgetTokens, const TokenCounter& count);

    [[nodiscard]] Result<PromptContext> fit();

private:
    /// Order of dropping: every demonstration, oldest first, then every history item of what remains, oldest first.
    [[nodiscard]] std::vector<Dropped> dropOrder() const;
    /// The numbers of drops that may be made, ascending: demonstrations go in blocks.
    [[nodiscard]] std::vector<std::size_t> allowedDrops() const;
    [[nodiscard]] PromptContext without(std::size_t drops) const;
    /// Tokens of the prompt of a target after so many drops; counted once each.
    [[nodiscard]] std::size_t tokensAfter(std::size_t drops, data::ItemIndex target);
    [[nodiscard]] bool fits(std::size_t drops, data::ItemIndex target);
    [[nodiscard]] data::ItemIndex longestTarget() const;
    [[nodiscard]] std::size_t tailTokens(data::ItemIndex target) const;
    /// The first position in m_allowed, from `from` on, at which the target's prompt fits.
    [[nodiscard]] std::size_t fewestDrops(std::size_t from, data::ItemIndex target);
    [[nodiscard]] tl::unexpected<Error> tooLong(data::ItemIndex target);
    void explain(PromptContext& context, std::size_t drops, std::size_t tokensBefore) const;

    const PromptBuilder& m_builder;
    PromptContext m_context;
    std::span<const data::ItemIndex> m_targets;
    std::size_t m_budgetTokens;
    const TokenCounter& m_count;
    std::vector<Dropped> m_order;
    std::vector<std::size_t> m_allowed; ///< numbers of drops; the first is 0, the last m_order.size()
    std::map<std::pair<std::size_t, data::ItemIndex>, std::size_t> m_tokens;
};

} // namespace driftscope::prompt
