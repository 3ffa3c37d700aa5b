// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/contextreuse.h"

#include "core/inference/tokenview.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace driftscope::simulate {

namespace {

using Tokens = std::vector<inference::TokenId>;

/// What two prompts of one moment begin with.
Tokens contextOf(const std::vector<inference::TokenizedPrompt>& prompts)
{
    Tokens context = prompts.front().tokens;
    for (const auto& prompt : prompts)
        context.resize(inference::commonLength(context, prompt.tokens));
    return context;
}

/// The candidates of a moment as far as its context needs them.
struct Tails {
    std::int64_t tokens = 0; ///< that all candidates add to the context
    std::vector<data::ItemIndex> telling; ///< those that show where the context ends, and the longest
};

/// What the candidates add does not depend on the demonstrations, and without them the prompts are short.
Result<Tails> tailsOf(const PreparedArm& arm, const Query& query, const Candidates& candidates)
{
    DRIFTSCOPE_TRY(const auto built, arm.build(query.moment, candidates.items, {}));
    const auto& first = built.tokenized.front().tokens;
    const std::size_t context = contextOf(built.tokenized).size();
    Tails tails;
    std::size_t parting = 0;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < built.prompts.size(); ++i) {
        const auto& tokens = built.tokenized[i].tokens;
        tails.tokens += static_cast<std::int64_t>(tokens.size() - context);
        if (inference::commonLength(first, tokens) == context)
            parting = i;
        if (tokens.size() > built.tokenized[longest].tokens.size())
            longest = i;
    }
    for (const std::size_t i : {std::size_t {0}, parting, longest})
        tails.telling.push_back(candidates.items[i]);
    return tails;
}

/// Contexts kept in memory, the least recently used first to go: how many tokens stand between two uses.
class RecentContexts
{
public:
    /// Tokens that a memory must hold for the user's last context to be there still.
    [[nodiscard]] std::int64_t tokensDownTo(data::UserIndex user) const
    {
        std::int64_t tokens = 0;
        for (auto entry = m_recent.rbegin(); entry != m_recent.rend(); ++entry) {
            tokens += static_cast<std::int64_t>(entry->second.size());
            if (entry->first == user)
                break;
        }
        return tokens;
    }

    [[nodiscard]] const Tokens* find(data::UserIndex user) const
    {
        const auto entry =
            std::find_if(m_recent.rbegin(), m_recent.rend(), [user](const auto& kept) { return kept.first == user; });
        return entry == m_recent.rend() ? nullptr : &entry->second;
    }

    void put(data::UserIndex user, Tokens context)
    {
        std::erase_if(m_recent, [user](const auto& kept) { return kept.first == user; });
        m_recent.emplace_back(user, std::move(context));
    }

    [[nodiscard]] std::size_t size() const { return m_recent.size(); }

private:
    std::vector<std::pair<data::UserIndex, Tokens>> m_recent; ///< the most recent last
};

/// What is summed up for one arm on the way.
class ReuseCounter
{
public:
    void add(data::UserIndex user, const ArmPrompts& built, std::int64_t addedTokens)
    {
        Tokens context = contextOf(built.tokenized);
        const auto length = static_cast<double>(context.size());
        ++m_moments;
        m_demonstrations += static_cast<double>(built.context.demonstrations.size());
        m_contextTokens += length;
        m_addedTokens += static_cast<double>(addedTokens);
        if (const Tokens* before = m_recent.find(user); before && !context.empty()) {
            const auto kept = static_cast<double>(inference::commonLength(*before, context));
            m_keptTokens += kept;
            m_kept.push_back(kept / length);
            m_toHold.push_back(m_recent.tokensDownTo(user));
        }
        m_recent.put(user, std::move(context));
    }

    [[nodiscard]] ContextReuse result() &&
    {
        const auto moments = static_cast<double>(m_moments);
        const double all = m_contextTokens + m_addedTokens;
        ContextReuse reuse {.moments = m_moments,
                            .users = m_recent.size(),
                            .followed = m_kept.size(),
                            .meanDemonstrations = m_demonstrations / moments,
                            .meanContextTokens = m_contextTokens / moments,
                            .meanPromptTokens = all / moments,
                            .computedRatio = (all - m_keptTokens) / all};
        if (m_kept.empty())
            return reuse;
        std::sort(m_kept.begin(), m_kept.end());
        std::sort(m_toHold.begin(), m_toHold.end());
        const auto followed = static_cast<double>(m_kept.size());
        for (const double kept : m_kept) {
            reuse.meanKept += kept / followed;
            reuse.sameContext += kept == 1 ? 1 / followed : 0;
        }
        reuse.medianKept = (m_kept[(m_kept.size() - 1) / 2] + m_kept[m_kept.size() / 2]) / 2;
        reuse.tokensToHold = m_toHold[static_cast<std::size_t>(std::ceil(0.95 * followed)) - 1];
        return reuse;
    }

private:
    RecentContexts m_recent;
    std::size_t m_moments = 0;
    double m_demonstrations = 0;
    double m_contextTokens = 0;
    double m_addedTokens = 0;
    double m_keptTokens = 0;
    std::vector<double> m_kept;
    std::vector<std::int64_t> m_toHold;
};

Result<> addMoment(const PreparedExperiment& prepared, const Query& query, std::vector<ReuseCounter>& counters)
{
    const Candidates candidates = prepared.candidates.draw(query);
    DRIFTSCOPE_TRY(const auto tails, tailsOf(prepared.arms.front(), query, candidates));
    for (std::size_t arm = 0; arm < counters.size(); ++arm) {
        DRIFTSCOPE_TRY(const auto built, prepared.arms[arm].build(query.moment, tails.telling));
        counters[arm].add(query.moment.user, built, tails.tokens);
    }
    return {};
}

} // namespace

Result<std::vector<ContextReuse>> measureReuse(const PreparedExperiment& prepared, const JobContext& context)
{
    std::vector<ReuseCounter> counters(prepared.arms.size());
    std::int64_t ranked = 0;
    for (std::size_t i = 0; i < prepared.queries.size(); ++i) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled,
                        "Stopped after " + std::to_string(i) + " of " + std::to_string(prepared.queries.size())
                            + " moments; nothing is kept.");
        if (prepared.queries[i].isLiked) {
            DRIFTSCOPE_CHECK(addMoment(prepared, prepared.queries[i], counters));
            ++ranked;
        }
        context.report({.done = static_cast<std::int64_t>(i + 1),
                        .total = static_cast<std::int64_t>(prepared.queries.size()),
                        .stage = "compare"});
    }
    if (ranked == 0)
        return fail(ErrorCode::NoEligibleQuery,
                    "There is nothing to compare: none of the moments is liked, and only those are ranked; change "
                    "dataset.label or the replay.");
    std::vector<ContextReuse> reuse;
    for (auto& counter : counters)
        reuse.push_back(std::move(counter).result());
    return reuse;
}

} // namespace driftscope::simulate
