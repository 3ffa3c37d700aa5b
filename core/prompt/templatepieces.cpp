// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templatepieces_p.h"

#include <algorithm>

namespace driftscope::prompt {

namespace {

/// 1-based character (not byte) position, as an editor shows it.
std::string characterAt(std::string_view text, std::size_t byte)
{
    const auto before = text.substr(0, byte);
    const auto isLeading = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return "character " + std::to_string(std::count_if(before.begin(), before.end(), isLeading) + 1);
}

std::string listPlaceholders(const std::vector<std::string>& known)
{
    if (known.empty())
        return "this block takes no placeholders";
    std::string list;
    for (const auto& name : known)
        list += (list.empty() ? "known here: {" : ", {") + name + "}";
    return list;
}

class Splitter
{
public:
    Splitter(std::string_view text, const std::vector<std::string>& known)
        : m_text(text)
        , m_known(known)
    {
    }

    Result<std::vector<TemplatePiece>> split()
    {
        while (m_at < m_text.size())
            DRIFTSCOPE_CHECK(takeOne());
        if (m_isInGroup)
            return problem(m_groupStart,
                           "'[' opens an optional group that no ']' closes; write '[[' for the character");
        return std::move(m_pieces);
    }

private:
    Result<> takeOne()
    {
        const char c = m_text[m_at];
        if (std::string_view("{}[]").find(c) == std::string_view::npos)
            return takeLiteral(1);
        if (m_at + 1 < m_text.size() && m_text[m_at + 1] == c)
            return takeLiteral(2);
        switch (c) {
        case '{':
            return takePlaceholder();
        case '[':
            return openGroup();
        case ']':
            return closeGroup();
        default:
            return problem(m_at, "'}' stands alone; write '}}' for the character");
        }
    }

    /// Adds the current character and goes on by `width` (2 for an escape).
    Result<> takeLiteral(std::size_t width)
    {
        const auto group = currentGroup();
        if (m_pieces.empty() || m_pieces.back().isPlaceholder || m_pieces.back().group != group)
            m_pieces.push_back({false, {}, group});
        m_pieces.back().text += m_text[m_at];
        m_at += width;
        return {};
    }

    Result<> takePlaceholder()
    {
        const auto end = m_text.find('}', m_at);
        if (end == std::string_view::npos)
            return problem(m_at, "'{' opens a placeholder that no '}' closes; write '{{' for the character");
        const std::string name(m_text.substr(m_at + 1, end - m_at - 1));
        if (std::find(m_known.begin(), m_known.end(), name) == m_known.end())
            return problem(m_at, "the placeholder {" + name + "} is unknown; " + listPlaceholders(m_known));
        m_pieces.push_back({true, name, currentGroup()});
        m_groupHasPlaceholder = true;
        m_at = end + 1;
        return {};
    }

    Result<> openGroup()
    {
        if (m_isInGroup)
            return problem(m_at, "an optional group stands inside another; close the first with ']'");
        m_isInGroup = true;
        m_groupHasPlaceholder = false;
        m_groupStart = m_at++;
        ++m_groups;
        return {};
    }

    Result<> closeGroup()
    {
        if (!m_isInGroup)
            return problem(m_at, "']' closes no optional group; write ']]' for the character");
        if (!m_groupHasPlaceholder)
            return problem(m_groupStart,
                           "the optional group has no placeholder; write '[[' and ']]' for the characters");
        m_isInGroup = false;
        ++m_at;
        return {};
    }

    [[nodiscard]] std::size_t currentGroup() const { return m_isInGroup ? m_groups : 0; }
    [[nodiscard]] tl::unexpected<Error> problem(std::size_t byte, const std::string& what) const
    {
        return fail(ErrorCode::BadValue, characterAt(m_text, byte) + ": " + what);
    }

    std::string_view m_text;
    const std::vector<std::string>& m_known;
    std::vector<TemplatePiece> m_pieces;
    std::size_t m_at = 0;
    std::size_t m_groups = 0;
    std::size_t m_groupStart = 0;
    bool m_isInGroup = false;
    bool m_groupHasPlaceholder = false;
};

} // namespace

Result<std::vector<TemplatePiece>> splitTemplate(std::string_view text, const std::vector<std::string>& known)
{
    return Splitter(text, known).split();
}

std::size_t countPlaceholder(const std::vector<TemplatePiece>& pieces, std::string_view name)
{
    return static_cast<std::size_t>(std::count_if(pieces.begin(), pieces.end(), [&](const TemplatePiece& piece) {
        return piece.isPlaceholder && piece.text == name;
    }));
}

} // namespace driftscope::prompt
