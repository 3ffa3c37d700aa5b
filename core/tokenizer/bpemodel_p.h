// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/piececutter_p.h"
#include "core/tokenizer/piecemodel_p.h"
#include "core/tokenizer/symbolmerger_p.h"
#include "core/tokenizer/vocabulary_p.h"

#include <array>
#include <memory>
#include <optional>
#include <unordered_map>

namespace driftscope::tokenizer {

/// Byte-pair encoding with ranked merges.
///
/// Source    Sennrich, Haddow, Birch 2016; the order of merges, unknown characters and byte fallback follow the
///           behaviour of Hugging Face tokenizers.
class BpeModel : public PieceModel
{
public:
    struct Options {
        std::optional<TokenId> unknown; ///< what stands for a character that has no token; none = it vanishes
        bool fuseUnknown = false;
        bool byteFallback = false;
        bool ignoreMerges = false; ///< a piece that is a token is that token, whatever the merges give
        bool readsBytes = false; ///< pieces are raw bytes, tokens are spelled in the byte-level alphabet
        std::string continuingPrefix;
        std::string endSuffix;
    };

    /// The two ids of a merge in one key; the rules by key.
    using Rules = std::unordered_map<std::uint64_t, MergeRule>;
    [[nodiscard]] static std::uint64_t keyOf(TokenId left, TokenId right);

    BpeModel(std::shared_ptr<const Vocabulary> vocabulary, const Rules& rules, Options options);

    void encode(std::string_view piece, std::vector<TokenId>& ids) const override;
    [[nodiscard]] std::vector<std::uint8_t> missingBytes() const override;

private:
    void prepareBytes();
    void prepareCutter(const Rules& rules);
    void encodePart(std::string_view part, std::vector<TokenId>& ids) const;
    void addBytes(std::string_view part, SymbolMerger& merger) const;
    void addCharacters(std::string_view part, SymbolMerger& merger) const;
    [[nodiscard]] bool addFallback(std::string_view character, SymbolMerger& merger) const;
    [[nodiscard]] std::optional<MergeRule> ruleFor(TokenId left, TokenId right) const;

    /// Open addressing; a quarter of the time of a node-based map.
    struct RuleSlot {
        std::uint64_t key = emptyKey;
        MergeRule rule;
    };
    static constexpr std::uint64_t emptyKey = ~0ULL;

    std::shared_ptr<const Vocabulary> m_vocabulary;
    std::vector<RuleSlot> m_rules; // power of two
    Options m_options;
    std::uint64_t m_owner;
    PieceCutter m_cutter;
    std::array<TokenId, 256> m_byteIds {}; // of single bytes, or of <0x..>; -1 = none
    TextMap<TokenId> m_wholePieces; // raw bytes of tokens, for ignoreMerges with readsBytes
};

} // namespace driftscope::tokenizer
