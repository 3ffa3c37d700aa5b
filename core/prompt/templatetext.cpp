// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templatetext.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"

#include <algorithm>

namespace driftscope::prompt {

namespace {

constexpr std::uintmax_t maxTemplateBytes = 1U << 20U;

constexpr std::array<std::string_view, templateFieldCount> paths {"id",
                                                                  "title",
                                                                  "help",
                                                                  "header",
                                                                  "demonstration",
                                                                  "query",
                                                                  "historyItem",
                                                                  "historySeparator",
                                                                  "emptyHistory",
                                                                  "answers.positive",
                                                                  "answers.negative",
                                                                  "attributes"};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace

std::array<TemplateField, templateFieldCount> templateFields()
{
    std::array<TemplateField, templateFieldCount> fields {};
    for (std::size_t i = 0; i < fields.size(); ++i)
        fields[i] = static_cast<TemplateField>(i);
    return fields;
}

std::string_view templateFieldPath(TemplateField field)
{
    return paths[std::size_t(field)];
}

bool isTemplateBlock(TemplateField field)
{
    return field == TemplateField::Header || field == TemplateField::Demonstration || field == TemplateField::Query
        || field == TemplateField::HistoryItem;
}

std::vector<std::string> TemplateText::attributes() const
{
    std::vector<std::string> names;
    std::string_view rest = (*this)[TemplateField::Attributes];
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        if (const auto name = trimmed(rest.substr(0, comma)); !name.empty())
            names.emplace_back(name);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return names;
}

void TemplateText::setAttributes(const std::vector<std::string>& names)
{
    auto& text = (*this)[TemplateField::Attributes];
    text.clear();
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
}

Result<TemplateText> TemplateText::parse(std::string_view json, std::string_view origin)
{
    DRIFTSCOPE_TRY(const auto document, parseJson(json, origin, {.maxDepth = 8, .rejectDuplicateKeys = true}));
    JsonField fields(document, origin);
    auto answers = fields.optionalObject("answers");
    TemplateText text;
    for (const auto field : templateFields()) {
        const auto path = templateFieldPath(field);
        if (field == TemplateField::Attributes)
            continue;
        if (path.starts_with("answers."))
            text[field] = answers ? answers->text(path.substr(path.find('.') + 1), "") : std::string();
        else
            text[field] = fields.text(path, "");
    }
    std::vector<std::string> attributes;
    for (auto& element : fields.array("attributes", false))
        attributes.push_back(element.asText());
    text.setAttributes(attributes);
    DRIFTSCOPE_CHECK(fields.status());
    return text;
}

Result<TemplateText> TemplateText::load(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const auto json, readFile(path, maxTemplateBytes));
    return parse(json, path.string());
}

std::string TemplateText::json() const
{
    const auto& self = *this;
    nlohmann::ordered_json document {{"version", PromptTemplate::formatVersion}};
    for (const auto field : templateFields()) {
        const std::string path(templateFieldPath(field));
        if (field == TemplateField::Attributes || (field == TemplateField::Help && self[field].empty()))
            continue;
        if (path.starts_with("answers."))
            document["answers"][path.substr(path.find('.') + 1)] = self[field];
        else
            document[path] = self[field];
    }
    if (const auto names = attributes(); !names.empty())
        document["attributes"] = names;
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::size_t characterNumber(std::string_view text, std::size_t byte)
{
    const auto before = text.substr(0, byte);
    const auto isLeading = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::count_if(before.begin(), before.end(), isLeading)) + 1;
}

} // namespace driftscope::prompt
