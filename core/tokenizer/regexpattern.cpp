// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/regexpattern_p.h"
#include "core/tokenizer/unicode_p.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <array>
#include <pcre2.h>

namespace driftscope::tokenizer {

namespace {

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
    void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

template<typename T>
using Owner = std::unique_ptr<T, Free>;

std::string messageOf(int error)
{
    std::array<PCRE2_UCHAR, 200> buffer {};
    pcre2_get_error_message(error, buffer.data(), buffer.size());
    return reinterpret_cast<const char*>(buffer.data());
}

} // namespace

struct RegexPattern::Code {
    Owner<pcre2_code> code;
};

struct RegexPattern::Scan::State {
    Owner<pcre2_match_data> data;
};

RegexPattern::RegexPattern() = default;
RegexPattern::RegexPattern(RegexPattern&&) noexcept = default;
RegexPattern& RegexPattern::operator=(RegexPattern&&) noexcept = default;
RegexPattern::~RegexPattern() = default;

Result<RegexPattern> RegexPattern::compile(std::string_view pattern)
{
    constexpr std::size_t maxPatternBytes = 1 << 14; // known ones have some hundreds; properties are spelled out below
    if (pattern.size() > maxPatternBytes)
        return fail(ErrorCode::BadRegex, "it is longer than 16384 bytes");
    const Result<std::string> translated = toPcre2(pattern);
    if (!translated)
        return failFrom(translated);
    const Owner<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    RegexPattern regex;
    regex.m_code = std::make_unique<Code>();
    regex.m_code->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated->data()), translated->size(),
                                           PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE
                                               | PCRE2_NEVER_BACKSLASH_C, // single bytes would cut characters apart
                                           &error, &offset, context.get()));
    if (!regex.m_code->code)
        return fail(ErrorCode::BadRegex, messageOf(error));
    pcre2_jit_compile(regex.m_code->code.get(), PCRE2_JIT_COMPLETE); // where there is no JIT the interpreter runs
    return regex;
}

RegexPattern RegexPattern::literal(std::string text)
{
    RegexPattern regex;
    regex.m_literal = std::move(text);
    return regex;
}

std::size_t RegexPattern::shortestMatch() const
{
    if (!m_code)
        return m_literal.size();
    std::uint32_t characters = 0;
    pcre2_pattern_info(m_code->code.get(), PCRE2_INFO_MINLENGTH, &characters);
    return characters;
}

RegexPattern::Scan::Scan(const RegexPattern& pattern, std::string_view text)
    : m_pattern(pattern)
    , m_state(std::make_unique<State>())
    , m_text(text)
{
    if (pattern.m_code)
        m_state->data.reset(pcre2_match_data_create(1, nullptr));
}

RegexPattern::Scan::~Scan() = default;

void RegexPattern::Scan::restart(std::string_view text)
{
    m_text = text;
    m_begin = 0;
    m_end = 0;
    m_lastEnd = std::string_view::npos;
}

bool RegexPattern::Scan::next()
{
    if (!m_pattern.m_code)
        return nextLiteral();
    if (!findFrom(m_end))
        return false;
    // An empty match right after a match is passed over, as the regex crates do.
    if (m_begin == m_end && m_lastEnd == m_begin) {
        if (m_begin >= m_text.size() || !findFrom(m_begin + unicode::characterAt(m_text, m_begin).length))
            return false;
    }
    m_lastEnd = m_end;
    return true;
}

bool RegexPattern::Scan::nextLiteral()
{
    if (m_pattern.m_literal.empty())
        return false;
    m_begin = m_text.find(m_pattern.m_literal, m_end);
    if (m_begin == std::string_view::npos)
        return false;
    m_end = m_begin + m_pattern.m_literal.size();
    return true;
}

bool RegexPattern::Scan::findFrom(std::size_t at)
{
    const auto* text = reinterpret_cast<PCRE2_SPTR>(m_text.data());
    const auto* code = m_pattern.m_code->code.get();
    auto* data = m_state->data.get();
    int found = pcre2_match(code, text, m_text.size(), at, PCRE2_NO_UTF_CHECK, data, nullptr);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT) // very long runs: the interpreter keeps its stack on the heap
        found = pcre2_match(code, text, m_text.size(), at, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, nullptr);
    if (found < 0)
        return false;
    const PCRE2_SIZE* range = pcre2_get_ovector_pointer(data);
    m_begin = range[0];
    m_end = range[1];
    return true;
}

} // namespace driftscope::tokenizer
