// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templatepieces_p.h"

#include <algorithm>

namespace driftscope::prompt {

namespace {

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

    SplitTemplate split()
    {
        while (m_at < m_text.size())
            takeOne();
        if (m_isInGroup)
            problem(m_groupStart, m_groupStart + 1,
                    "'[' opens an optional group that no ']' closes; write '[[' for the character");
        std::ranges::stable_sort(m_found.problems, {}, [](const PieceProblem& p) { return p.where.start; });
        return std::move(m_found);
    }

private:
    void takeOne()
    {
        const char c = m_text[m_at];
        if (std::string_view("{}[]").find(c) == std::string_view::npos)
            return takeLiteral(1);
        if (m_at + 1 < m_text.size() && m_text[m_at + 1] == c) {
            mark(TemplateMark::Kind::Escape, m_at, m_at + 2);
            return takeLiteral(2);
        }
        switch (c) {
        case '{':
            return takePlaceholder();
        case '[':
            return openGroup();
        case ']':
            return closeGroup();
        default:
            return takeStray("'}' stands alone; write '}}' for the character");
        }
    }

    /// Adds the current character and goes on by `width` (2 for an escape).
    void takeLiteral(std::size_t width)
    {
        const auto group = currentGroup();
        auto& pieces = m_found.pieces;
        if (pieces.empty() || pieces.back().isPlaceholder || pieces.back().group != group)
            pieces.push_back({false, {}, group});
        pieces.back().text += m_text[m_at];
        m_at += width;
    }

    /// A brace or bracket that means nothing where it stands.
    void takeStray(const std::string& what)
    {
        problem(m_at, m_at + 1, what);
        takeLiteral(1);
    }

    void takePlaceholder()
    {
        const auto end = m_text.find_first_of("{}\n", m_at + 1); // a name has neither a brace nor a line break
        if (end == std::string_view::npos || m_text[end] != '}')
            return takeStray("'{' opens a placeholder that no '}' closes; write '{{' for the character");
        const std::string name(m_text.substr(m_at + 1, end - m_at - 1));
        m_groupHasPlaceholder = true;
        if (std::find(m_known.begin(), m_known.end(), name) == m_known.end()) {
            problem(m_at, end + 1, "the placeholder {" + name + "} is unknown; " + listPlaceholders(m_known));
        } else {
            m_found.pieces.push_back({true, name, currentGroup()});
            mark(TemplateMark::Kind::Placeholder, m_at, end + 1);
        }
        m_at = end + 1;
    }

    void openGroup()
    {
        if (m_isInGroup)
            return takeStray("an optional group stands inside another; close the first with ']'");
        m_isInGroup = true;
        m_groupHasPlaceholder = false;
        m_groupStart = m_at++;
        mark(TemplateMark::Kind::GroupEdge, m_groupStart, m_at);
        ++m_groups;
    }

    void closeGroup()
    {
        if (!m_isInGroup)
            return takeStray("']' closes no optional group; write ']]' for the character");
        if (!m_groupHasPlaceholder)
            problem(m_groupStart, m_at + 1,
                    "the optional group has no placeholder; write '[[' and ']]' for the characters");
        m_isInGroup = false;
        mark(TemplateMark::Kind::GroupEdge, m_at, m_at + 1);
        ++m_at;
    }

    [[nodiscard]] std::size_t currentGroup() const { return m_isInGroup ? m_groups : 0; }
    void mark(TemplateMark::Kind kind, std::size_t start, std::size_t end)
    {
        m_found.marks.push_back({kind, {start, end}});
    }
    void problem(std::size_t start, std::size_t end, std::string what)
    {
        m_found.problems.push_back({{start, end}, std::move(what)});
    }

    std::string_view m_text;
    const std::vector<std::string>& m_known;
    SplitTemplate m_found;
    std::size_t m_at = 0;
    std::size_t m_groups = 0;
    std::size_t m_groupStart = 0;
    bool m_isInGroup = false;
    bool m_groupHasPlaceholder = false;
};

} // namespace

SplitTemplate splitTemplate(std::string_view text, const std::vector<std::string>& known)
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
