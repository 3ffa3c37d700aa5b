// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace driftscope::tokenizer {

/// A compiled regular expression in the dialect of tokenizer files (Oniguruma), run by PCRE2 with Unicode properties.
/// Immutable; several threads may scan with it, each with a Scan of its own.
class RegexPattern
{
public:
    /// @retval ErrorCode::BadRegex  does not compile, or uses what PCRE2 understands otherwise.
    [[nodiscard]] static Result<RegexPattern> compile(std::string_view pattern);
    /// A pattern that matches exactly this text.
    [[nodiscard]] static RegexPattern literal(std::string text);

    /// A match has at least so many bytes; 0 = it may be empty.
    [[nodiscard]] std::size_t shortestMatch() const;

    RegexPattern(RegexPattern&&) noexcept;
    RegexPattern& operator=(RegexPattern&&) noexcept;
    ~RegexPattern();

    /// Goes through the matches of a text from left to right.
    class Scan
    {
    public:
        /// @param text  valid UTF-8; outlives the scan, as does the pattern.
        Scan(const RegexPattern& pattern, std::string_view text);
        ~Scan();
        Scan(const Scan&) = delete;
        Scan& operator=(const Scan&) = delete;

        /// Starts over with another text.
        void restart(std::string_view text);
        /// Finds the next match; false at the end.
        [[nodiscard]] bool next();
        [[nodiscard]] std::size_t begin() const { return m_begin; }
        [[nodiscard]] std::size_t end() const { return m_end; }

    private:
        bool findFrom(std::size_t at);
        bool nextLiteral();

        struct State;
        const RegexPattern& m_pattern;
        std::unique_ptr<State> m_state;
        std::string_view m_text;
        std::size_t m_begin = 0;
        std::size_t m_end = 0;
        std::size_t m_lastEnd = std::string_view::npos; // of the last match
    };

private:
    RegexPattern();
    struct Code;
    std::unique_ptr<Code> m_code; // null for a literal
    std::string m_literal;
};

/// The pattern in PCRE2's dialect.
///
/// \s, \S, \w, \W, \h get Oniguruma's meaning, scripts mean the Script property, unnegated nested sets are flattened.
/// @retval ErrorCode::BadRegex  set operations that PCRE2 does not have.
[[nodiscard]] Result<std::string> toPcre2(std::string_view pattern);

} // namespace driftscope::tokenizer
