// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bpemodel_p.h"
#include "core/tokenizer/tokenizerjson_p.h"
#include "core/tokenizer/wordpiecemodel_p.h"

#include <utility>

namespace driftscope::tokenizer {

namespace {

using nlohmann::json;

/// The vocabulary; read without a JsonField an entry, since there are hundreds of thousands.
std::shared_ptr<const Vocabulary> readVocabulary(JsonField& field)
{
    auto vocabulary = std::make_shared<Vocabulary>();
    auto tokens = field.object("vocab");
    if (!field.status())
        return vocabulary;
    vocabulary->reserve(tokens.value().size());
    for (const auto& [token, id] : tokens.value().items()) {
        const auto describe = [&, spelled = token](std::string_view problem) {
            return "the token '" + spelled + "' " + std::string(problem);
        };
        if (!id.is_number_integer()) {
            tokens.reject(ErrorCode::WrongType, describe("has an id that is no integer."));
            break;
        }
        // Numbers beyond 2^63 are stored unsigned.
        if ((id.is_number_unsigned() && id.get<std::uint64_t>() >= Vocabulary::idLimit)
            || (!id.is_number_unsigned() && id.get<std::int64_t>() < 0)) {
            tokens.reject(ErrorCode::BadId, describe("has the id " + id.dump() + "; ids go from 0 to 16777215."));
            break;
        }
        vocabulary->add(token, id.get<TokenId>());
    }
    return vocabulary;
}

/// Adds merges to the rules of a BPE model, one entry of "merges" after the other.
class MergeReader
{
public:
    MergeReader(const Vocabulary& vocabulary, std::size_t prefixLength, BpeModel::Rules& rules)
        : m_vocabulary(vocabulary)
        , m_prefixLength(prefixLength)
        , m_rules(rules)
    {
    }

    /// "a b" (older files) or ["a", "b"].
    Result<> read(const json& merge)
    {
        if (merge.is_string())
            return readText(merge.get_ref<const std::string&>());
        if (!merge.is_array())
            return fail(ErrorCode::WrongType, "a merge is a text or a pair of texts.");
        for (const auto& part : merge)
            if (!part.is_string())
                return fail(ErrorCode::WrongType, "the parts of a merge are texts.");
        if (merge.size() != 2)
            return fail(ErrorCode::BadMerge,
                        "a merge has two parts, this one has " + std::to_string(merge.size()) + ".");
        return add(merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>());
    }

private:
    Result<> readText(const std::string& merge)
    {
        if (merge.starts_with("#version"))
            return {};
        const auto space = merge.find(' ');
        if (space == std::string::npos || merge.find(' ', space + 1) != std::string::npos)
            return fail(ErrorCode::BadMerge, "'" + merge + "' should be two parts and one space.");
        return add(std::string_view(merge).substr(0, space), std::string_view(merge).substr(space + 1));
    }

    Result<> add(std::string_view left, std::string_view right)
    {
        DRIFTSCOPE_TRY(const TokenId leftId, idOf(left));
        DRIFTSCOPE_TRY(const TokenId rightId, idOf(right));
        m_joined = left;
        m_joined += right.substr(std::min(m_prefixLength, right.size()));
        DRIFTSCOPE_TRY(const TokenId joinedId, idOf(m_joined));
        m_rules[BpeModel::keyOf(leftId, rightId)] = {m_rank++, joinedId};
        return {};
    }

    Result<TokenId> idOf(std::string_view token) const
    {
        if (const auto id = m_vocabulary.find(token))
            return *id;
        return fail(ErrorCode::BadMerge, "the token '" + std::string(token) + "' is not in the vocabulary.");
    }

    const Vocabulary& m_vocabulary;
    std::size_t m_prefixLength;
    BpeModel::Rules& m_rules;
    std::uint32_t m_rank = 0;
    std::string m_joined;
};

BpeModel::Rules readMerges(JsonField& field, const Vocabulary& vocabulary, std::size_t prefixLength)
{
    BpeModel::Rules rules;
    if (!field.has("merges")) {
        field.reject(ErrorCode::MissingField, "the field 'merges' is missing.");
        return rules;
    }
    const json& merges = field.value()["merges"];
    if (!merges.is_array()) {
        field.reject(ErrorCode::WrongType, "'merges' should be an array.");
        return rules;
    }
    rules.reserve(merges.size());
    MergeReader reader(vocabulary, prefixLength, rules);
    for (std::size_t i = 0; i < merges.size(); ++i) {
        if (const auto done = reader.read(merges[i]); !done) {
            field.reject(done.error().code, "merges[" + std::to_string(i) + "]: " + done.error().message);
            break;
        }
    }
    return rules;
}

std::optional<TokenId> readUnknown(JsonField& field, const Vocabulary& vocabulary)
{
    const std::string token = field.text("unk_token", "");
    if (token.empty())
        return std::nullopt;
    const auto id = vocabulary.find(token);
    if (!id && field.status())
        field.reject(ErrorCode::Inconsistent, "the unk_token '" + token + "' is not in the vocabulary.");
    return id;
}

void readBpe(JsonField& field, bool readsBytes, PipelineParts& parts)
{
    parts.vocabulary = readVocabulary(field);
    BpeModel::Options options;
    options.unknown = readUnknown(field, *parts.vocabulary);
    options.fuseUnknown = field.boolean("fuse_unk", false);
    options.byteFallback = field.boolean("byte_fallback", false);
    options.ignoreMerges = field.boolean("ignore_merges", false);
    options.continuingPrefix = field.text("continuing_subword_prefix", "");
    options.endSuffix = field.text("end_of_word_suffix", "");
    options.readsBytes = readsBytes;
    if (field.number("dropout", 0) > 0)
        field.reject(ErrorCode::UnsupportedFormat, "a dropout makes tokens random; set it to null.");
    if (!field.status())
        return;
    const BpeModel::Rules rules = readMerges(field, *parts.vocabulary, options.continuingPrefix.size());
    parts.model = std::make_unique<BpeModel>(parts.vocabulary, rules, std::move(options));
}

void readWordPiece(JsonField& field, PipelineParts& parts)
{
    parts.vocabulary = readVocabulary(field);
    WordPieceModel::Options options;
    const auto unknown = parts.vocabulary->find(field.text("unk_token", "[UNK]"));
    if (!unknown && field.status())
        field.reject(ErrorCode::Inconsistent, "the unk_token is not in the vocabulary.");
    options.unknown = unknown.value_or(0);
    options.continuingPrefix = field.text("continuing_subword_prefix", "##");
    options.maxCharacters = static_cast<std::size_t>(field.integer("max_input_chars_per_word", 100, {0, 1e9}));
    parts.model = std::make_unique<WordPieceModel>(parts.vocabulary, std::move(options));
}

} // namespace

void readModel(JsonField& field, bool readsBytes, PipelineParts& parts)
{
    // Files older than 2020 do not name the type of a BPE model.
    const std::string type = field.text("type", field.has("merges") ? "BPE" : "");
    if (!field.status())
        return;
    if (type == "BPE")
        readBpe(field, readsBytes, parts);
    else if (type == "WordPiece")
        readWordPiece(field, parts);
    else
        field.reject(ErrorCode::UnknownType,
                     "the model type '" + type + "' is not supported; it can be BPE or WordPiece.");
}

} // namespace driftscope::tokenizer
