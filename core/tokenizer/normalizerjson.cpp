// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizerjson_p.h"

#include <utility>

namespace driftscope::tokenizer {

namespace {

std::unique_ptr<const Normalizer> readSequence(JsonField& field)
{
    std::vector<std::unique_ptr<const Normalizer>> steps;
    for (JsonField& step : field.array("normalizers"))
        if (auto normalizer = readNormalizer(step))
            steps.push_back(std::move(normalizer));
    return std::make_unique<SequenceNormalizer>(std::move(steps));
}

std::unique_ptr<const Normalizer> readReplace(JsonField& field)
{
    auto pattern = readPattern(field);
    const std::string content = field.text("content");
    if (!pattern)
        return nullptr;
    return std::make_unique<ReplaceNormalizer>(std::move(*pattern), content);
}

std::unique_ptr<const Normalizer> readBert(JsonField& field)
{
    BertNormalizer::Options options;
    options.cleanText = field.boolean("clean_text", true);
    options.handleChineseCharacters = field.boolean("handle_chinese_chars", true);
    options.lowercase = field.boolean("lowercase", true);
    options.stripAccents = field.boolean("strip_accents", options.lowercase);
    return std::make_unique<BertNormalizer>(options);
}

} // namespace

std::optional<RegexPattern> readPattern(JsonField& field)
{
    auto pattern = field.object("pattern");
    if (pattern.has("String"))
        return RegexPattern::literal(pattern.text("String"));
    const std::string regex = pattern.text("Regex");
    if (!field.status())
        return std::nullopt;
    auto compiled = RegexPattern::compile(regex);
    if (compiled)
        return std::move(*compiled);
    pattern.reject(compiled.error().code, "the regular expression cannot be used: " + compiled.error().message + ".");
    return std::nullopt;
}

std::unique_ptr<const Normalizer> readNormalizer(JsonField& field)
{
    const std::string type = field.text("type");
    if (!field.status())
        return nullptr;
    if (type == "Sequence")
        return readSequence(field);
    if (type == "NFC")
        return std::make_unique<FormNormalizer>(unicode::Form::Nfc);
    if (type == "NFD")
        return std::make_unique<FormNormalizer>(unicode::Form::Nfd);
    if (type == "NFKC")
        return std::make_unique<FormNormalizer>(unicode::Form::Nfkc);
    if (type == "NFKD")
        return std::make_unique<FormNormalizer>(unicode::Form::Nfkd);
    if (type == "Lowercase")
        return std::make_unique<LowercaseNormalizer>();
    if (type == "StripAccents")
        return std::make_unique<StripAccentsNormalizer>();
    if (type == "Prepend")
        return std::make_unique<PrependNormalizer>(field.text("prepend"));
    if (type == "Replace")
        return readReplace(field);
    if (type == "Strip") {
        const bool left = field.boolean("strip_left", true);
        return std::make_unique<StripNormalizer>(left, field.boolean("strip_right", true));
    }
    if (type == "ByteLevel")
        return std::make_unique<ByteLevelNormalizer>();
    if (type == "BertNormalizer")
        return readBert(field);
    field.reject(ErrorCode::UnknownType, "the normalizer '" + type + "' is not supported.");
    return nullptr;
}

} // namespace driftscope::tokenizer
