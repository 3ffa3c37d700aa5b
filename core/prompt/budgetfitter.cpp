// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/budgetfitter_p.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace driftscope::prompt {

namespace {

constexpr auto nothingHelps = std::numeric_limits<std::size_t>::max();
/// How many tokens two prompts with the same beginning may differ by beyond their own tails, through merges at the
/// seam.
constexpr std::size_t seamTokens = 8;

const Span* queryTarget(const Prompt& prompt)
{
    const auto found = std::find_if(prompt.spans.begin(), prompt.spans.end(), [](const Span& span) {
        return span.kind == SpanKind::Target && !span.demonstration;
    });
    return found == prompt.spans.end() ? nullptr : &*found;
}

} // namespace

BudgetFitter::BudgetFitter(const PromptBuilder& builder, PromptContext context,
                           std::span<const data::ItemIndex> targets, std::size_t budgetTokens,
                           const TokenCounter& count)
    : m_builder(builder)
    , m_context(std::move(context))
    , m_targets(targets)
    , m_budgetTokens(budgetTokens)
    , m_count(count)
    , m_order(dropOrder())
    , m_allowed(allowedDrops())
{
}

Result<PromptContext> BudgetFitter::fit()
{
    if (m_targets.empty())
        return std::move(m_context);
    const auto longest = longestTarget();
    auto chosen = fewestDrops(0, longest);
    if (chosen == nothingHelps)
        return tooLong(longest);
    // The others have the same text up to the title: only where the longest comes close can one of them be over.
    const auto slack = tailTokens(longest) + seamTokens;
    for (auto before = nothingHelps; before != chosen;) {
        before = chosen;
        for (const auto target : m_targets) {
            if (tokensAfter(m_allowed[chosen], longest) + slack <= m_budgetTokens)
                break;
            chosen = fewestDrops(chosen, target);
            if (chosen == nothingHelps)
                return tooLong(target);
        }
    }
    auto fitted = without(m_allowed[chosen]);
    explain(fitted, m_allowed[chosen], tokensAfter(0, longest));
    return fitted;
}

std::vector<Dropped> BudgetFitter::dropOrder() const
{
    std::vector<Dropped> order;
    for (const auto& demonstration : m_context.demonstrations)
        order.push_back({Dropped::Kind::Demonstration, demonstration.interaction, {}});
    for (const auto interaction : m_context.history)
        order.push_back({Dropped::Kind::HistoryItem, interaction, {}});
    std::stable_sort(order.begin(), order.end(), [](const Dropped& a, const Dropped& b) {
        return a.kind != b.kind ? a.kind < b.kind : a.interaction < b.interaction; // indices are in time order
    });
    return order;
}

std::vector<std::size_t> BudgetFitter::allowedDrops() const
{
    const std::size_t demonstrations = m_context.demonstrations.size();
    const std::size_t block = std::max<std::size_t>(m_context.trimBlock, 1);
    std::vector<std::size_t> allowed;
    for (std::size_t drops = 0; drops < demonstrations; drops += block)
        allowed.push_back(drops);
    for (std::size_t drops = demonstrations; drops <= m_order.size(); ++drops)
        allowed.push_back(drops);
    return allowed;
}

PromptContext BudgetFitter::without(std::size_t drops) const
{
    const auto isDropped = [&](Dropped::Kind kind, data::InteractionIndex interaction) {
        return std::any_of(m_order.begin(), m_order.begin() + static_cast<std::ptrdiff_t>(drops),
                           [&](const Dropped& item) { return item.kind == kind && item.interaction == interaction; });
    };
    auto context = m_context;
    std::erase_if(context.demonstrations, [&](const demonstrations::Demonstration& demonstration) {
        return isDropped(Dropped::Kind::Demonstration, demonstration.interaction);
    });
    std::erase_if(context.history, [&](data::InteractionIndex interaction) {
        return isDropped(Dropped::Kind::HistoryItem, interaction);
    });
    return context;
}

std::size_t BudgetFitter::tokensAfter(std::size_t drops, data::ItemIndex target)
{
    const auto [entry, isNew] = m_tokens.try_emplace({drops, target}, 0);
    if (isNew)
        entry->second = m_count(m_builder.build(without(drops), target).text);
    return entry->second;
}

bool BudgetFitter::fits(std::size_t drops, data::ItemIndex target)
{
    return tokensAfter(drops, target) <= m_budgetTokens;
}

std::size_t BudgetFitter::tailTokens(data::ItemIndex target) const
{
    const auto prompt = m_builder.build({}, target);
    const auto* span = queryTarget(prompt);
    return m_count(std::string_view(prompt.text).substr(span ? span->start : 0));
}

data::ItemIndex BudgetFitter::longestTarget() const
{
    auto longest = m_targets.front();
    if (m_targets.size() == 1)
        return longest;
    std::size_t most = 0;
    for (const auto target : m_targets) {
        const auto tokens = tailTokens(target);
        if (tokens > most) {
            most = tokens;
            longest = target;
        }
    }
    return longest;
}

std::size_t BudgetFitter::fewestDrops(std::size_t from, data::ItemIndex target)
{
    if (fits(m_allowed[from], target))
        return from;
    auto tooFew = from;
    auto enough = m_allowed.size() - 1;
    if (!fits(m_allowed[enough], target)) {
        // Rare: the words for an empty history can be longer than a short history.
        for (auto position = from + 1; position < enough; ++position)
            if (fits(m_allowed[position], target))
                return position;
        return nothingHelps;
    }
    while (enough - tooFew > 1) {
        const auto middle = tooFew + (enough - tooFew) / 2;
        (fits(m_allowed[middle], target) ? enough : tooFew) = middle;
    }
    return enough;
}

tl::unexpected<Error> BudgetFitter::tooLong(data::ItemIndex target)
{
    const auto tokens = tokensAfter(m_order.size(), target);
    return fail(ErrorCode::ContextTooLong,
                "The prompt needs " + std::to_string(tokens)
                    + " tokens with nothing but instruction, target and cue, which is more than the budget of "
                    + std::to_string(m_budgetTokens) + "; raise the budget or shorten the template '"
                    + m_builder.wording().id + "'.");
}

void BudgetFitter::explain(PromptContext& context, std::size_t drops, std::size_t tokensBefore) const
{
    const std::string demonstrationWords = m_context.trimBlock > 1
        ? "one of the " + std::to_string(m_context.trimBlock) + " oldest demonstrations left, which go together"
        : "oldest demonstration left";
    for (std::size_t i = 0; i < drops; ++i) {
        auto dropped = m_order[i];
        const bool isDemonstration = dropped.kind == Dropped::Kind::Demonstration;
        dropped.reason = (isDemonstration ? demonstrationWords : "oldest history item left") + ": the whole prompt has "
            + std::to_string(tokensBefore) + " tokens, the budget is " + std::to_string(m_budgetTokens);
        context.dropped.push_back(std::move(dropped));
    }
}

} // namespace driftscope::prompt
