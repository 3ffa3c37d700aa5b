// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The tokenizer folder turns text into token ids exactly as the checkpoint's own tokenizer does.
namespace driftscope::tokenizer {

using TokenId = std::int32_t;

/// How encode() treats special tokens.
struct EncodeOptions {
    bool addSpecialTokens = true; ///< the post-processor (BOS, ...) applies
    bool parseSpecialTokens = true; ///< "<|im_start|>" inside the text is the token; off = plain text
};

/// Text to token ids and back. Immutable; encode() may be called from several threads at once.
class Tokenizer
{
public:
    virtual ~Tokenizer() = default;

    /// The ids that Hugging Face `tokenizers` gives for the text (UTF-8; broken bytes become U+FFFD first).
    [[nodiscard]] virtual std::vector<TokenId> encode(std::string_view text, EncodeOptions options = {}) const = 0;
    /// The bytes that a token stands for ("" if there is none); for display of next tokens and rulers.
    [[nodiscard]] virtual std::string tokenText(TokenId id) const = 0;
    [[nodiscard]] virtual std::size_t vocabularySize() const = 0;
    /// The id of a token as the vocabulary spells it.
    [[nodiscard]] virtual std::optional<TokenId> find(std::string_view token) const = 0;
    /// Bytes that have no token and vanish when text is encoded (SmolLM2 lacks 21); empty = none.
    [[nodiscard]] virtual std::vector<std::uint8_t> missingBytes() const { return {}; }
};

} // namespace driftscope::tokenizer
