// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simtime.h"
#include "core/base/textfile.h"
#include "core/data/textfield_p.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace driftscope::data {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The whole text as a number; the error of from_chars otherwise.
template<typename T>
tl::expected<T, std::errc> parseWhole(std::string_view text)
{
    T value {};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc())
        return tl::unexpected(error);
    if (stop != end)
        return tl::unexpected(std::errc::invalid_argument);
    return value;
}

bool isDateLike(std::string_view text)
{
    return text.size() >= 6 && std::all_of(text.begin(), text.begin() + 4, isDigit)
        && (text[4] == '-' || text[4] == '/') && isDigit(text[5]);
}

/// ISO 8601 with what parseTime() does not know taken off: fractions of a second, and "+00:00" for UTC.
tl::expected<SourceTime, ErrorCode> parseDate(std::string_view text)
{
    std::string plain(text);
    if (plain.ends_with("+00:00"))
        plain.resize(plain.size() - 6);
    if (plain.ends_with("Z"))
        plain.pop_back();
    if (const std::size_t point = plain.find('.'); point != std::string::npos) {
        if (!std::all_of(plain.begin() + static_cast<std::ptrdiff_t>(point) + 1, plain.end(), isDigit))
            return tl::unexpected(ErrorCode::BadTime);
        plain.resize(point);
    }
    const Result<SimTime> time = parseTime(plain);
    if (!time || toUnix(*time) < 0)
        return tl::unexpected(ErrorCode::BadTime);
    return SourceTime {toUnix(*time), true};
}

/// Length of the title without its groups in parentheses at the end: "Seven (Se7en) (1995)" -> 5.
std::size_t lengthWithoutGroups(std::string_view title)
{
    std::size_t length = title.size();
    while (length > 0 && title[length - 1] == ')') {
        int depth = 0;
        std::size_t open = length;
        while (open > 0) {
            --open;
            depth += title[open] == ')' ? 1 : title[open] == '(' ? -1 : 0;
            if (depth == 0)
                break;
        }
        if (depth != 0 || open == 0 || title[open - 1] != ' ')
            break;
        length = title.find_last_not_of(' ', open - 1) + 1;
    }
    return length;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void splitInto(std::vector<std::string_view>& parts, std::string_view text, std::string_view separator)
{
    parts.clear();
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + separator.size());
    }
}

std::optional<ErrorCode> findBadText(std::string_view row)
{
    bool hasControl = false;
    bool isAscii = true;
    for (const char c : row) { // without branches, so that the compiler can take many characters at once
        const auto byte = static_cast<unsigned char>(c);
        hasControl |= (byte < 0x20 && byte != '\t') || byte == 0x7F;
        isAscii &= byte < 0x80;
    }
    if (hasControl)
        return ErrorCode::ControlCharacter;
    if (!isAscii && !isUtf8(row))
        return ErrorCode::InvalidUtf8;
    return std::nullopt;
}

std::string fromLatin1(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 16);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xC0 | (byte >> 6));
            text += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return text;
}

std::string shownRow(std::string_view row)
{
    constexpr std::size_t longest = 120;
    std::size_t length = std::min(row.size(), longest);
    while (length < row.size() && length > 0 && (static_cast<unsigned char>(row[length]) & 0xC0) == 0x80)
        --length; // do not cut a character in two
    const bool isCut = length < row.size();
    row = row.substr(0, length);
    const bool showHighBytes = isUtf8(row);
    std::string text;
    for (const char c : row) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F && (byte < 0x80 || showHighBytes)) {
            text += c;
        } else {
            constexpr std::string_view digits = "0123456789abcdef";
            text += "\\x";
            text += digits[byte >> 4U];
            text += digits[byte & 15U];
        }
    }
    return isCut ? text + "…" : text;
}

tl::expected<float, ErrorCode> parseRating(std::string_view field)
{
    const auto value = parseWhole<float>(trimmed(field));
    if (!value || !std::isfinite(*value))
        return tl::unexpected(ErrorCode::BadNumber);
    return *value;
}

tl::expected<SourceTime, ErrorCode> parseSourceTime(std::string_view field)
{
    const std::string_view text = trimmed(field);
    if (const auto whole = parseWhole<std::int64_t>(text)) {
        if (*whole < 0)
            return tl::unexpected(ErrorCode::BadTime);
        return SourceTime {*whole, false};
    }
    if (isDateLike(text))
        return parseDate(text);
    const auto number = parseWhole<double>(text);
    constexpr double largest = 9.2e18; // of 64 bits
    if (!number || !std::isfinite(*number) || std::abs(*number) > largest)
        return tl::unexpected(ErrorCode::BadNumber);
    if (*number < 0)
        return tl::unexpected(ErrorCode::BadTime);
    return SourceTime {static_cast<std::int64_t>(std::floor(*number)), false};
}

std::string readableTitle(std::string_view title)
{
    std::string text(trimmed(title));
    // Until nothing is left to move, so that cleaning a cleaned title changes nothing.
    while (true) {
        const std::size_t length = lengthWithoutGroups(text);
        const std::string_view base = std::string_view(text).substr(0, length);
        const std::size_t comma = base.rfind(", ");
        if (comma == std::string_view::npos || comma == 0)
            return text;
        const std::string_view article = base.substr(comma + 2);
        if (article != "The" && article != "A" && article != "An")
            return text;
        text = std::string(article) + ' ' + std::string(base.substr(0, comma)) + text.substr(length);
    }
}

std::string_view yearOfTitle(std::string_view title)
{
    title = trimmed(title);
    if (title.size() < 6 || title.back() != ')' || title[title.size() - 6] != '(')
        return {};
    const std::string_view year = title.substr(title.size() - 5, 4);
    return std::all_of(year.begin(), year.end(), isDigit) ? year : std::string_view();
}

std::string readableList(std::string_view values, char separator)
{
    std::string text;
    if (trimmed(values) == "(no genres listed)")
        return text;
    std::vector<std::string_view> parts;
    splitInto(parts, values, std::string_view(&separator, 1));
    for (const std::string_view part : parts)
        if (const std::string_view word = trimmed(part); !word.empty())
            text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

} // namespace driftscope::data
