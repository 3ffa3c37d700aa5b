// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The alphabet of byte-level vocabularies: each of the 256 bytes is written as one printable character.
///
/// Source    GPT-2 (Radford et al. 2019): printable Latin-1 bytes are themselves, the others U+0100 onwards in order.
namespace driftscope::tokenizer::bytealphabet {

/// How a byte is written.
[[nodiscard]] const std::string& spelling(std::uint8_t byte);
/// A text's bytes in the alphabet.
[[nodiscard]] std::string encode(std::string_view bytes);
/// The bytes that a token stands for; nothing if a character is not of the alphabet.
[[nodiscard]] std::optional<std::string> decode(std::string_view token);

} // namespace driftscope::tokenizer::bytealphabet
