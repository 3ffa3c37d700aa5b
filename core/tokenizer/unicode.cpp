// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/unicode_p.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>

namespace driftscope::tokenizer::unicode {

namespace {

std::uint8_t byteAt(std::string_view text, std::size_t at)
{
    return static_cast<std::uint8_t>(text[at]);
}

utf8proc_category_t category(char32_t character)
{
    return utf8proc_category(static_cast<utf8proc_int32_t>(character));
}

/// Which second bytes a lead byte allows, and how long its sequence is (0 = not a lead byte).
struct Lead {
    std::size_t length;
    std::uint8_t low;
    std::uint8_t high;
};

Lead leadOf(std::uint8_t byte)
{
    if (byte < 0x80)
        return {1, 0, 0};
    if (byte >= 0xC2 && byte <= 0xDF)
        return {2, 0x80, 0xBF};
    if (byte >= 0xE0 && byte <= 0xEF)
        return {3, static_cast<std::uint8_t>(byte == 0xE0 ? 0xA0 : 0x80),
                static_cast<std::uint8_t>(byte == 0xED ? 0x9F : 0xBF)};
    if (byte >= 0xF0 && byte <= 0xF4)
        return {4, static_cast<std::uint8_t>(byte == 0xF0 ? 0x90 : 0x80),
                static_cast<std::uint8_t>(byte == 0xF4 ? 0x8F : 0xBF)};
    return {0, 0, 0};
}

/// How many bytes from `at` belong together: a whole character, or the longest start of one (then `whole` is false).
struct Sequence {
    std::size_t length;
    bool whole;
};

Sequence sequenceAt(std::string_view text, std::size_t at)
{
    const Lead lead = leadOf(byteAt(text, at));
    if (lead.length <= 1)
        return {1, lead.length == 1};
    for (std::size_t i = 1; i < lead.length; ++i) {
        if (at + i >= text.size())
            return {i, false};
        const std::uint8_t byte = byteAt(text, at + i);
        const bool fits = i == 1 ? byte >= lead.low && byte <= lead.high : byte >= 0x80 && byte <= 0xBF;
        if (!fits)
            return {i, false};
    }
    return {lead.length, true};
}

} // namespace

Character characterAt(std::string_view text, std::size_t at)
{
    const std::uint8_t first = byteAt(text, at);
    const auto next = [&](std::size_t i) { return static_cast<char32_t>(byteAt(text, at + i) & 0x3F); };
    if (first < 0x80)
        return {first, 1};
    if (first < 0xE0)
        return {(static_cast<char32_t>(first & 0x1F) << 6) | next(1), 2};
    if (first < 0xF0)
        return {(static_cast<char32_t>(first & 0x0F) << 12) | (next(1) << 6) | next(2), 3};
    return {(static_cast<char32_t>(first & 0x07) << 18) | (next(1) << 12) | (next(2) << 6) | next(3), 4};
}

void append(std::string& text, char32_t character)
{
    std::array<utf8proc_uint8_t, 4> bytes {};
    const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes.data());
    text.append(bytes.begin(), bytes.begin() + length);
}

std::string repairUtf8(std::string_view text)
{
    std::string repaired;
    repaired.reserve(text.size() + 16);
    for (std::size_t at = 0; at < text.size();) {
        const Sequence sequence = sequenceAt(text, at);
        if (sequence.whole)
            repaired.append(text.substr(at, sequence.length));
        else
            append(repaired, 0xFFFD);
        at += sequence.length;
    }
    return repaired;
}

bool isWhiteSpace(char32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isNumeric(char32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9';
    const auto kind = category(c);
    return kind == UTF8PROC_CATEGORY_ND || kind == UTF8PROC_CATEGORY_NL || kind == UTF8PROC_CATEGORY_NO;
}

bool isPunctuation(char32_t c)
{
    if (c < 0x80)
        return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    const auto kind = category(c);
    return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO;
}

bool isWordCharacter(char32_t c)
{
    const auto kind = category(c);
    const bool isLetterOrMark = kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_ME;
    const bool isEnclosedLetter = (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149)
        || (c >= 0x1F150 && c <= 0x1F169) || (c >= 0x1F170 && c <= 0x1F189); // Other_Alphabetic
    return isLetterOrMark || kind == UTF8PROC_CATEGORY_ND || kind == UTF8PROC_CATEGORY_NL
        || kind == UTF8PROC_CATEGORY_PC || c == 0x200C || c == 0x200D || isEnclosedLetter;
}

bool isMark(char32_t c)
{
    const auto kind = category(c);
    return kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME;
}

bool isNonSpacingMark(char32_t c)
{
    return category(c) == UTF8PROC_CATEGORY_MN;
}

bool isOther(char32_t c)
{
    const auto kind = category(c);
    return kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CF || kind == UTF8PROC_CATEGORY_CO
        || kind == UTF8PROC_CATEGORY_CS;
}

bool isIdeograph(char32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B820 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

std::string normalized(const std::string& text, Form form)
{
    // Below U+0300 (lead byte 0xCC) text is in NFC already; below U+0080 it is in every form.
    const std::uint8_t firstChanged = form == Form::Nfc ? 0xCC : 0x80;
    if (std::ranges::all_of(text, [&](char c) { return static_cast<std::uint8_t>(c) < firstChanged; }))
        return text;
    int options = UTF8PROC_STABLE;
    options |= form == Form::Nfc || form == Form::Nfkc ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
    if (form == Form::Nfkc || form == Form::Nfkd)
        options |= UTF8PROC_COMPAT;
    utf8proc_uint8_t* mapped = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &mapped, static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    if (length < 0)
        return text;
    return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)};
}

std::string lowered(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        if (character.value < 0x80)
            result += static_cast<char>(character.value >= 'A' && character.value <= 'Z' ? character.value + 32
                                                                                         : character.value);
        else if (character.value == 0x130) // the one letter whose lower case is two characters
            result += "i\xCC\x87";
        else
            append(result, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(character.value))));
        at += character.length;
    }
    return result;
}

} // namespace driftscope::tokenizer::unicode
