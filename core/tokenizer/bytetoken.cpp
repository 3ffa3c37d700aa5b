// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bytetoken_p.h"

#include <charconv>

namespace driftscope::tokenizer {

std::string byteToken(std::uint8_t byte)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
}

std::optional<std::uint8_t> byteOfToken(std::string_view token)
{
    if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>')
        return std::nullopt;
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
    if (error != std::errc() || end != token.data() + 5)
        return std::nullopt;
    return byte;
}

} // namespace driftscope::tokenizer
