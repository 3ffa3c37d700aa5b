// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/regexpattern_p.h"

namespace driftscope::tokenizer {

namespace {

// White_Space spelled out: PCRE2's own \s also has U+180E, which is no white space any more.
constexpr std::string_view spaces =
    R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view nonSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
// Letters and numbers of Unicode 15 and 16, which older PCRE2 does not know and tokenizers do.
constexpr std::string_view newLetters =
    R"(\x{1c89}-\x{1c8a}\x{a7cb}-\x{a7cd}\x{a7da}-\x{a7dc}\x{105c0}-\x{105f3}\x{10d4a}-\x{10d65})"
    R"(\x{10d6f}-\x{10d85}\x{10ec2}-\x{10ec4}\x{1123f}-\x{11240}\x{11380}-\x{11389}\x{1138b}\x{1138e})"
    R"(\x{11390}-\x{113b5}\x{113b7}\x{113d1}\x{113d3}\x{11bc0}-\x{11be0}\x{11f02}\x{11f04}-\x{11f10})"
    R"(\x{11f12}-\x{11f33}\x{1342f}\x{13441}-\x{13446}\x{13460}-\x{143fa}\x{16100}-\x{1611d})"
    R"(\x{16d40}-\x{16d6c}\x{18cff}\x{1b132}\x{1b155}\x{1df25}-\x{1df2a}\x{1e030}-\x{1e06d})"
    R"(\x{1e4d0}-\x{1e4eb}\x{1e5d0}-\x{1e5ed}\x{1e5f0}\x{2b739}\x{2ebf0}-\x{2ee5d}\x{31350}-\x{323af})";
constexpr std::string_view newNumbers =
    R"(\x{10d40}-\x{10d49}\x{116d0}-\x{116e3}\x{11bf0}-\x{11bf9}\x{11f50}-\x{11f59}\x{16130}-\x{16139})"
    R"(\x{16d70}-\x{16d79}\x{1ccf0}-\x{1ccf9}\x{1d2c0}-\x{1d2d3}\x{1e4f0}-\x{1e4f9}\x{1e5f1}-\x{1e5fa})";
constexpr std::string_view wordCharacters = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";

/// Rewrites one pattern from left to right.
class Translator
{
public:
    explicit Translator(std::string_view pattern)
        : m_pattern(pattern)
    {
    }

    Result<std::string> run()
    {
        while (m_at < m_pattern.size()) {
            const char c = m_pattern[m_at];
            if (c == '\\')
                DRIFTSCOPE_CHECK(escape());
            else if (m_depth > 0)
                DRIFTSCOPE_CHECK(insideSet());
            else if (c == '[')
                openSet();
            else if (m_pattern.substr(m_at, 2) == "(?")
                group();
            else
                copy(1);
        }
        return std::move(m_result);
    }

private:
    void copy(std::size_t count)
    {
        m_result += m_pattern.substr(m_at, count);
        m_at += count;
    }

    void openSet()
    {
        copy(1);
        m_depth = 1;
        if (m_at < m_pattern.size() && m_pattern[m_at] == '^')
            copy(1);
        if (m_at < m_pattern.size() && m_pattern[m_at] == ']') { // a literal bracket at the start
            m_result += "\\]";
            ++m_at;
        }
    }

    Result<> insideSet()
    {
        const std::string_view rest = m_pattern.substr(m_at);
        if (rest.starts_with("&&"))
            return fail(ErrorCode::BadRegex, "set intersection (&&) is not supported");
        if (rest.starts_with("[:")) {
            const auto close = rest.find(":]");
            copy(close == std::string_view::npos ? 1 : close + 2);
        } else if (rest.starts_with("[^")) {
            return fail(ErrorCode::BadRegex, "a negated set inside a set is not supported");
        } else if (rest.front() == '[') {
            ++m_depth;
            ++m_at;
        } else if (rest.front() == ']') {
            if (--m_depth == 0)
                m_result += ']';
            ++m_at;
        } else {
            copy(1);
        }
        return {};
    }

    Result<> escape()
    {
        if (m_at + 1 >= m_pattern.size())
            return fail(ErrorCode::BadRegex, "it ends with a backslash");
        const bool inSet = m_depth > 0;
        switch (m_pattern[m_at + 1]) {
        case 's':
            return replaceEscape(inSet ? std::string(spaces) : "[" + std::string(spaces) + "]");
        case 'S':
            return replaceEscape(inSet ? std::string(nonSpaces) : "[^" + std::string(spaces) + "]");
        case 'w':
            return replaceEscape(inSet ? std::string(wordCharacters) : "[" + std::string(wordCharacters) + "]");
        case 'W':
            if (inSet)
                return fail(ErrorCode::BadRegex, "\\W inside a set is not supported");
            return replaceEscape("[^" + std::string(wordCharacters) + "]");
        case 'h':
            return replaceEscape(inSet ? "0-9a-fA-F" : "[0-9a-fA-F]");
        case 'p':
        case 'P':
            property();
            return {};
        default:
            copy(2);
            return {};
        }
    }

    Result<> replaceEscape(const std::string& replacement)
    {
        m_result += replacement;
        m_at += 2;
        return {};
    }

    /// A script name means the Script property; PCRE2 alone would take Script_Extensions.
    void property()
    {
        const auto close = m_pattern.find('}', m_at);
        if (m_at + 2 >= m_pattern.size() || m_pattern[m_at + 2] != '{' || close == std::string_view::npos) {
            copy(2);
            return;
        }
        std::string_view name = m_pattern.substr(m_at + 3, close - m_at - 3);
        const bool isNegated = name.starts_with('^');
        name.remove_prefix(isNegated ? 1 : 0);
        if (name == "L" || name == "N") {
            const bool excludes = isNegated != (m_pattern[m_at + 1] == 'P');
            lettersOrNumbers(name.front(), excludes);
            m_at = close + 1;
            return;
        }
        // Categories have one or two letters, and these are binary properties.
        const bool isScript = name.size() > 2 && name != "Any" && name != "Alphabetic" && name != "White_Space";
        m_result += m_pattern.substr(m_at, 3);
        m_result += isNegated ? "^" : "";
        m_result += isScript ? "sc:" : "";
        m_result += name;
        m_result += '}';
        m_at = close + 1;
    }

    /// \p{L} and \p{N} as of Unicode 16. (A negated one inside a set stays with PCRE2's own version.)
    void lettersOrNumbers(char category, bool excludes)
    {
        const bool inSet = m_depth > 0;
        m_result += inSet ? "" : excludes ? "[^" : "[";
        m_result += inSet && excludes ? "\\P{" : "\\p{";
        m_result += category;
        m_result += '}';
        if (!inSet || !excludes)
            m_result += category == 'L' ? newLetters : newNumbers;
        m_result += inSet ? "" : "]";
    }

    /// Option letters: Oniguruma's m lets the dot match newlines, which PCRE2 calls s.
    void group()
    {
        const auto end = m_pattern.find_first_not_of("imx-", m_at + 2);
        if (end == std::string_view::npos || (m_pattern[end] != ':' && m_pattern[end] != ')')) {
            copy(2);
            return;
        }
        for (; m_at < end; ++m_at)
            m_result += m_pattern[m_at] == 'm' ? 's' : m_pattern[m_at];
    }

    std::string_view m_pattern;
    std::size_t m_at = 0;
    int m_depth = 0; // of nested sets
    std::string m_result;
};

} // namespace

Result<std::string> toPcre2(std::string_view pattern)
{
    return Translator(pattern).run();
}

} // namespace driftscope::tokenizer
