// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driftscope::tokenizer {

/// A token that is found in the text itself, before the model sees it.
struct AddedToken {
    TokenId id = 0;
    std::string content;
    bool isSpecial = false; ///< plain text does not match it
    bool isSingleWord = false; ///< not inside a word
    bool stripsLeft = false; ///< takes the white space before it along
    bool stripsRight = false; ///< takes the white space after it along
    bool isNormalized = false; ///< is looked for in normalised text
};

/// Finds added tokens in a text: leftmost, and the longest of those. Immutable after add(); thread-safe.
class AddedTokenMatcher
{
public:
    /// A part of the text: a token, or text that holds none.
    struct Part {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::optional<TokenId> token;
    };

    /// @param spelling  what is looked for in the text; empty ones and those beyond longestSpelling are ignored.
    void add(const AddedToken& token, std::string_view spelling);
    static constexpr std::size_t longestSpelling = 1 << 14; ///< bytes; no text of ours holds such a token
    [[nodiscard]] bool isEmpty() const { return m_tokens.empty(); }
    /// Cuts a text. Special tokens stay text if `parseSpecial` is off.
    [[nodiscard]] std::vector<Part> split(std::string_view text, bool parseSpecial) const;

private:
    struct Node {
        std::vector<std::pair<char, std::size_t>> children; // sorted by byte
        std::optional<std::size_t> token; // index into m_tokens
    };
    struct Match {
        std::size_t length = 0;
        std::size_t token = 0;
    };

    [[nodiscard]] std::size_t childOf(std::size_t node, char byte) const;
    [[nodiscard]] std::optional<Match> longestAt(std::string_view text, std::size_t at) const;

    std::vector<AddedToken> m_tokens;
    std::vector<Node> m_nodes {1};
    std::array<bool, 256> m_firstBytes {};
};

} // namespace driftscope::tokenizer
