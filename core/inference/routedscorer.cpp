// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/routedscorer.h"

#include <utility>

namespace driftscope::inference {

RoutedScorer::RoutedScorer(std::unique_ptr<Scorer> main, std::map<std::string, std::unique_ptr<Scorer>> others)
    : m_main(std::move(main))
    , m_others(std::move(others))
{
}

Result<std::vector<PromptScore>> RoutedScorer::score(std::span<const TokenizedPrompt> prompts,
                                                     const ScoreOptions& options, const JobContext& context)
{
    if (options.checkpoint.empty())
        return m_main->score(prompts, options, context);
    const auto other = m_others.find(options.checkpoint);
    if (other == m_others.end())
        return fail(ErrorCode::UnknownName,
                    "There is no model '" + options.checkpoint + "' loaded; run the experiment, which loads it.");
    ScoreOptions own = options;
    own.checkpoint.clear();
    return other->second->score(prompts, own, context);
}

std::int64_t RoutedScorer::contextLength() const
{
    return m_main->contextLength();
}

std::int64_t RoutedScorer::batchTokens() const
{
    return m_main->batchTokens();
}

ScoringCost RoutedScorer::cost() const
{
    ScoringCost sum = m_main->cost();
    for (const auto& [name, scorer] : m_others) {
        const ScoringCost cost = scorer->cost();
        sum.promptTokens += cost.promptTokens;
        sum.computedTokens += cost.computedTokens;
        sum.cachedTokens += cost.cachedTokens;
        sum.peakBytes += cost.peakBytes;
    }
    return sum;
}

std::string RoutedScorer::describe() const
{
    return m_others.empty() ? m_main->describe()
                            : m_main->describe() + ", " + std::to_string(m_others.size() + 1) + " models";
}

} // namespace driftscope::inference
