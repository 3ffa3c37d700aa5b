// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/wordpiecemodel_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::tokenizer {

namespace {

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

} // namespace

WordPieceModel::WordPieceModel(std::shared_ptr<const Vocabulary> vocabulary, Options options)
    : m_vocabulary(std::move(vocabulary))
    , m_options(std::move(options))
{
    for (const auto& [token, id] : m_vocabulary->tokens())
        m_longest = std::max(m_longest, token.size());
}

std::optional<WordPieceModel::Match> WordPieceModel::longestFrom(std::string_view word, std::size_t begin) const
{
    std::string candidate = begin > 0 ? m_options.continuingPrefix : std::string();
    std::size_t end = std::min(word.size(), begin + m_longest);
    while (end < word.size() && isContinuation(word[end]))
        --end;
    candidate += word.substr(begin, end - begin);
    while (end > begin) {
        if (const auto id = m_vocabulary->find(candidate))
            return Match {*id, end};
        do {
            --end;
            candidate.pop_back();
        } while (end > begin && isContinuation(word[end]));
    }
    return std::nullopt;
}

void WordPieceModel::encode(std::string_view piece, std::vector<TokenId>& ids) const
{
    const auto characters = std::ranges::count_if(piece, [](char byte) { return !isContinuation(byte); });
    const std::size_t before = ids.size();
    bool isUnknown = static_cast<std::size_t>(characters) > m_options.maxCharacters;
    for (std::size_t at = 0; at < piece.size() && !isUnknown;) {
        const auto match = longestFrom(piece, at);
        isUnknown = !match;
        if (match) {
            ids.push_back(match->id);
            at = match->end;
        }
    }
    if (isUnknown) {
        ids.resize(before);
        ids.push_back(m_options.unknown);
    }
}

} // namespace driftscope::tokenizer
