// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace driftscope::fuzz {

namespace {

constexpr std::size_t maxFileBytes = 1 << 17;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The word between the first and the last quote of a dictionary's line.
std::string unescaped(std::string_view line)
{
    std::string word;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            word += line[i];
        } else if (line[i + 1] == 'x' && i + 3 < line.size()) {
            unsigned char byte = 0;
            std::from_chars(line.data() + i + 2, line.data() + i + 4, byte, 16);
            word += static_cast<char>(byte);
            i += 3;
        } else {
            word += line[++i];
        }
    }
    return word;
}

} // namespace

std::vector<std::string> dictionaryWords(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto first = line.find('"');
        const auto last = line.rfind('"');
        if (!line.starts_with('#') && first != last)
            words.push_back(unescaped(line.substr(first + 1, last - first - 1)));
    }
    return words;
}

Mutator::Mutator(std::vector<std::string> corpus, std::vector<std::string> words, std::uint64_t seed)
    : m_corpus(std::move(corpus))
    , m_words(std::move(words))
    , m_random(seed, "fuzz")
{
}

std::string Mutator::next()
{
    std::string file(anyOf(m_corpus));
    const std::size_t changes = 1 + m_random.index(6);
    for (std::size_t i = 0; i < changes; ++i)
        change(file);
    file.resize(std::min(file.size(), maxFileBytes));
    return file;
}

std::string_view Mutator::anyOf(const std::vector<std::string>& texts)
{
    return texts.empty() ? std::string_view() : std::string_view(texts[m_random.index(texts.size())]);
}

void Mutator::change(std::string& file)
{
    constexpr std::array changes {&Mutator::changeBytes, &Mutator::changeInteger, &Mutator::changeDigits,
                                  &Mutator::eraseRange,  &Mutator::repeatRange,   &Mutator::putWord,
                                  &Mutator::putWord,     &Mutator::putPiece};
    if (file.empty())
        putWord(file);
    else
        (this->*changes[m_random.index(changes.size())])(file);
}

void Mutator::changeBytes(std::string& file)
{
    char& byte = file[m_random.index(file.size())];
    byte = m_random.index(2) == 0 ? static_cast<char>(m_random.index(256))
                                  : static_cast<char>(byte ^ static_cast<char>(1 << m_random.index(8)));
}

/// Overwrites 1, 2, 4 or 8 bytes with a number that lengths and offsets trip over.
void Mutator::changeInteger(std::string& file)
{
    constexpr std::array<std::uint64_t, 10> numbers {
        0, 1, 0x7F, 0xFF, 0x7FFF'FFFF, 0xFFFF'FFFF, 1ULL << 61, (1ULL << 63) - 1, 1ULL << 63, ~0ULL};
    std::uint64_t number = numbers[m_random.index(numbers.size())];
    if (m_random.index(2) == 0)
        number += m_random.index(64);
    const std::size_t width = std::size_t {1} << m_random.index(4);
    const std::size_t at = m_random.index(file.size());
    for (std::size_t i = at; i < std::min(at + width, file.size()); ++i, number >>= 8U)
        file[i] = static_cast<char>(number & 0xFFU);
}

/// Replaces a number that is written in digits.
void Mutator::changeDigits(std::string& file)
{
    constexpr std::array<std::string_view, 14> numbers {"0",
                                                        "-1",
                                                        "1",
                                                        "2",
                                                        "0.5",
                                                        "1e308",
                                                        "-0.0",
                                                        "16777216",
                                                        "2147483648",
                                                        "4294967296",
                                                        "1e9",
                                                        "255",
                                                        "9223372036854775807",
                                                        "99999999999999999999"};
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(m_random.index(file.size()));
    const auto begin = std::find_if(from, file.end(), isDigit);
    const auto end = std::find_if_not(begin, file.end(), isDigit);
    const std::string_view number = numbers[m_random.index(numbers.size())];
    file.replace(begin, end, number.begin(), number.end());
}

void Mutator::eraseRange(std::string& file)
{
    const std::size_t longest = m_random.index(8) == 0 ? file.size() : std::min<std::size_t>(file.size(), 32);
    file.erase(m_random.index(file.size()), 1 + m_random.index(longest));
}

void Mutator::repeatRange(std::string& file)
{
    const std::size_t begin = m_random.index(file.size());
    const std::string part = file.substr(begin, 1 + m_random.index(64));
    const std::size_t times = m_random.index(16) == 0 ? 1 + m_random.index(200) : 1;
    for (std::size_t i = 0; i < times; ++i)
        file.insert(begin, part);
}

void Mutator::putWord(std::string& file)
{
    const std::string_view word = anyOf(m_words);
    const std::size_t at = m_random.index(file.size() + 1);
    if (m_random.index(2) == 0)
        file.insert(at, word);
    else
        file.replace(at, std::min(word.size(), file.size() - at), word);
}

/// A part of another file.
void Mutator::putPiece(std::string& file)
{
    const std::string_view other = anyOf(m_corpus);
    if (other.empty())
        return;
    const std::string_view piece = other.substr(m_random.index(other.size()), 1 + m_random.index(256));
    const std::size_t at = m_random.index(file.size() + 1);
    file.replace(at, m_random.index(2) == 0 ? 0 : std::min(piece.size(), file.size() - at), piece);
}

} // namespace driftscope::fuzz
