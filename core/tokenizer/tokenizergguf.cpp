// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf.h"
#include "core/tokenizer/bpemodel_p.h"
#include "core/tokenizer/bytetoken_p.h"
#include "core/tokenizer/pipeline_p.h"
#include "core/tokenizer/scoredbpemodel_p.h"
#include "core/tokenizer/tokenizergguf_p.h"
#include "core/tokenizer/unicode_p.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace driftscope::tokenizer {

namespace {

using checkpoint::GgufFile;

constexpr std::string_view spaceMark = "\xE2\x96\x81"; // U+2581

enum TokenType : std::int64_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

/// What `tokenizer.ggml.pre` stands for. Source: the models' own tokenizer.json files.
struct PreTokenizerKind {
    std::span<const std::string_view> names;
    std::string_view words; ///< regular expression; empty = GPT-2's
    bool splitsDigits = false;
    bool normalizesNfc = false;
    bool ignoresMerges = false;
    bool addsBegin = false; ///< where the file does not say
};

constexpr std::array<std::string_view, 5> gpt2Names {"", "default", "gpt2", "gpt-2", "phi-2"};
constexpr std::array<std::string_view, 4> llama3Names {"llama-bpe", "llama3", "llama-v3", "falcon3"};
constexpr std::array<std::string_view, 2> qwen2Names {"qwen2", "deepseek-r1-qwen"};
constexpr std::array<std::string_view, 3> smollmNames {"smollm", "starcoder", "refact"};
constexpr std::string_view llama3Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view qwen2Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::array<PreTokenizerKind, 4> kinds {{
    {gpt2Names, {}},
    {llama3Names, llama3Words, false, false, true, true},
    {qwen2Names, qwen2Words, false, true},
    {smollmNames, {}, true},
}};

/// Builds the parts of a tokenizer from metadata.
class GgufReader
{
public:
    explicit GgufReader(const GgufFile& file, std::string origin)
        : m_file(file)
        , m_origin(std::move(origin))
    {
    }

    Result<PipelineParts> read()
    {
        DRIFTSCOPE_CHECK(readTokens());
        DRIFTSCOPE_TRY(const std::string model, m_file.text("tokenizer.ggml.model"));
        if (model == "gpt2")
            DRIFTSCOPE_CHECK(buildByteLevel());
        else if (model == "llama")
            DRIFTSCOPE_CHECK(buildScored());
        else
            return wrong(ErrorCode::UnknownType, "tokenizer.ggml.model",
                         "the model '" + model + "' is not supported; it can be gpt2 or llama.");
        return std::move(m_parts);
    }

private:
    tl::unexpected<Error> wrong(ErrorCode code, std::string_view key, const std::string& problem) const
    {
        return fail(code, m_origin + ": " + std::string(key) + ": " + problem);
    }

    Result<> readTokens()
    {
        m_tokens = m_file.texts("tokenizer.ggml.tokens");
        if (m_tokens == nullptr)
            return missing("tokenizer.ggml.tokens");
        if (m_tokens->size() >= static_cast<std::size_t>(Vocabulary::idLimit))
            return wrong(ErrorCode::TooLarge, "tokenizer.ggml.tokens", "more tokens than any model has.");
        m_types = m_file.integers("tokenizer.ggml.token_type");
        if (m_types != nullptr && m_types->size() != m_tokens->size())
            return wrong(ErrorCode::Inconsistent, "tokenizer.ggml.token_type", "there should be one type a token.");
        return {};
    }

    tl::unexpected<Error> missing(std::string_view key) const
    {
        const bool hasOtherType = m_file.has(key);
        return wrong(hasOtherType ? ErrorCode::WrongType : ErrorCode::MissingField, key,
                     hasOtherType ? "this metadata has another type than it should." : "this metadata is missing.");
    }

    std::int64_t typeOf(std::size_t id) const { return m_types == nullptr ? Normal : (*m_types)[id]; }

