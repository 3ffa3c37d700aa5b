// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/trialtokenizer.h"

namespace driftscope::simulate {

namespace {

bool isWordByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

/// Length of the first piece of a text that is not empty: a blank belongs to the word after it.
std::size_t pieceLength(std::string_view text)
{
    std::size_t end = text[0] == ' ' && text.size() > 1 && isWordByte(text[1]) ? 1 : 0;
    if (!isWordByte(text[end]))
        return 1;
    while (end < text.size() && isWordByte(text[end]))
        ++end;
    return end;
}

} // namespace

TrialTokenizer::TrialTokenizer(std::size_t vocabularySize)
    : m_vocabularySize(vocabularySize)
{
}

std::vector<tokenizer::TokenId> TrialTokenizer::encode(std::string_view text, tokenizer::EncodeOptions) const
{
    std::vector<tokenizer::TokenId> ids;
    while (!text.empty()) {
        const std::size_t length = pieceLength(text);
        ids.push_back(idOf(text.substr(0, length)));
        text.remove_prefix(length);
    }
    return ids;
}

std::optional<tokenizer::TokenId> TrialTokenizer::find(std::string_view token) const
{
    if (token.empty() || pieceLength(token) != token.size())
        return {};
    return idOf(token);
}

tokenizer::TokenId TrialTokenizer::idOf(std::string_view piece) const
{
    // FNV-1a: short, and the same everywhere.
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : piece)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return static_cast<tokenizer::TokenId>(hash % m_vocabularySize);
}

} // namespace driftscope::simulate
