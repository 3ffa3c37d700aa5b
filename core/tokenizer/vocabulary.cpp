// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/vocabulary_p.h"

namespace driftscope::tokenizer {

void Vocabulary::reserve(std::size_t tokens)
{
    m_ids.reserve(tokens);
    m_spellings.reserve(tokens);
}

void Vocabulary::add(std::string_view token, TokenId id)
{
    const auto [entry, isNew] = m_ids.insert_or_assign(std::string(token), id);
    m_spellings[id] = &entry->first;
}

std::optional<TokenId> Vocabulary::find(std::string_view token) const
{
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

const std::string* Vocabulary::spelling(TokenId id) const
{
    const auto found = m_spellings.find(id);
    return found == m_spellings.end() ? nullptr : found->second;
}

} // namespace driftscope::tokenizer
