// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Characters as the tokenizers see them. All texts are valid UTF-8 (see repairUtf8()).
namespace driftscope::tokenizer::unicode {

/// A decoded character and the bytes it takes.
struct Character {
    char32_t value = 0;
    std::size_t length = 1;
};

/// The character at byte `at` (< text.size(), at the start of a character).
[[nodiscard]] Character characterAt(std::string_view text, std::size_t at);

/// Appends a character's UTF-8 form.
void append(std::string& text, char32_t character);

/// The text with every broken byte sequence replaced by U+FFFD (one per longest broken part, as Unicode advises).
[[nodiscard]] std::string repairUtf8(std::string_view text);

/// White_Space of the Unicode character database.
[[nodiscard]] bool isWhiteSpace(char32_t character);
/// General categories Nd, Nl, No.
[[nodiscard]] bool isNumeric(char32_t character);
/// General categories P*, and ASCII symbols.
[[nodiscard]] bool isPunctuation(char32_t character);
/// Letters, marks, decimal digits, connectors: \w of the regex crates.
[[nodiscard]] bool isWordCharacter(char32_t character);
/// General categories Mn, Mc, Me.
[[nodiscard]] bool isMark(char32_t character);
/// General category Mn.
[[nodiscard]] bool isNonSpacingMark(char32_t character);
/// General categories Cc, Cf, Co, Cs.
[[nodiscard]] bool isOther(char32_t character);
/// CJK ideographs, which BERT sets apart as words.
[[nodiscard]] bool isIdeograph(char32_t character);

enum class Form : std::uint8_t { Nfc, Nfd, Nfkc, Nfkd };

/// The text in a normalisation form.
[[nodiscard]] std::string normalized(const std::string& text, Form form);

/// Every character in lower case, one by one (no rule for final sigma).
[[nodiscard]] std::string lowered(std::string_view text);

} // namespace driftscope::tokenizer::unicode
