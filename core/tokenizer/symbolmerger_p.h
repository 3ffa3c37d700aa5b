// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace driftscope::tokenizer {

/// A part of a piece while it is merged.
struct Symbol {
    TokenId id = -1; ///< -1 = no token (yet)
    std::uint32_t begin = 0; ///< bytes in the piece
    std::uint32_t end = 0;
    std::int32_t previous = -1; ///< index, -1 = none
    std::int32_t next = -1;
    bool isAlive = true;
};

/// What two neighbours become, and how early: the smallest rank is merged first, the leftmost of equal ones.
struct MergeRule {
    std::uint32_t rank = 0;
    TokenId id = -1;
};

/// Byte-pair merging with a heap: O(n log n) for a piece of n symbols.
class SymbolMerger
{
public:
    std::vector<Symbol> symbols;

    void append(TokenId id, std::size_t begin, std::size_t end)
    {
        const auto index = static_cast<std::int32_t>(symbols.size());
        if (index > 0)
            symbols.back().next = index;
        symbols.push_back(
            {id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), index - 1, -1, true});
    }

    /// Merges until `ruleFor(left, right)` (an optional MergeRule) gives none; the symbols that are left are alive.
    template<typename RuleFor>
    void run(RuleFor ruleFor)
    {
        m_heap.clear();
        for (std::int32_t i = 0; i + 1 < static_cast<std::int32_t>(symbols.size()); ++i)
            propose(i, ruleFor);
        while (!m_heap.empty()) {
            std::pop_heap(m_heap.begin(), m_heap.end(), comesLater);
            const Candidate candidate = m_heap.back();
            m_heap.pop_back();
            if (isCurrent(candidate, ruleFor))
                merge(candidate, ruleFor);
        }
    }

private:
    struct Candidate {
        MergeRule rule;
        std::int32_t left = 0;
    };

    static bool comesLater(const Candidate& a, const Candidate& b)
    {
        return a.rule.rank != b.rule.rank ? a.rule.rank > b.rule.rank : a.left > b.left;
    }

    Symbol& at(std::int32_t index) { return symbols[static_cast<std::size_t>(index)]; }

    template<typename RuleFor>
    void propose(std::int32_t left, RuleFor& ruleFor)
    {
        const std::optional<MergeRule> rule = ruleFor(at(left), at(at(left).next));
        if (!rule)
            return;
        m_heap.push_back({*rule, left});
        std::push_heap(m_heap.begin(), m_heap.end(), comesLater);
    }

    /// False if one of the two symbols was merged meanwhile.
    template<typename RuleFor>
    bool isCurrent(const Candidate& candidate, RuleFor& ruleFor)
    {
        const Symbol& left = at(candidate.left);
        if (!left.isAlive || left.next < 0)
            return false;
        const std::optional<MergeRule> rule = ruleFor(left, at(left.next));
        return rule && rule->id == candidate.rule.id;
    }

    template<typename RuleFor>
    void merge(const Candidate& candidate, RuleFor& ruleFor)
    {
        Symbol& left = at(candidate.left);
        Symbol& right = at(left.next);
        left.id = candidate.rule.id;
        left.end = right.end;
        left.next = right.next;
        right.isAlive = false;
        if (left.next >= 0) {
            at(left.next).previous = candidate.left;
            propose(candidate.left, ruleFor);
        }
        if (left.previous >= 0)
            propose(left.previous, ruleFor);
    }

    std::vector<Candidate> m_heap;
};

} // namespace driftscope::tokenizer
