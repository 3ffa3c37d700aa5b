// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/addedtokens_p.h"
#include "core/tokenizer/unicode_p.h"

#include <algorithm>

namespace driftscope::tokenizer {

namespace {

std::size_t previousCharacter(std::string_view text, std::size_t end)
{
    std::size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
        --begin;
    return begin;
}

bool isInsideWord(std::string_view text, std::size_t begin, std::size_t end)
{
    const bool wordBefore =
        begin > 0 && unicode::isWordCharacter(unicode::characterAt(text, previousCharacter(text, begin)).value);
    const bool wordAfter = end < text.size() && unicode::isWordCharacter(unicode::characterAt(text, end).value);
    return wordBefore || wordAfter;
}

std::size_t skipSpaceLeft(std::string_view text, std::size_t at)
{
    while (at > 0) {
        const std::size_t before = previousCharacter(text, at);
        if (!unicode::isWhiteSpace(unicode::characterAt(text, before).value))
            break;
        at = before;
    }
    return at;
}

std::size_t skipSpaceRight(std::string_view text, std::size_t at)
{
    while (at < text.size()) {
        const auto character = unicode::characterAt(text, at);
        if (!unicode::isWhiteSpace(character.value))
            break;
        at += character.length;
    }
    return at;
}

} // namespace

std::size_t AddedTokenMatcher::childOf(std::size_t node, char byte) const
{
    const auto& children = m_nodes[node].children;
    const auto found = std::ranges::lower_bound(children, byte, {}, &std::pair<char, std::size_t>::first);
    return found != children.end() && found->first == byte ? found->second : 0;
}

void AddedTokenMatcher::add(const AddedToken& token, std::string_view spelling)
{
    if (spelling.empty() || spelling.size() > longestSpelling)
        return;
    std::size_t node = 0;
    for (const char byte : spelling) {
        std::size_t child = childOf(node, byte);
        if (child == 0) {
            child = m_nodes.size();
            m_nodes.emplace_back();
            auto& children = m_nodes[node].children;
            const auto place = std::ranges::lower_bound(children, byte, {}, &std::pair<char, std::size_t>::first);
            children.insert(place, {byte, child});
        }
        node = child;
    }
    m_firstBytes[static_cast<std::uint8_t>(spelling.front())] = true;
    if (!m_nodes[node].token) {
        m_nodes[node].token = m_tokens.size();
        m_tokens.push_back(token);
    }
}

std::optional<AddedTokenMatcher::Match> AddedTokenMatcher::longestAt(std::string_view text, std::size_t at) const
{
    std::optional<Match> longest;
    std::size_t node = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        node = childOf(node, text[i]);
        if (node == 0)
            break;
        if (m_nodes[node].token)
            longest = Match {i + 1 - at, *m_nodes[node].token};
    }
    return longest;
}

std::vector<AddedTokenMatcher::Part> AddedTokenMatcher::split(std::string_view text, bool parseSpecial) const
{
    std::vector<Part> parts;
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size() && !m_tokens.empty();) {
        const auto match = m_firstBytes[static_cast<std::uint8_t>(text[at])] ? longestAt(text, at) : std::nullopt;
        if (!match) {
            ++at;
            continue;
        }
        const AddedToken& token = m_tokens[match->token];
        std::size_t begin = at;
        std::size_t end = at + match->length;
        at = end; // also when the match is turned down: what it covers is not looked at again
        if ((token.isSpecial && !parseSpecial) || (token.isSingleWord && isInsideWord(text, begin, end)))
            continue;
        if (token.stripsLeft)
            begin = std::max(skipSpaceLeft(text, begin), done);
        if (token.stripsRight)
            end = skipSpaceRight(text, end);
        if (done < begin)
            parts.push_back({done, begin, std::nullopt});
        parts.push_back({begin, end, token.id});
        done = end;
    }
    if (done < text.size())
        parts.push_back({done, text.size(), std::nullopt});
    return parts;
}

} // namespace driftscope::tokenizer
