// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bytetoken_p.h"
#include "core/tokenizer/tokenizerjson_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::tokenizer {

namespace {

TokenId readId(JsonField& field, std::int64_t id)
{
    if (id >= 0 && id < Vocabulary::idLimit)
        return static_cast<TokenId>(id);
    field.reject(ErrorCode::BadId, "the id " + std::to_string(id) + " is out of range; ids go from 0 to 16777215.");
    return 0;
}

AddedToken readAddedToken(JsonField& field)
{
    AddedToken token;
    token.content = field.text("content");
    token.id = readId(field, field.integer("id"));
    token.isSpecial = field.boolean("special", false);
    token.isSingleWord = field.boolean("single_word", false);
    token.stripsLeft = field.boolean("lstrip", false);
    token.stripsRight = field.boolean("rstrip", false);
    token.isNormalized = field.boolean("normalized", !token.isSpecial);
    return token;
}

/// Numbers added tokens as Hugging Face does: a token of the model keeps the model's id, the others are counted on from
/// the model's size, whatever the file says.
std::vector<AddedToken> numbered(std::vector<AddedToken> tokens, const Vocabulary& vocabulary)
{
    const auto size = static_cast<TokenId>(vocabulary.size());
    TextMap<TokenId> known;
    TokenId highest = -1;
    std::erase_if(tokens, [](const AddedToken& token) { return token.content.empty(); });
    for (AddedToken& token : tokens) {
        if (const auto seen = known.find(token.content); seen != known.end())
            token.id = seen->second;
        else
            token.id = vocabulary.find(token.content).value_or(std::max(size, highest + 1));
        known.emplace(token.content, token.id);
        highest = std::max(highest, token.id);
    }
    return tokens;
}

/// A few steps that each make a text longer can make it fill the memory; those of all known models stay far below.
void checkGrowth(JsonField& field, double growth)
{
    constexpr double most = 100;
    if (growth > most)
        field.reject(ErrorCode::TooLarge,
                     "its steps can make a text more than 100 times as long, which no tokenizer needs.");
}

Spelling readSpelling(JsonField& root, bool isByteLevel)
{
    Spelling spelling;
    spelling.isByteLevel = isByteLevel;
    if (auto model = root.optionalObject("model"))
        spelling.hasByteTokens = model->boolean("byte_fallback", false);
    const std::string decoder = root.has("decoder") ? root.value()["decoder"].dump() : std::string();
    if (decoder.find("\xE2\x96\x81") != std::string::npos)
        spelling.space = "\xE2\x96\x81";
    return spelling;
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> readTokenizerJson(std::string_view text, std::string_view origin)
{
    DRIFTSCOPE_TRY(const auto json, parseJson(text, origin));
    JsonField root(json, origin);
    PipelineParts parts;
    bool isByteLevel = false;
    if (auto field = root.optionalObject("pre_tokenizer"))
        isByteLevel = endsWithByteLevel(*field);
    auto model = root.object("model");
    // Byte fallback and the affixes see characters of the byte-level alphabet; then the pre-tokenizer must spell them.
    const bool readsBytes = isByteLevel && !model.boolean("byte_fallback", false) && !model.has("unk_token")
        && model.text("continuing_subword_prefix", "").empty() && model.text("end_of_word_suffix", "").empty();
    if (root.status())
        readModel(model, readsBytes, parts);
    if (auto field = root.optionalObject("normalizer"))
        if ((parts.normalizer = readNormalizer(*field)))
            checkGrowth(*field, parts.normalizer->growth());
    if (auto field = root.optionalObject("pre_tokenizer"))
        if ((parts.preTokenizer = readPreTokenizer(*field, readsBytes)))
            checkGrowth(*field, parts.preTokenizer->growth());
    for (JsonField& field : root.array("added_tokens", false))
        parts.addedTokens.push_back(readAddedToken(field));
    if (auto field = root.optionalObject("post_processor"))
        readPostProcessor(*field, parts);
    parts.spelling = readSpelling(root, isByteLevel);
    DRIFTSCOPE_CHECK(root.status());
    parts.addedTokens = numbered(std::move(parts.addedTokens), *parts.vocabulary);
    return std::make_shared<const Pipeline>(std::move(parts));
}

} // namespace driftscope::tokenizer
