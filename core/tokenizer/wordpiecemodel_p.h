// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/piecemodel_p.h"
#include "core/tokenizer/vocabulary_p.h"

#include <memory>
#include <string>

namespace driftscope::tokenizer {

/// Greedy longest match from the left, as BERT does; a word that cannot be covered becomes the unknown token.
class WordPieceModel : public PieceModel
{
public:
    struct Options {
        TokenId unknown = 0;
        std::string continuingPrefix = "##";
        std::size_t maxCharacters = 100; ///< longer words are unknown
    };

    WordPieceModel(std::shared_ptr<const Vocabulary> vocabulary, Options options);
    void encode(std::string_view piece, std::vector<TokenId>& ids) const override;

private:
    struct Match {
        TokenId id = 0;
        std::size_t end = 0;
    };
    [[nodiscard]] std::optional<Match> longestFrom(std::string_view word, std::size_t begin) const;

    std::shared_ptr<const Vocabulary> m_vocabulary;
    Options m_options;
    std::size_t m_longest = 0; ///< bytes of the longest token
};

} // namespace driftscope::tokenizer
