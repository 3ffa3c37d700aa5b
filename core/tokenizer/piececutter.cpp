// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/piececutter_p.h"
#include "core/tokenizer/unicode_p.h"

namespace driftscope::tokenizer {

namespace {

constexpr std::string_view space = "\xE2\x96\x81"; // U+2581

/// The character that ends before byte `end` (> 0).
char32_t characterBefore(std::string_view text, std::size_t end)
{
    std::size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
        --begin;
    return unicode::characterAt(text, begin).value;
}

} // namespace

void PieceCutter::learn(std::string_view token)
{
    for (auto at = token.find(space, 1); at != std::string_view::npos; at = token.find(space, at + space.size()))
        m_joined.insert(characterBefore(token, at));
}

std::size_t PieceCutter::endOfPart(std::string_view piece, std::size_t begin) const
{
    if (!m_isEnabled)
        return piece.size();
    auto at = piece.find(space, begin + 1);
    while (at != std::string_view::npos && m_joined.contains(characterBefore(piece, at)))
        at = piece.find(space, at + space.size());
    return at == std::string_view::npos ? piece.size() : at;
}

} // namespace driftscope::tokenizer
