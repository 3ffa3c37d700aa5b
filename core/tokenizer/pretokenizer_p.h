// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/regexpattern_p.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::tokenizer {

/// A text cut into pieces, none of them empty; what lies between pieces is dropped.
struct PieceList {
    struct Piece {
        std::size_t begin = 0;
        std::size_t end = 0;
        bool atStart = false; ///< begins where the whole text that is encoded begins
    };

    /// One piece: the whole text (none if it is empty). `text` outlives the list, or until replaceText().
    PieceList(std::string_view text, bool atStart);
    PieceList(const PieceList&) = delete;
    PieceList& operator=(const PieceList&) = delete;

    [[nodiscard]] std::string_view textOf(const Piece& piece) const
    {
        return m_text.substr(piece.begin, piece.end - piece.begin);
    }
    /// Puts another text under new pieces.
    void replace(std::string text, std::vector<Piece> newPieces);

    std::vector<Piece> pieces;

private:
    std::string_view m_text;
    std::string m_owned;
};

/// What becomes of the separators that a splitter finds.
enum class SplitBehavior : std::uint8_t { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// Cuts a text into the pieces that the model then encodes one by one. Immutable and thread-safe.
class PreTokenizer
{
public:
    virtual ~PreTokenizer() = default;
    virtual void apply(PieceList& list) const = 0;
    /// How many times as long the text may become, at most: steps that lengthen it multiply.
    [[nodiscard]] virtual double growth() const { return 1; }
};

/// Splits at the matches of a pattern (or at what is between them, if inverted).
class SplitPreTokenizer : public PreTokenizer
{
public:
    SplitPreTokenizer(RegexPattern pattern, SplitBehavior behavior, bool invert);
    void apply(PieceList& list) const override;

private:
    RegexPattern m_pattern;
    SplitBehavior m_behavior;
    bool m_invert;
};

/// Splits at characters of a kind, each a separator of its own.
class CharacterPreTokenizer : public PreTokenizer
{
public:
    using Predicate = bool (*)(char32_t);
    CharacterPreTokenizer(Predicate isSeparator, SplitBehavior behavior);
    void apply(PieceList& list) const override;

private:
    Predicate m_isSeparator;
    SplitBehavior m_behavior;
};

/// Words and runs of other characters, without white space.
class WhitespacePreTokenizer : public PreTokenizer
{
public:
    void apply(PieceList& list) const override;
};

/// White space out, punctuation apart.
class BertPreTokenizer : public PreTokenizer
{
public:
    void apply(PieceList& list) const override;
};

/// GPT-2's words, spelled in the byte-level alphabet.
class ByteLevelPreTokenizer : public PreTokenizer
{
public:
    struct Options {
        bool addPrefixSpace = true;
        bool useRegex = true;
        bool spellBytes = true; ///< false = the model reads bytes itself
    };
    explicit ByteLevelPreTokenizer(Options options);
    void apply(PieceList& list) const override;
    [[nodiscard]] double growth() const override
    {
        return (m_options.addPrefixSpace ? 2 : 1) * (m_options.spellBytes ? 2 : 1);
    }

private:
    void addPrefixSpaces(PieceList& list) const;
    Options m_options;
    RegexPattern m_words;
};

/// Spaces become a visible character, which starts each piece.
class MetaspacePreTokenizer : public PreTokenizer
{
public:
    enum class Prepend : std::uint8_t { Always, First, Never };
    MetaspacePreTokenizer(std::string replacement, Prepend prepend, bool split);
    void apply(PieceList& list) const override;
    [[nodiscard]] double growth() const override { return 1 + static_cast<double>(m_replacement.size()); }

private:
    std::string m_replacement;
    Prepend m_prepend;
    bool m_split;
    RegexPattern m_separator;
};

class SequencePreTokenizer : public PreTokenizer
{
public:
    explicit SequencePreTokenizer(std::vector<std::unique_ptr<const PreTokenizer>> steps);
    void apply(PieceList& list) const override;
    [[nodiscard]] double growth() const override;

private:
    std::vector<std::unique_ptr<const PreTokenizer>> m_steps;
};

} // namespace driftscope::tokenizer
