// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bytetoken_p.h"
#include "core/tokenizer/piececache_p.h"
#include "core/tokenizer/scoredbpemodel_p.h"
#include "core/tokenizer/unicode_p.h"

#include <algorithm>

namespace driftscope::tokenizer {

ScoredBpeModel::ScoredBpeModel(const Vocabulary& vocabulary, const TextMap<double>& scores,
                               std::optional<TokenId> unknown)
    : m_unknown(unknown)
    , m_owner(PieceCache::nextOwner())
{
    for (std::size_t byte = 0; byte < m_byteIds.size(); ++byte)
        m_byteIds[byte] = vocabulary.find(byteToken(static_cast<std::uint8_t>(byte))).value_or(-1);
    rankTokens(vocabulary, scores);
    for (const auto& [token, rule] : m_rules) {
        m_longest = std::max(m_longest, token.size());
        m_cutter.learn(token);
    }
    if (m_rules.contains("\xE2\x96\x81"))
        m_cutter.enable();
}

void ScoredBpeModel::rankTokens(const Vocabulary& vocabulary, const TextMap<double>& scores)
{
    std::vector<double> ordered;
    ordered.reserve(scores.size());
    for (const auto& [token, score] : scores)
        ordered.push_back(score);
    std::ranges::sort(ordered, std::ranges::greater());
    // Not std::ranges::unique, which clang 14 cannot compile.
    ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
    for (const auto& [token, score] : scores) {
        const auto rank = std::ranges::lower_bound(ordered, score, std::ranges::greater()) - ordered.begin();
        m_rules.emplace(token, MergeRule {static_cast<std::uint32_t>(rank), vocabulary.find(token).value_or(-1)});
    }
}

void ScoredBpeModel::encode(std::string_view piece, std::vector<TokenId>& ids) const
{
    encodeParts(m_owner, m_cutter, piece, ids,
                [this](std::string_view part, std::vector<TokenId>& partIds) { encodePart(part, partIds); });
}

void ScoredBpeModel::encodePart(std::string_view part, std::vector<TokenId>& ids) const
{
    const auto ruleOf = [&](std::size_t begin, std::size_t end) -> std::optional<MergeRule> {
        if (end - begin > m_longest)
            return std::nullopt;
        const auto found = m_rules.find(part.substr(begin, end - begin));
        return found == m_rules.end() ? std::nullopt : std::optional(found->second);
    };
    SymbolMerger merger;
    for (std::size_t at = 0; at < part.size();) {
        const std::size_t end = at + unicode::characterAt(part, at).length;
        const auto rule = ruleOf(at, end);
        merger.append(rule ? rule->id : -1, at, end);
        at = end;
    }
    merger.run([&](const Symbol& left, const Symbol& right) { return ruleOf(left.begin, right.end); });
    for (const Symbol& symbol : merger.symbols) {
        if (symbol.isAlive && symbol.id >= 0)
            ids.push_back(symbol.id);
        else if (symbol.isAlive)
            appendUnmerged(part.substr(symbol.begin, symbol.end - symbol.begin), ids);
    }
}

void ScoredBpeModel::appendUnmerged(std::string_view character, std::vector<TokenId>& ids) const
{
    const bool hasBytes =
        std::ranges::all_of(character, [&](char byte) { return m_byteIds[static_cast<std::uint8_t>(byte)] >= 0; });
    if (!hasBytes) {
        if (m_unknown)
            ids.push_back(*m_unknown);
        return;
    }
    for (const char byte : character)
        ids.push_back(m_byteIds[static_cast<std::uint8_t>(byte)]);
}

} // namespace driftscope::tokenizer
