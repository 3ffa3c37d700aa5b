// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/promptbuilder.h"

#include "core/prompt/budgetfitter_p.h"
#include "core/prompt/promptwriter_p.h"

#include <utility>

namespace driftscope::prompt {

PromptBuilder::PromptBuilder(PromptTemplate wording, std::shared_ptr<const data::Dataset> dataset)
    : m_wording(std::move(wording))
    , m_dataset(std::move(dataset))
{
}

PromptWriter PromptBuilder::begin(const PromptContext& context) const
{
    PromptWriter writer(m_wording, *m_dataset, context.areTitlesMasked);
    writer.writeHeader();
    std::size_t number = 0;
    for (const auto& demonstration : context.demonstrations)
        writer.writeDemonstration(number++, demonstration.interaction, demonstration.isLiked, demonstration.history);
    return writer;
}

Prompt PromptBuilder::build(const PromptContext& context, data::ItemIndex target) const
{
    auto writer = begin(context);
    writer.writeQuery(target, context.history);
    return writer.take();
}

Prompt PromptBuilder::buildContentFree(const PromptContext& context) const
{
    auto writer = begin(context);
    writer.writeContentFreeQuery(context.history);
    return writer.take();
}

Result<PromptContext> PromptBuilder::fitToBudget(PromptContext context, std::span<const data::ItemIndex> targets,
                                                 std::size_t budgetTokens, const TokenCounter& count) const
{
    return BudgetFitter(*this, std::move(context), targets, budgetTokens, count).fit();
}

} // namespace driftscope::prompt
