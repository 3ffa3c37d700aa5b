// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace driftscope::tokenizer {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view> {}(text); }
};

/// A map that is keyed by text and can be asked with a view.
template<typename Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// The tokens of a model: spelling to id and back. Ids need not be dense; nothing is allocated by id.
class Vocabulary
{
public:
    /// Ids from here on are refused by the readers: no model has them, and tables by id stay small.
    static constexpr TokenId idLimit = 1 << 24;

    void reserve(std::size_t tokens);
    /// Adds a token, or changes its id.
    void add(std::string_view token, TokenId id);
    [[nodiscard]] std::optional<TokenId> find(std::string_view token) const;
    /// The spelling of an id, or null.
    [[nodiscard]] const std::string* spelling(TokenId id) const;
    [[nodiscard]] std::size_t size() const { return m_ids.size(); }
    [[nodiscard]] const TextMap<TokenId>& tokens() const { return m_ids; }

private:
    TextMap<TokenId> m_ids;
    std::unordered_map<TokenId, const std::string*> m_spellings; // points to keys of m_ids, which stay in place
};

} // namespace driftscope::tokenizer
