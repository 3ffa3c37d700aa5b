// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bpetrainer.h"

#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/pretokenizer_p.h"
#include "core/tokenizer/unicode_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace driftscope::tokenizer {

namespace {

using Pair = std::pair<std::string, std::string>;

/// A word as its tokens so far, and how often it occurs.
struct Word {
    std::vector<std::string> tokens;
    std::int64_t count = 0;
};

std::vector<Word> wordsOf(std::span<const std::string> texts)
{
    const ByteLevelPreTokenizer cutter({.addPrefixSpace = false, .useRegex = true, .spellBytes = false});
    std::map<std::string, std::int64_t> counts; // sorted, so that nothing depends on the order of the texts
    for (const std::string& text : texts) {
        const std::string repaired = unicode::repairUtf8(text);
        PieceList list(repaired, true);
        cutter.apply(list);
        for (const auto& piece : list.pieces)
            ++counts[std::string(list.textOf(piece))];
    }
    std::vector<Word> words;
    for (const auto& [text, count] : counts) {
        Word word {{}, count};
        for (const char byte : text)
            word.tokens.push_back(bytealphabet::spelling(static_cast<std::uint8_t>(byte)));
        words.push_back(std::move(word));
    }
    return words;
}

/// Joins pairs of tokens in all words and keeps the pairs' counts true.
class Joiner
{
public:
    explicit Joiner(std::vector<Word> words)
        : m_words(std::move(words))
    {
        for (const Word& word : m_words)
            count(word, 1);
    }

    /// The pair to join next, or null if none occurs twice.
    [[nodiscard]] const Pair* best() const
    {
        const auto found = std::ranges::max_element(
            m_counts, [](const auto& a, const auto& b) { return a.second < b.second; }); // the first of equal ones
        return found == m_counts.end() || found->second < 2 ? nullptr : &found->first;
    }

    void join(const Pair& pair)
    {
        for (Word& word : m_words) {
            if (!holds(word, pair))
                continue;
            count(word, -1);
            std::vector<std::string> joined;
            for (std::size_t i = 0; i < word.tokens.size(); ++i) {
                if (i + 1 < word.tokens.size() && word.tokens[i] == pair.first && word.tokens[i + 1] == pair.second) {
                    joined.push_back(pair.first + pair.second);
                    ++i;
                } else {
                    joined.push_back(word.tokens[i]);
                }
            }
            word.tokens = std::move(joined);
            count(word, 1);
        }
    }

private:
    static bool holds(const Word& word, const Pair& pair)
    {
        for (std::size_t i = 0; i + 1 < word.tokens.size(); ++i)
            if (word.tokens[i] == pair.first && word.tokens[i + 1] == pair.second)
                return true;
        return false;
    }

    void count(const Word& word, std::int64_t sign)
    {
        for (std::size_t i = 0; i + 1 < word.tokens.size(); ++i) {
            auto& pairs = m_counts[{word.tokens[i], word.tokens[i + 1]}];
            pairs += sign * word.count;
            if (pairs == 0)
                m_counts.erase({word.tokens[i], word.tokens[i + 1]});
        }
    }

    std::vector<Word> m_words;
    std::map<Pair, std::int64_t> m_counts;
};

nlohmann::json byteLevel(bool addPrefixSpace)
{
    return {{"type", "ByteLevel"}, {"add_prefix_space", addPrefixSpace}, {"trim_offsets", true}, {"use_regex", true}};
}

nlohmann::json tokenizerJson(const std::vector<std::string>& special, const std::string& begin,
                             const std::vector<std::string>& tokens, const std::vector<Pair>& merges)
{
    nlohmann::json added = nlohmann::json::array();
    nlohmann::json vocabulary = nlohmann::json::object();
    for (std::size_t id = 0; id < special.size(); ++id) {
        added.push_back({{"id", id},
                         {"content", special[id]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", true}});
        vocabulary[special[id]] = id;
    }
    for (const std::string& token : tokens)
        vocabulary[token] = vocabulary.size();
    nlohmann::json postProcessor = byteLevel(false);
    if (!begin.empty()) {
        const auto single = nlohmann::json::array(
            {{{"SpecialToken", {{"id", begin}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}});
        auto pair = single;
        pair.push_back({{"Sequence", {{"id", "B"}, {"type_id", 1}}}});
        postProcessor = {{"type", "TemplateProcessing"},
                         {"single", single},
                         {"pair", pair},
                         {"special_tokens", {{begin, {{"id", begin}, {"ids", {0}}, {"tokens", {begin}}}}}}};
    }
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens", added},
            {"normalizer", nullptr},
            {"pre_tokenizer", byteLevel(false)},
            {"post_processor", postProcessor},
            {"decoder", byteLevel(false)},
            {"model",
             {{"type", "BPE"},
              {"dropout", nullptr},
              {"unk_token", nullptr},
              {"continuing_subword_prefix", nullptr},
              {"end_of_word_suffix", nullptr},
              {"fuse_unk", false},
              {"byte_fallback", false},
              {"vocab", vocabulary},
              {"merges", merges}}}};
}

} // namespace

Result<std::string> trainBpe(std::span<const std::string> texts, const BpeTraining& training, const JobContext& context)
{
    std::vector<std::string> special;
    for (const std::string& token : {training.beginToken, training.endToken})
        if (!token.empty())
            special.push_back(token);
    constexpr std::size_t bytes = 256;
    if (texts.empty())
        return fail(ErrorCode::BadArgument, "A vocabulary cannot be learned without texts.");
    if (training.vocabularySize < special.size() + bytes)
        return fail(ErrorCode::BadArgument,
                    "A vocabulary of " + std::to_string(training.vocabularySize)
                        + " tokens does not hold the 256 bytes and " + std::to_string(special.size())
                        + " special tokens.");
    std::vector<std::string> tokens;
    for (std::size_t byte = 0; byte < bytes; ++byte)
        tokens.push_back(bytealphabet::spelling(static_cast<std::uint8_t>(byte)));
    std::vector<Pair> merges;
    Joiner joiner(wordsOf(texts));
    while (special.size() + tokens.size() < training.vocabularySize) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Learning the vocabulary was stopped.");
        const Pair* best = joiner.best();
        if (best == nullptr)
            break;
        merges.push_back(*best);
        joiner.join(merges.back());
        // Two ways to one token ("ab" + "c", "a" + "bc") are two merges but one entry.
        if (std::ranges::find(tokens, merges.back().first + merges.back().second) == tokens.end())
            tokens.push_back(merges.back().first + merges.back().second);
        context.report({static_cast<std::int64_t>(tokens.size() + special.size()),
                        static_cast<std::int64_t>(training.vocabularySize), "learn vocabulary"});
    }
    return tokenizerJson(special, training.beginToken, tokens, merges).dump(1) + "\n";
}

} // namespace driftscope::tokenizer
