// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/namepattern.h"

#include "core/base/messagetext.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace driftscope::checkpoint {

namespace {

using Bytes = std::bitset<256>;

constexpr std::size_t mostStates = 20'000; // written-out repetitions included
constexpr int deepestNesting = 100;
constexpr int mostRepetitions = 1000;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Bytes only(char c)
{
    Bytes bytes;
    bytes.set(static_cast<unsigned char>(c));
    return bytes;
}

Bytes range(char first, char last)
{
    Bytes bytes;
    for (int c = static_cast<unsigned char>(first); c <= static_cast<unsigned char>(last); ++c)
        bytes.set(static_cast<std::size_t>(c));
    return bytes;
}

/// Bytes of \d, \w, \s and their opposites; nothing for other letters.
std::optional<Bytes> classOf(char letter)
{
    const char lower = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    Bytes bytes;
    if (lower == 'd')
        bytes = range('0', '9');
    else if (lower == 'w')
        bytes = range('0', '9') | range('a', 'z') | range('A', 'Z') | only('_');
    else if (lower == 's')
        bytes = range('\t', '\r') | only(' ');
    else
        return std::nullopt;
    return lower == letter ? bytes : ~bytes;
}

/// Byte of \n, \t and other escapes of one byte; nothing for letters that mean something else.
std::optional<char> byteOf(char letter)
{
    switch (letter) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    default:
        return isLetter(letter) || isDigit(letter) ? std::nullopt : std::optional(letter);
    }
}

} // namespace

/// Recursive descent over one expression. After an error every function returns at once.
class NamePatternParser
{
public:
    using States = NamePattern::States;
    using Step = NamePattern::Step;

    explicit NamePatternParser(std::string_view text)
        : m_text(text)
    {
    }

    Result<NamePattern> parse()
    {
        NamePattern pattern;
        pattern.m_states = alternatives(0);
        if (!m_error && !atEnd())
            reject("there is a ')' too many");
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        return pattern;
    }

private:
    [[nodiscard]] bool atEnd() const { return m_error || m_at >= m_text.size(); }
    [[nodiscard]] char peek() const { return m_text[m_at]; }
    bool accept(char c)
    {
        const bool isIt = !atEnd() && peek() == c;
        m_at += isIt ? 1 : 0;
        return isIt;
    }

    void reject(const std::string& what, ErrorCode code = ErrorCode::BadRegex)
    {
        if (!m_error)
            m_error = Error {code, what + " at position " + std::to_string(m_at)};
    }

    void append(States& states, const States& more)
    {
        if (m_total += more.size(); states.size() + more.size() > mostStates || m_total > 50 * mostStates)
            return reject("it grows too large", ErrorCode::TooLarge);
        states.insert(states.end(), more.begin(), more.end());
    }

    static States split(std::size_t next, std::size_t other)
    {
        return {{Step::Split, {}, static_cast<std::int32_t>(next), static_cast<std::int32_t>(other)}};
    }
    static States one(Step step, Bytes bytes = {}) { return {{step, bytes, 1, 0}}; }

    States alternatives(int depth)
    {
        if (depth > deepestNesting)
            reject("groups are nested too deep", ErrorCode::TooLarge);
        States states = sequence(depth);
        while (accept('|')) {
            const States right = sequence(depth);
            States both = split(1, states.size() + 2);
            append(both, states);
            append(both, split(right.size() + 1, right.size() + 1)); // over the other one
            append(both, right);
            states = std::move(both);
        }
        return states;
    }

    States sequence(int depth)
    {
        States states;
        while (!atEnd() && peek() != '|' && peek() != ')')
            append(states, repeated(depth));
        return states;
    }

    States repeated(int depth)
    {
        States states = atom(depth);
        const auto counts = quantifier();
        if (!counts)
            return states;
        accept('?'); // a lazy repetition matches the same whole names
        if (quantifier())
            reject("possessive or repeated repetition is not known");
        return repeat(states, *counts);
    }

    /// Fewest and most repetitions; most = -1: any number.
    std::optional<std::pair<int, int>> quantifier()
    {
        if (accept('*'))
            return std::pair(0, -1);
        if (accept('+'))
            return std::pair(1, -1);
        if (accept('?'))
            return std::pair(0, 1);
        const std::size_t start = m_at;
        if (!accept('{'))
            return std::nullopt;
        const auto fewest = number();
        const bool hasComma = accept(',');
        const auto most = hasComma ? number() : fewest;
        if ((!fewest && !most) || !accept('}')) {
            m_at = start; // a brace that stands for itself, which atom() takes next
            return std::nullopt;
        }
        return std::pair(fewest.value_or(0), most.value_or(-1));
    }

    std::optional<int> number()
    {
        const std::size_t start = m_at;
        while (!atEnd() && isDigit(peek()))
            ++m_at;
        if (m_at == start)
            return std::nullopt;
        int value = 0;
        const auto read = std::from_chars(m_text.data() + start, m_text.data() + m_at, value);
        if (read.ec != std::errc() || value > mostRepetitions)
            reject("more than " + std::to_string(mostRepetitions) + " repetitions", ErrorCode::TooLarge);
        return value;
    }