    /// Fills the vocabulary; `spell` turns a token into what the pieces look like.
    template<typename Spell>
    std::shared_ptr<const Vocabulary> readVocabulary(Spell spell)
    {
        auto vocabulary = std::make_shared<Vocabulary>();
        vocabulary->reserve(m_tokens->size());
        for (std::size_t id = 0; id < m_tokens->size(); ++id) {
            const std::string token = spell(id);
            // Of tokens with one spelling the first counts.
            if (!vocabulary->find(token))
                vocabulary->add(token, static_cast<TokenId>(id));
            const auto type = typeOf(id);
            if (type == Control || type == Unknown || type == UserDefined)
                m_parts.addedTokens.push_back({static_cast<TokenId>(id), token, type != UserDefined, false, false,
                                               false, type == UserDefined && m_looksInNormalized});
        }
        return vocabulary;
    }

    Result<> buildByteLevel()
    {
        DRIFTSCOPE_TRY(const PreTokenizerKind* kind, readKind());
        const auto vocabulary = readVocabulary([this](std::size_t id) { return (*m_tokens)[id]; });
        m_parts.vocabulary = vocabulary;
        DRIFTSCOPE_TRY(const BpeModel::Rules rules, readMerges(*vocabulary));
        BpeModel::Options options;
        options.readsBytes = true;
        options.ignoreMerges = kind->ignoresMerges;
        m_parts.model = std::make_unique<BpeModel>(vocabulary, rules, options);
        m_parts.spelling.isByteLevel = true;
        if (kind->normalizesNfc)
            m_parts.normalizer = std::make_unique<FormNormalizer>(unicode::Form::Nfc);
        DRIFTSCOPE_CHECK(buildWords(*kind));
        return readEnds(kind->addsBegin);
    }

    Result<const PreTokenizerKind*> readKind() const
    {
        std::string name;
        if (m_file.has("tokenizer.ggml.pre")) {
            DRIFTSCOPE_TRY(name, m_file.text("tokenizer.ggml.pre"));
        }
        for (const PreTokenizerKind& kind : kinds)
            for (const std::string_view known : kind.names)
                if (known == name)
                    return &kind;
        return wrong(ErrorCode::UnknownType, "tokenizer.ggml.pre",
                     "the pre-tokenizer '" + name + "' is not supported; use the model's Hugging Face folder.");
    }

    Result<> buildWords(const PreTokenizerKind& kind)
    {
        std::vector<std::unique_ptr<const PreTokenizer>> steps;
        if (kind.splitsDigits)
            steps.push_back(std::make_unique<CharacterPreTokenizer>(&unicode::isNumeric, SplitBehavior::Isolated));
        if (kind.words.empty()) {
            steps.push_back(
                std::make_unique<ByteLevelPreTokenizer>(ByteLevelPreTokenizer::Options {false, true, false}));
        } else {
            DRIFTSCOPE_TRY(RegexPattern words, RegexPattern::compile(kind.words));
            steps.push_back(std::make_unique<SplitPreTokenizer>(std::move(words), SplitBehavior::Isolated, false));
        }
        m_parts.preTokenizer = std::make_unique<SequencePreTokenizer>(std::move(steps));
        return {};
    }

    Result<BpeModel::Rules> readMerges(const Vocabulary& vocabulary) const
    {
        const auto* merges = m_file.texts("tokenizer.ggml.merges");
        if (merges == nullptr)
            return missing("tokenizer.ggml.merges");
        BpeModel::Rules rules;
        rules.reserve(merges->size());
        for (std::size_t i = 0; i < merges->size(); ++i) {
            const std::string& merge = (*merges)[i];
            const auto space = merge.find(' ', 1);
            const std::string_view left = std::string_view(merge).substr(0, space);
            const std::string_view right =
                space == std::string::npos ? std::string_view() : std::string_view(merge).substr(space + 1);
            const auto leftId = vocabulary.find(left);
            const auto rightId = vocabulary.find(right);
            const auto joined = vocabulary.find(std::string(left) + std::string(right));
            if (space == std::string::npos || !leftId || !rightId || !joined)
                return wrong(ErrorCode::BadMerge, "tokenizer.ggml.merges[" + std::to_string(i) + "]",
                             "'" + merge + "' should be two tokens whose joint text is a token.");
            rules[BpeModel::keyOf(*leftId, *rightId)] = {static_cast<std::uint32_t>(i), *joined};
        }
        return rules;
    }

