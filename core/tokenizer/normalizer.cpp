// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/normalizer_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::tokenizer {

namespace {

/// Rebuilds a text character by character; `change` appends what each becomes.
template<typename Change>
std::string rebuilt(const std::string& text, Change change)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = unicode::characterAt(text, at);
        change(result, character.value, std::string_view(text).substr(at, character.length));
        at += character.length;
    }
    return result;
}

void cleanBertText(std::string& text)
{
    text = rebuilt(text, [](std::string& result, char32_t c, std::string_view bytes) {
        if (c == '\t' || c == '\n' || c == '\r' || unicode::isWhiteSpace(c)) {
            // Controls such as U+000B count as control characters first.
            if (c == '\t' || c == '\n' || c == '\r' || !unicode::isOther(c))
                result += ' ';
        } else if (c != 0 && c != 0xFFFD && !unicode::isOther(c)) {
            result += bytes;
        }
    });
}

void dropNonSpacingMarks(std::string& text)
{
    text = rebuilt(text, [](std::string& result, char32_t c, std::string_view bytes) {
        if (!unicode::isNonSpacingMark(c))
            result += bytes;
    });
}

void setIdeographsApart(std::string& text)
{
    text = rebuilt(text, [](std::string& result, char32_t c, std::string_view bytes) {
        const bool isApart = unicode::isIdeograph(c);
        result += isApart ? " " : "";
        result += bytes;
        result += isApart ? " " : "";
    });
}

} // namespace

FormNormalizer::FormNormalizer(unicode::Form form)
    : m_form(form)
{
}

void FormNormalizer::apply(std::string& text) const
{
    text = unicode::normalized(text, m_form);
}

void LowercaseNormalizer::apply(std::string& text) const
{
    text = unicode::lowered(text);
}

void StripAccentsNormalizer::apply(std::string& text) const
{
    text = rebuilt(text, [](std::string& result, char32_t c, std::string_view bytes) {
        if (!unicode::isMark(c))
            result += bytes;
    });
}

PrependNormalizer::PrependNormalizer(std::string prefix)
    : m_prefix(std::move(prefix))
{
}

void PrependNormalizer::apply(std::string& text) const
{
    if (!text.empty())
        text.insert(0, m_prefix);
}

ReplaceNormalizer::ReplaceNormalizer(RegexPattern pattern, std::string replacement)
    : m_pattern(std::move(pattern))
    , m_replacement(std::move(replacement))
{
}

void ReplaceNormalizer::apply(std::string& text) const
{
    RegexPattern::Scan scan(m_pattern, text);
    std::string result;
    std::size_t copied = 0;
    while (scan.next()) {
        result.append(text, copied, scan.begin() - copied);
        result += m_replacement;
        copied = scan.end();
    }
    if (copied == 0 && result.empty())
        return;
    result.append(text, copied);
    text = std::move(result);
}

double ReplaceNormalizer::growth() const
{
    // What matches nothing may do so before and after every byte.
    const auto added = static_cast<double>(m_replacement.size());
    const auto matched = static_cast<double>(m_pattern.shortestMatch());
    return matched > 0 ? 1 + added / matched : 1 + 2 * added;
}

StripNormalizer::StripNormalizer(bool left, bool right)
    : m_left(left)
    , m_right(right)
{
}

void StripNormalizer::apply(std::string& text) const
{
    std::size_t begin = text.size(); // of what stays
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto character = unicode::characterAt(text, at);
        if (!unicode::isWhiteSpace(character.value)) {
            begin = std::min(begin, at);
            end = at + character.length;
        }
        at += character.length;
    }
    if (begin >= end) { // white space only
        if (m_left || m_right)
            text.clear();
        return;
    }
    if (m_right)
        text.resize(end);
    if (m_left)
        text.erase(0, begin);
}

void ByteLevelNormalizer::apply(std::string& text) const
{
    text = bytealphabet::encode(text);
}

BertNormalizer::BertNormalizer(Options options)
    : m_options(options)
{
}

void BertNormalizer::apply(std::string& text) const
{
    if (m_options.cleanText)
        cleanBertText(text);
    if (m_options.handleChineseCharacters)
        setIdeographsApart(text);
    if (m_options.stripAccents) {
        text = unicode::normalized(text, unicode::Form::Nfd);
        dropNonSpacingMarks(text);
    }
    if (m_options.lowercase)
        text = unicode::lowered(text);
}

SequenceNormalizer::SequenceNormalizer(std::vector<std::unique_ptr<const Normalizer>> steps)
    : m_steps(std::move(steps))
{
}

void SequenceNormalizer::apply(std::string& text) const
{
    for (const auto& step : m_steps)
        step->apply(text);
}

double SequenceNormalizer::growth() const
{
    double product = 1;
    for (const auto& step : m_steps)
        product *= step->growth();
    return product;
}

} // namespace driftscope::tokenizer
