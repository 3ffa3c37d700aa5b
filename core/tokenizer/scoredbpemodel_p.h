// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/piececutter_p.h"
#include "core/tokenizer/piecemodel_p.h"
#include "core/tokenizer/symbolmerger_p.h"
#include "core/tokenizer/vocabulary_p.h"

#include <array>
#include <optional>

namespace driftscope::tokenizer {

/// Byte-pair encoding of SentencePiece: the two neighbours whose joint token has the highest score are merged first,
/// the leftmost of equal ones; characters without a token fall back to byte tokens.
///
/// Source    Kudo, Richardson 2018 (SentencePiece), model type BPE.
class ScoredBpeModel : public PieceModel
{
public:
    /// @param scores   of the tokens that merging may make, by spelling.
    /// @param unknown  for characters that have neither a token nor byte tokens.
    ScoredBpeModel(const Vocabulary& vocabulary, const TextMap<double>& scores, std::optional<TokenId> unknown);
    void encode(std::string_view piece, std::vector<TokenId>& ids) const override;

private:
    void rankTokens(const Vocabulary& vocabulary, const TextMap<double>& scores);
    void encodePart(std::string_view part, std::vector<TokenId>& ids) const;
    void appendUnmerged(std::string_view character, std::vector<TokenId>& ids) const;

    TextMap<MergeRule> m_rules; // by spelling of the joint token
    std::size_t m_longest = 0; // bytes of the longest token
    std::array<TokenId, 256> m_byteIds {};
    std::optional<TokenId> m_unknown;
    PieceCutter m_cutter;
    std::uint64_t m_owner;
};

} // namespace driftscope::tokenizer
