// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/addedtokens_p.h"
#include "core/tokenizer/normalizer_p.h"
#include "core/tokenizer/piecemodel_p.h"
#include "core/tokenizer/pretokenizer_p.h"
#include "core/tokenizer/vocabulary_p.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace driftscope::tokenizer {

/// How tokens are spelled, for tokenText().
struct Spelling {
    bool isByteLevel = false; ///< in the byte-level alphabet
    bool hasByteTokens = false; ///< "<0x0A>" is a byte
    std::string space; ///< what stands for a space, e.g. U+2581; empty = itself
};

/// The parts of a tokenizer, as a reader of files fills them in.
struct PipelineParts {
    std::shared_ptr<const Vocabulary> vocabulary;
    std::unique_ptr<const Normalizer> normalizer; ///< may be null
    std::unique_ptr<const PreTokenizer> preTokenizer; ///< may be null
    std::unique_ptr<const PieceModel> model;
    std::vector<AddedToken> addedTokens;
    std::vector<TokenId> before; ///< special tokens before the text
    std::vector<TokenId> after; ///< special tokens after the text
    Spelling spelling;
};

/// A tokenizer as Hugging Face builds them: added tokens, normalizer, pre-tokenizer, model, post-processor.
class Pipeline : public Tokenizer
{
public:
    explicit Pipeline(PipelineParts parts);

    [[nodiscard]] std::vector<TokenId> encode(std::string_view text, EncodeOptions options) const override;
    [[nodiscard]] std::string tokenText(TokenId id) const override;
    [[nodiscard]] std::size_t vocabularySize() const override;
    [[nodiscard]] std::optional<TokenId> find(std::string_view token) const override;
    [[nodiscard]] std::vector<std::uint8_t> missingBytes() const override;

private:
    void encodeRaw(std::string_view text, bool atStart, bool parseSpecial, std::vector<TokenId>& ids) const;
    void encodeNormalized(std::string_view text, bool atStart, std::vector<TokenId>& ids) const;

    PipelineParts m_parts;
    AddedTokenMatcher m_rawMatcher; // looks at the text as given
    AddedTokenMatcher m_normalizedMatcher; // looks at normalised text
    TextMap<TokenId> m_addedByContent;
    std::unordered_map<TokenId, std::string> m_addedTexts;
    std::size_t m_size = 0;
};

} // namespace driftscope::tokenizer
