// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/pretokenizer_p.h"
#include "core/tokenizer/unicode_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::tokenizer {

namespace {

constexpr std::string_view gpt2Words = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// A stretch of a piece: a separator, or what is between two.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool isSeparator = false;
    bool isDropped = false;
};

/// Joins and drops stretches in place as the behaviour wants.
void join(std::vector<Stretch>& stretches, SplitBehavior behavior)
{
    if (behavior == SplitBehavior::Isolated)
        return;
    if (behavior == SplitBehavior::Removed) {
        for (Stretch& stretch : stretches)
            stretch.isDropped = stretch.isSeparator;
        return;
    }
    const bool backwards = behavior == SplitBehavior::MergedWithNext;
    if (backwards)
        std::ranges::reverse(stretches);
    std::vector<Stretch> joined;
    bool wasSeparator = false;
    for (const Stretch& stretch : stretches) {
        const bool joins = behavior == SplitBehavior::Contiguous ? stretch.isSeparator == wasSeparator
                                                                 : stretch.isSeparator && !wasSeparator;
        if (joins && !joined.empty())
            (backwards ? joined.back().begin : joined.back().end) = backwards ? stretch.begin : stretch.end;
        else
            joined.push_back(stretch);
        wasSeparator = stretch.isSeparator;
    }
    if (backwards)
        std::ranges::reverse(joined);
    stretches = std::move(joined);
}

/// Cuts every piece; `findSeparators(text, add)` calls add(begin, end) for each separator from left to right.
template<typename FindSeparators>
void cut(PieceList& list, SplitBehavior behavior, bool invert, FindSeparators findSeparators)
{
    std::vector<PieceList::Piece> pieces;
    std::vector<Stretch> stretches;
    for (const auto& piece : list.pieces) {
        const std::string_view text = list.textOf(piece);
        stretches.clear();
        std::size_t done = 0;
        findSeparators(text, [&](std::size_t begin, std::size_t end) {
            if (done != begin)
                stretches.push_back({done, begin, invert});
            stretches.push_back({begin, end, !invert});
            done = end;
        });
        if (done != text.size())
            stretches.push_back({done, text.size(), invert});
        join(stretches, behavior);
        for (const Stretch& stretch : stretches)
            if (!stretch.isDropped && stretch.begin != stretch.end)
                pieces.push_back(
                    {piece.begin + stretch.begin, piece.begin + stretch.end, piece.atStart && stretch.begin == 0});
    }
    list.pieces = std::move(pieces);
}

template<typename Predicate>
auto charactersThat(Predicate isSeparator)
{
    return [isSeparator](std::string_view text, auto add) {
        for (std::size_t at = 0; at < text.size();) {
            const auto character = unicode::characterAt(text, at);
            if (isSeparator(character.value))
                add(at, at + character.length);
            at += character.length;
        }
    };
}

auto matchesOf(RegexPattern::Scan& scan)
{
    return [&scan](std::string_view text, auto add) {
        scan.restart(text);
        while (scan.next())
            add(scan.begin(), scan.end());
    };
}

/// Builds a new text from the pieces; `spell(text, piece)` appends what a piece becomes.
template<typename Spell>
void respell(PieceList& list, Spell spell)
{
    std::string text;
    std::vector<PieceList::Piece> pieces;
    for (const auto& piece : list.pieces) {
        const std::size_t begin = text.size();
        spell(text, piece);
        if (text.size() != begin)
            pieces.push_back({begin, text.size(), piece.atStart});
    }
    list.replace(std::move(text), std::move(pieces));
}

} // namespace

PieceList::PieceList(std::string_view text, bool atStart)
    : m_text(text)
{
    if (!text.empty())
        pieces.push_back({0, text.size(), atStart});
}

void PieceList::replace(std::string text, std::vector<Piece> newPieces)
{
    m_owned = std::move(text);
    m_text = m_owned;
    pieces = std::move(newPieces);
}