    States repeat(const States& atom, std::pair<int, int> counts)
    {
        if (counts.second >= 0 && counts.second < counts.first)
            reject("the repetition's range is upside down");
        States states;
        for (int i = 0; i < counts.first && !m_error; ++i)
            append(states, atom);
        if (counts.second < 0) {
            append(states, split(1, atom.size() + 2));
            append(states, atom);
            States back = split(0, 0);
            back.front().next = back.front().other = -static_cast<std::int32_t>(atom.size() + 1);
            append(states, back);
        }
        for (int i = counts.first; i < counts.second && !m_error; ++i) {
            append(states, split(1, atom.size() + 1));
            append(states, atom);
        }
        return states;
    }

    States atom(int depth)
    {
        const char c = peek();
        ++m_at;
        switch (c) {
        case '(':
            return group(depth);
        case '[':
            return one(Step::Byte, set());
        case '.':
            return one(Step::Byte, ~only('\n'));
        case '^':
            return one(Step::Begin);
        case '$':
            return one(Step::End);
        case '\\':
            return escape();
        case '*':
        case '+':
        case '?':
            reject("nothing to repeat");
            return {};
        default:
            return one(Step::Byte, only(c));
        }
    }

    States group(int depth)
    {
        if (accept('?') && !accept(':')) {
            if (accept('P') && accept('<') && !atEnd() && peek() != '=' && peek() != '!') {
                while (!atEnd() && !accept('>'))
                    ++m_at;
            } else {
                reject("this kind of group is not known");
            }
        }
        States states = alternatives(depth + 1);
        if (!accept(')'))
            reject("a group is not closed");
        return states;
    }

    States escape()
    {
        if (atEnd()) {
            reject("nothing follows the backslash");
            return {};
        }
        const char c = m_text[m_at++];
        if (const auto bytes = classOf(c))
            return one(Step::Byte, *bytes);
        if (c == 'A' || c == 'Z')
            return one(c == 'A' ? Step::Begin : Step::End);
        if (const auto byte = byteOf(c))
            return one(Step::Byte, only(*byte));
        reject(std::string("the escape '\\") + c + "' is not known");
        return {};
    }

    /// The bytes of [...], whose bracket has been read.
    Bytes set()
    {
        Bytes bytes;
        const bool isOpposite = accept('^');
        bool isFirst = true;
        while (!atEnd() && (isFirst || peek() != ']')) {
            isFirst = false;
            bytes |= setPart();
        }
        if (!accept(']'))
            reject("a '[' is not closed");
        return isOpposite ? ~bytes : bytes;
    }

    Bytes setPart()
    {
        char first = m_text[m_at++];
        if (first == '\\' && !atEnd()) {
            const char c = m_text[m_at++];
            if (const auto bytes = classOf(c))
                return *bytes;
            first = byteOf(c).value_or(c);
        }
        if (m_at + 1 >= m_text.size() || peek() != '-' || m_text[m_at + 1] == ']')
            return only(first);
        ++m_at;
        char last = m_text[m_at++];
        if (last == '\\' && !atEnd())
            last = m_text[m_at++];
        if (static_cast<unsigned char>(last) < static_cast<unsigned char>(first))
            reject("a range of bytes is upside down");
        return range(first, last);
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_total = 0; ///< states copied so far: bounds the work of nested repetitions
    std::optional<Error> m_error;
};

Result<NamePattern> NamePattern::parse(std::string_view regex)
{
    auto parsed = NamePatternParser(regex).parse();
    if (!parsed)
        return fail(parsed.error().code,
                    "the expression '" + std::string(beginningOf(regex, 80))
                        + "' cannot be used: " + parsed.error().message);
    return parsed;
}

// All states that wait for a byte (or are the match) and can be reached from one without a byte.
void NamePattern::follow(std::size_t state, std::size_t position, std::size_t length, std::vector<std::size_t>& reached,
                         std::vector<bool>& seen) const
{
    std::vector<std::size_t> open {state};
    const auto target = [](std::size_t from, std::int32_t by) {
        return static_cast<std::size_t>(static_cast<std::int64_t>(from) + by);
    };
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        if (seen[at])
            continue;
        seen[at] = true;
        if (at == m_states.size() || m_states[at].step == Step::Byte) {
            reached.push_back(at);
            continue;
        }
        const State& step = m_states[at];
        if ((step.step == Step::Begin && position > 0) || (step.step == Step::End && position < length))
            continue;
        open.push_back(target(at, step.next));
        if (step.step == Step::Split)
            open.push_back(target(at, step.other));
    }
}

bool NamePattern::matches(std::string_view name) const
{
    std::vector<std::size_t> current;
    std::vector<bool> seen(m_states.size() + 1);
    follow(0, 0, name.size(), current, seen);
    for (std::size_t i = 0; i < name.size() && !current.empty(); ++i) {
        std::vector<std::size_t> next;
        std::fill(seen.begin(), seen.end(), false);
        for (const std::size_t state : current) {
            if (state < m_states.size() && m_states[state].bytes.test(static_cast<unsigned char>(name[i])))
                follow(state + 1, i + 1, name.size(), next, seen);
        }
        current = std::move(next);
    }
    return std::ranges::find(current, m_states.size()) != current.end();
}

} // namespace driftscope::checkpoint
