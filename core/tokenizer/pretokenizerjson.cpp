// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizerjson_p.h"
#include "core/tokenizer/unicode_p.h"

#include <utility>

namespace driftscope::tokenizer {

namespace {

SplitBehavior readBehavior(JsonField& field, std::string_view fallback)
{
    const std::string name = field.text("behavior", fallback);
    if (name == "Removed")
        return SplitBehavior::Removed;
    if (name == "Isolated")
        return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious")
        return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext")
        return SplitBehavior::MergedWithNext;
    if (name == "Contiguous")
        return SplitBehavior::Contiguous;
    field.reject(ErrorCode::UnknownType, "the split behavior '" + name + "' is not supported.");
    return SplitBehavior::Isolated;
}

std::unique_ptr<const PreTokenizer> readSequence(JsonField& field, bool modelReadsBytes)
{
    std::vector<std::unique_ptr<const PreTokenizer>> steps;
    auto fields = field.array("pretokenizers");
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (auto step = readPreTokenizer(fields[i], modelReadsBytes && i + 1 == fields.size()))
            steps.push_back(std::move(step));
    return std::make_unique<SequencePreTokenizer>(std::move(steps));
}

std::unique_ptr<const PreTokenizer> readSplit(JsonField& field)
{
    auto pattern = readPattern(field);
    const SplitBehavior behavior = readBehavior(field, "Isolated");
    const bool invert = field.boolean("invert", false);
    if (!pattern)
        return nullptr;
    return std::make_unique<SplitPreTokenizer>(std::move(*pattern), behavior, invert);
}

std::unique_ptr<const PreTokenizer> readByteLevel(JsonField& field, bool modelReadsBytes)
{
    ByteLevelPreTokenizer::Options options;
    options.addPrefixSpace = field.boolean("add_prefix_space", true);
    options.useRegex = field.boolean("use_regex", true);
    options.spellBytes = !modelReadsBytes;
    return std::make_unique<ByteLevelPreTokenizer>(options);
}

/// Old files say add_prefix_space, newer ones prepend_scheme and split.
std::unique_ptr<const PreTokenizer> readMetaspace(JsonField& field)
{
    const std::string scheme =
        field.text("prepend_scheme", field.boolean("add_prefix_space", true) ? "always" : "never");
    auto prepend = MetaspacePreTokenizer::Prepend::Always;
    if (scheme == "first")
        prepend = MetaspacePreTokenizer::Prepend::First;
    else if (scheme == "never")
        prepend = MetaspacePreTokenizer::Prepend::Never;
    else if (scheme != "always")
        field.reject(ErrorCode::UnknownType, "the prepend_scheme '" + scheme + "' is not supported.");
    return std::make_unique<MetaspacePreTokenizer>(field.text("replacement"), prepend, field.boolean("split", true));
}

} // namespace

std::unique_ptr<const PreTokenizer> readPreTokenizer(JsonField& field, bool modelReadsBytes)
{
    const std::string type = field.text("type");
    if (!field.status())
        return nullptr;
    if (type == "Sequence")
        return readSequence(field, modelReadsBytes);
    if (type == "Split")
        return readSplit(field);
    if (type == "ByteLevel")
        return readByteLevel(field, modelReadsBytes);
    if (type == "Digits")
        return std::make_unique<CharacterPreTokenizer>(
            &unicode::isNumeric,
            field.boolean("individual_digits", false) ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
    if (type == "Metaspace")
        return readMetaspace(field);
    if (type == "Whitespace")
        return std::make_unique<WhitespacePreTokenizer>();
    if (type == "WhitespaceSplit")
        return std::make_unique<CharacterPreTokenizer>(&unicode::isWhiteSpace, SplitBehavior::Removed);
    if (type == "Punctuation")
        return std::make_unique<CharacterPreTokenizer>(&unicode::isPunctuation, readBehavior(field, "Isolated"));
    if (type == "BertPreTokenizer")
        return std::make_unique<BertPreTokenizer>();
    if (type == "CharDelimiterSplit")
        return std::make_unique<SplitPreTokenizer>(RegexPattern::literal(field.text("delimiter")),
                                                   SplitBehavior::Removed, false);
    field.reject(ErrorCode::UnknownType, "the pre-tokenizer '" + type + "' is not supported.");
    return nullptr;
}

bool endsWithByteLevel(JsonField field)
{
    const std::string type = field.text("type");
    if (type != "Sequence")
        return type == "ByteLevel";
    const auto steps = field.array("pretokenizers");
    return !steps.empty() && endsWithByteLevel(steps.back());
}

} // namespace driftscope::tokenizer