SplitPreTokenizer::SplitPreTokenizer(RegexPattern pattern, SplitBehavior behavior, bool invert)
    : m_pattern(std::move(pattern))
    , m_behavior(behavior)
    , m_invert(invert)
{
}

void SplitPreTokenizer::apply(PieceList& list) const
{
    RegexPattern::Scan scan(m_pattern, {});
    cut(list, m_behavior, m_invert, matchesOf(scan));
}

CharacterPreTokenizer::CharacterPreTokenizer(Predicate isSeparator, SplitBehavior behavior)
    : m_isSeparator(isSeparator)
    , m_behavior(behavior)
{
}

void CharacterPreTokenizer::apply(PieceList& list) const
{
    cut(list, m_behavior, false, charactersThat(m_isSeparator));
}

void WhitespacePreTokenizer::apply(PieceList& list) const
{
    cut(list, SplitBehavior::Removed, false, charactersThat(&unicode::isWhiteSpace));
    // Within what is left, word characters and others take turns.
    cut(list, SplitBehavior::Contiguous, false, charactersThat(&unicode::isWordCharacter));
}

void BertPreTokenizer::apply(PieceList& list) const
{
    cut(list, SplitBehavior::Removed, false, charactersThat(&unicode::isWhiteSpace));
    cut(list, SplitBehavior::Isolated, false, charactersThat(&unicode::isPunctuation));
}

ByteLevelPreTokenizer::ByteLevelPreTokenizer(Options options)
    : m_options(options)
    , m_words(std::move(RegexPattern::compile(gpt2Words).value()))
{
}

void ByteLevelPreTokenizer::addPrefixSpaces(PieceList& list) const
{
    const bool isMissing =
        std::ranges::any_of(list.pieces, [&](const auto& piece) { return list.textOf(piece).front() != ' '; });
    if (!isMissing)
        return;
    respell(list, [&](std::string& text, const PieceList::Piece& piece) {
        if (list.textOf(piece).front() != ' ')
            text += ' ';
        text += list.textOf(piece);
    });
}

void ByteLevelPreTokenizer::apply(PieceList& list) const
{
    if (m_options.addPrefixSpace)
        addPrefixSpaces(list);
    if (m_options.useRegex) {
        RegexPattern::Scan scan(m_words, {});
        cut(list, SplitBehavior::Isolated, false, matchesOf(scan));
    }
    if (m_options.spellBytes)
        respell(list, [&](std::string& text, const PieceList::Piece& piece) {
            text += bytealphabet::encode(list.textOf(piece));
        });
}

MetaspacePreTokenizer::MetaspacePreTokenizer(std::string replacement, Prepend prepend, bool split)
    : m_replacement(std::move(replacement))
    , m_prepend(prepend)
    , m_split(split)
    , m_separator(RegexPattern::literal(m_replacement))
{
}

void MetaspacePreTokenizer::apply(PieceList& list) const
{
    respell(list, [&](std::string& text, const PieceList::Piece& piece) {
        const std::string_view old = list.textOf(piece);
        const bool isMarked = old.front() == ' ' || old.starts_with(m_replacement);
        if (!isMarked && (m_prepend == Prepend::Always || (m_prepend == Prepend::First && piece.atStart)))
            text += m_replacement;
        for (const char c : old) {
            if (c == ' ')
                text += m_replacement;
            else
                text += c;
        }
    });
    if (m_split) {
        RegexPattern::Scan scan(m_separator, {});
        cut(list, SplitBehavior::MergedWithNext, false, matchesOf(scan));
    }
}

SequencePreTokenizer::SequencePreTokenizer(std::vector<std::unique_ptr<const PreTokenizer>> steps)
    : m_steps(std::move(steps))
{
}

void SequencePreTokenizer::apply(PieceList& list) const
{
    for (const auto& step : m_steps)
        step->apply(list);
}

double SequencePreTokenizer::growth() const
{
    double product = 1;
    for (const auto& step : m_steps)
        product *= step->growth();
    return product;
}

} // namespace driftscope::tokenizer
