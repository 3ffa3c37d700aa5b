// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/bytetoken_p.h"
#include "core/tokenizer/pipeline_p.h"

#include <utility>

namespace driftscope::tokenizer {

namespace {

void replaceAll(std::string& text, std::string_view what, std::string_view with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

} // namespace

Pipeline::Pipeline(PipelineParts parts)
    : m_parts(std::move(parts))
    , m_size(m_parts.vocabulary->size())
{
    for (const AddedToken& token : m_parts.addedTokens) {
        std::string spelling = token.content;
        if (token.isNormalized && m_parts.normalizer)
            m_parts.normalizer->apply(spelling);
        (token.isNormalized ? m_normalizedMatcher : m_rawMatcher).add(token, spelling);
        if (m_addedByContent.emplace(token.content, token.id).second && !m_parts.vocabulary->find(token.content))
            ++m_size;
        std::string text = token.content;
        if (!token.isSpecial && !m_parts.spelling.space.empty()) // runs of spaces, as Gemma has them
            replaceAll(text, m_parts.spelling.space, " ");
        m_addedTexts.emplace(token.id, std::move(text));
    }
}

std::vector<TokenId> Pipeline::encode(std::string_view text, EncodeOptions options) const
{
    std::string repaired;
    if (!isUtf8(text)) {
        repaired = unicode::repairUtf8(text);
        text = repaired;
    }
    std::vector<TokenId> ids;
    ids.reserve(text.size() / 3 + 8);
    if (options.addSpecialTokens)
        ids = m_parts.before;
    for (const auto& part : m_rawMatcher.split(text, options.parseSpecialTokens)) {
        if (part.token)
            ids.push_back(*part.token);
        else
            encodeRaw(text.substr(part.begin, part.end - part.begin), part.begin == 0, options.parseSpecialTokens, ids);
    }
    if (options.addSpecialTokens)
        ids.insert(ids.end(), m_parts.after.begin(), m_parts.after.end());
    return ids;
}

void Pipeline::encodeRaw(std::string_view text, bool atStart, bool parseSpecial, std::vector<TokenId>& ids) const
{
    std::string normalized;
    if (m_parts.normalizer) {
        normalized = text;
        m_parts.normalizer->apply(normalized);
        text = normalized;
    }
    if (m_normalizedMatcher.isEmpty()) {
        encodeNormalized(text, atStart, ids);
        return;
    }
    for (const auto& part : m_normalizedMatcher.split(text, parseSpecial)) {
        if (part.token)
            ids.push_back(*part.token);
        else
            encodeNormalized(text.substr(part.begin, part.end - part.begin), atStart && part.begin == 0, ids);
    }
}

void Pipeline::encodeNormalized(std::string_view text, bool atStart, std::vector<TokenId>& ids) const
{
    PieceList list(text, atStart);
    if (m_parts.preTokenizer)
        m_parts.preTokenizer->apply(list);
    for (const auto& piece : list.pieces)
        m_parts.model->encode(list.textOf(piece), ids);
}

std::string Pipeline::tokenText(TokenId id) const
{
    if (const auto added = m_addedTexts.find(id); added != m_addedTexts.end())
        return added->second;
    const std::string* token = m_parts.vocabulary->spelling(id);
    if (token == nullptr)
        return {};
    if (m_parts.spelling.isByteLevel)
        return bytealphabet::decode(*token).value_or(*token);
    if (m_parts.spelling.hasByteTokens)
        if (const auto byte = byteOfToken(*token))
            return {static_cast<char>(*byte)};
    std::string text = *token;
    if (!m_parts.spelling.space.empty())
        replaceAll(text, m_parts.spelling.space, " ");
    return text;
}

std::size_t Pipeline::vocabularySize() const
{
    return m_size;
}

std::optional<TokenId> Pipeline::find(std::string_view token) const
{
    if (const auto added = m_addedByContent.find(token); added != m_addedByContent.end())
        return added->second;
    return m_parts.vocabulary->find(token);
}

std::vector<std::uint8_t> Pipeline::missingBytes() const
{
    return m_parts.model->missingBytes();
}

} // namespace driftscope::tokenizer