    /// SentencePiece: spaces are U+2581 in the vocabulary, but Gemma files spell runs of them (user-defined) as spaces.
    Result<> buildScored()
    {
        const auto* scores = m_file.numbers("tokenizer.ggml.scores");
        if (scores == nullptr)
            return missing("tokenizer.ggml.scores");
        if (scores->size() != m_tokens->size())
            return wrong(ErrorCode::Inconsistent, "tokenizer.ggml.scores", "there should be one score a token.");
        if (std::ranges::any_of(*scores, [](double score) { return std::isnan(score); })) // cannot be sorted
            return wrong(ErrorCode::BadValue, "tokenizer.ggml.scores", "a score is no number.");
        m_looksInNormalized = true;
        const auto vocabulary = readVocabulary(
            [this](std::size_t id) { return typeOf(id) == UserDefined ? marked((*m_tokens)[id]) : (*m_tokens)[id]; });
        m_parts.vocabulary = vocabulary;
        TextMap<double> mergeable;
        for (std::size_t id = 0; id < m_tokens->size(); ++id)
            if (typeOf(id) == Normal || typeOf(id) == UserDefined)
                mergeable.emplace(typeOf(id) == UserDefined ? marked((*m_tokens)[id]) : (*m_tokens)[id], (*scores)[id]);
        DRIFTSCOPE_TRY(const auto unknown, readId("tokenizer.ggml.unknown_token_id"));
        m_parts.model = std::make_unique<ScoredBpeModel>(*vocabulary, mergeable, unknown);
        m_parts.spelling = {false, true, std::string(spaceMark)};
        DRIFTSCOPE_CHECK(buildSpaces());
        return readEnds(true);
    }

    static std::string marked(std::string token)
    {
        for (auto at = token.find(' '); at != std::string::npos; at = token.find(' ', at))
            token.replace(at, 1, spaceMark);
        return token;
    }

    Result<> buildSpaces()
    {
        std::vector<std::unique_ptr<const Normalizer>> steps;
        DRIFTSCOPE_TRY(const bool addsPrefix, readFlag("tokenizer.ggml.add_space_prefix", true));
        if (addsPrefix)
            steps.push_back(std::make_unique<PrependNormalizer>(std::string(spaceMark)));
        steps.push_back(std::make_unique<ReplaceNormalizer>(RegexPattern::literal(" "), std::string(spaceMark)));
        m_parts.normalizer = std::make_unique<SequenceNormalizer>(std::move(steps));
        return {};
    }

    Result<bool> readFlag(std::string_view key, bool fallback) const
    {
        return m_file.has(key) ? m_file.boolean(key) : Result<bool>(fallback);
    }

    Result<std::optional<TokenId>> readId(std::string_view key) const
    {
        if (!m_file.has(key))
            return std::nullopt;
        DRIFTSCOPE_TRY(const std::int64_t id, m_file.integer(key));
        if (id < 0 || static_cast<std::size_t>(id) >= m_tokens->size())
            return wrong(ErrorCode::BadId, key, "the id " + std::to_string(id) + " is not in the vocabulary.");
        return static_cast<TokenId>(id);
    }

    Result<> readEnds(bool addsBeginByDefault)
    {
        DRIFTSCOPE_TRY(const auto begin, readId("tokenizer.ggml.bos_token_id"));
        DRIFTSCOPE_TRY(const auto end, readId("tokenizer.ggml.eos_token_id"));
        DRIFTSCOPE_TRY(const bool addsBegin, readFlag("tokenizer.ggml.add_bos_token", addsBeginByDefault));
        DRIFTSCOPE_TRY(const bool addsEnd, readFlag("tokenizer.ggml.add_eos_token", false));
        if (addsBegin && begin)
            m_parts.before = {*begin};
        if (addsEnd && end)
            m_parts.after = {*end};
        return {};
    }

    const GgufFile& m_file;
    std::string m_origin;
    const std::vector<std::string>* m_tokens = nullptr;
    const std::vector<std::int64_t>* m_types = nullptr; // null = all normal
    bool m_looksInNormalized = false;
    PipelineParts m_parts;
};

} // namespace

Result<std::shared_ptr<const Tokenizer>> readTokenizerGguf(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const GgufFile file, GgufFile::open(path));
    GgufReader reader(file, path.string());
    DRIFTSCOPE_TRY(PipelineParts parts, reader.read());
    return std::make_shared<const Pipeline>(std::move(parts));
}

} // namespace driftscope::tokenizer
