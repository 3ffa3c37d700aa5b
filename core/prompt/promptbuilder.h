// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/catalog.h"
#include "core/data/userhistory.h"
#include "core/demonstrations/demonstration.h"
#include "core/prompt/prompt.h"
#include "core/prompt/prompttemplate.h"

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// Number of tokens of a text, as the checkpoint's tokenizer counts; passed in so that prompt needs no tokenizer.
using TokenCounter = std::function<std::size_t(std::string_view)>;

/// Stands for every title of histories and demonstrations where they are masked.
inline constexpr std::string_view maskedTitle = "(hidden)";
/// Stands for the target where a prompt asks about nothing. Source: Zhao et al., arXiv 2102.09690, use it among others.
inline constexpr std::string_view contentFreeTarget = "N/A";

/// What the prompt says about the user at a moment, before a target is put in.
struct PromptContext {
    std::vector<demonstrations::Demonstration> demonstrations; ///< in the order shown
    std::vector<data::InteractionIndex> history; ///< of the query, oldest first
    std::size_t trimBlock = 1; ///< so many of the oldest demonstrations are dropped together
    std::vector<Dropped> dropped; ///< filled by fitToBudget()
    bool areTitlesMasked = false; ///< histories and demonstrations show maskedTitle and no attributes
};

class PromptWriter;

/// Renders prompts of one template over one dataset. Cheap; threads may share it.
class PromptBuilder
{
public:
    PromptBuilder(PromptTemplate wording, std::shared_ptr<const data::Dataset> dataset);

    /// The prompt for one target. The text of all targets of a context is equal up to the target's title.
    [[nodiscard]] Prompt build(const PromptContext& context, data::ItemIndex target) const;

    /// The same about contentFreeTarget: what the model answers whatever the target.
    [[nodiscard]] Prompt buildContentFree(const PromptContext& context) const;

    /// Drops whole items until the longest of the prompts has at most `budgetTokens`: the oldest demonstration first,
    /// then the oldest history item of what remains. Instruction, target and cue are never cut. Demonstrations go in
    /// groups of context.trimBlock, so that a context that is trimmed in blocks keeps its beginning.
    ///
    /// @retval ErrorCode::ContextTooLong  it does not fit even with nothing but instruction, target and cue.
    [[nodiscard]] Result<PromptContext> fitToBudget(PromptContext context, std::span<const data::ItemIndex> targets,
                                                    std::size_t budgetTokens, const TokenCounter& count) const;

    [[nodiscard]] const PromptTemplate& wording() const { return m_wording; }

private:
    /// Everything up to the query.
    [[nodiscard]] PromptWriter begin(const PromptContext& context) const;

    PromptTemplate m_wording;
    std::shared_ptr<const data::Dataset> m_dataset;
};

/// Fills Span::tokens: how many tokens each span adds to what stands before it.
void countSpanTokens(Prompt& prompt, const TokenCounter& count);

} // namespace driftscope::prompt
