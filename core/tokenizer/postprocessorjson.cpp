// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizerjson_p.h"

#include <utility>

namespace driftscope::tokenizer {

namespace {

TokenId checkedId(JsonField& field, std::int64_t id)
{
    if (id >= 0 && id < Vocabulary::idLimit)
        return static_cast<TokenId>(id);
    field.reject(ErrorCode::BadId, "the id " + std::to_string(id) + " is out of range; ids go from 0 to 16777215.");
    return 0;
}

/// What one processor puts around the text.
struct Around {
    std::vector<TokenId> before;
    std::vector<TokenId> after;
};

std::vector<TokenId> readSpecialIds(JsonField& known, const std::string& name)
{
    std::vector<TokenId> ids;
    auto entry = known.object(name);
    for (JsonField& id : entry.array("ids"))
        ids.push_back(checkedId(id, id.asInteger()));
    return ids;
}

Around readTemplate(JsonField& field)
{
    Around around;
    auto known = field.optionalObject("special_tokens");
    int textCount = 0;
    for (JsonField& part : field.array("single")) {
        if (part.has("Sequence")) {
            ++textCount;
            continue;
        }
        auto token = part.object("SpecialToken");
        const std::string name = token.text("id");
        if (!field.status())
            return around;
        if (!known) {
            field.reject(ErrorCode::MissingField, "the field 'special_tokens' is missing.");
            return around;
        }
        auto& side = textCount == 0 ? around.before : around.after;
        const auto ids = readSpecialIds(*known, name);
        side.insert(side.end(), ids.begin(), ids.end());
    }
    if (textCount != 1 && field.status())
        field.reject(ErrorCode::UnsupportedFormat, "the template 'single' should hold the text once.");
    return around;
}

/// ["[SEP]", 102]
TokenId readNamedId(JsonField& field, std::string_view key)
{
    auto pair = field.array(key);
    if (pair.size() == 2)
        return checkedId(pair[1], pair[1].asInteger());
    if (field.status())
        field.reject(ErrorCode::WrongType, "'" + std::string(key) + "' should be a token and its id.");
    return 0;
}

Around readProcessor(JsonField& field);

/// Usually ByteLevel and one template. Hugging Face applies a second template in ways of its own, which no model uses.
Around readSequence(JsonField& field)
{
    Around all;
    for (JsonField& step : field.array("processors")) {
        Around around = readProcessor(step);
        const bool addsTokens = !around.before.empty() || !around.after.empty();
        if (addsTokens && (!all.before.empty() || !all.after.empty()))
            step.reject(ErrorCode::UnsupportedFormat, "only one post-processor may add tokens.");
        else if (addsTokens)
            all = std::move(around);
    }
    return all;
}

Around readProcessor(JsonField& field)
{
    const std::string type = field.text("type");
    if (!field.status() || type == "ByteLevel") // ByteLevel only moves offsets
        return {};
    if (type == "TemplateProcessing")
        return readTemplate(field);
    if (type == "BertProcessing" || type == "RobertaProcessing") {
        const TokenId first = readNamedId(field, "cls");
        return {{first}, {readNamedId(field, "sep")}};
    }
    if (type == "Sequence")
        return readSequence(field);
    field.reject(ErrorCode::UnknownType, "the post-processor '" + type + "' is not supported.");
    return {};
}

} // namespace

void readPostProcessor(JsonField& field, PipelineParts& parts)
{
    Around around = readProcessor(field);
    parts.before = std::move(around.before);
    parts.after = std::move(around.after);
}

} // namespace driftscope::tokenizer
