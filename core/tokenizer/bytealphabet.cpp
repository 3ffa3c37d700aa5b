// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/unicode_p.h"

#include <array>

namespace driftscope::tokenizer::bytealphabet {

namespace {

struct Alphabet {
    std::array<std::string, 256> spellings;
    std::array<int, 0x144> bytes {}; // by code point; -1 = not of the alphabet

    Alphabet()
    {
        bytes.fill(-1);
        char32_t nextUnprintable = 0x100;
        for (int byte = 0; byte < 256; ++byte) {
            const bool isPrintable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
            const char32_t character = isPrintable ? static_cast<char32_t>(byte) : nextUnprintable++;
            unicode::append(spellings[static_cast<std::size_t>(byte)], character);
            bytes[character] = byte;
        }
    }
};

const Alphabet& alphabet()
{
    static const Alphabet instance;
    return instance;
}

} // namespace

const std::string& spelling(std::uint8_t byte)
{
    return alphabet().spellings[byte];
}

std::string encode(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes)
        text += spelling(static_cast<std::uint8_t>(byte));
    return text;
}

std::optional<std::string> decode(std::string_view token)
{
    std::string bytes;
    for (std::size_t at = 0; at < token.size();) {
        const auto character = unicode::characterAt(token, at);
        if (character.value >= alphabet().bytes.size() || alphabet().bytes[character.value] < 0)
            return std::nullopt;
        bytes += static_cast<char>(alphabet().bytes[character.value]);
        at += character.length;
    }
    return bytes;
}

} // namespace driftscope::tokenizer::bytealphabet
