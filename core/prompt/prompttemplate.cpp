// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/prompttemplate.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/prompt/templatetext.h"

#include <optional>

namespace driftscope::prompt {

namespace {

constexpr std::uintmax_t maxTemplateBytes = 1U << 20U;

/// Reads the fields of a template file one by one, each of which must be there; errors are kept in the JSON reader.
class TemplateReader
{
public:
    explicit TemplateReader(JsonField& fields)
        : m_fields(fields)
    {
    }

    PromptTemplate read()
    {
        readVersion();
        auto answers = m_fields.object("answers");
        TemplateText text;
        for (const auto field : templateFields()) {
            const auto path = templateFieldPath(field);
            if (field == TemplateField::Attributes)
                readAttributes(text);
            else if (path.starts_with("answers."))
                text[field] = answers.text(keyOf(path));
            else
                text[field] = field == TemplateField::Help ? m_fields.text(path, "") : m_fields.text(path);
        }
        answers.rejectUnknownFields();
        m_fields.rejectUnknownFields();
        auto checked = checkTemplate(text);
        for (const auto& problem : checked.problems)
            reject(problem, text, answers);
        return std::move(checked.wording);
    }

private:
    static std::string_view keyOf(std::string_view path) { return path.substr(path.rfind('.') + 1); }

    void readVersion()
    {
        const auto version = m_fields.integer("version");
        if (m_fields.has("version") && version != PromptTemplate::formatVersion)
            m_fields.optionalField("version")->reject(
                ErrorCode::UnsupportedVersion,
                "this program reads template version " + std::to_string(PromptTemplate::formatVersion) + ", not "
                    + std::to_string(version) + "; update the program or the file.");
    }

    void readAttributes(TemplateText& text)
    {
        std::vector<std::string> names;
        for (auto& element : m_fields.array("attributes", false)) {
            names.push_back(element.asText());
            if (const auto problem = attributeProblem(names.back()))
                element.reject(ErrorCode::BadValue, *problem);
        }
        text.setAttributes(names);
    }

    void reject(const TemplateProblem& problem, const TemplateText& text, JsonField& answers)
    {
        const auto path = templateFieldPath(problem.field);
        auto field = (path.starts_with("answers.") ? answers : m_fields).optionalField(keyOf(path));
        std::string message = problem.message;
        if (problem.where) // an editor counts characters, not bytes
            message = "character " + std::to_string(characterNumber(text[problem.field], problem.where->start)) + ": "
                + message;
        if (field)
            field->reject(problem.code, message);
    }

    JsonField& m_fields;
};

} // namespace

Result<PromptTemplate> PromptTemplate::parse(std::string_view json, std::string_view origin)
{
    DRIFTSCOPE_TRY(const auto document, parseJson(json, origin, {.maxDepth = 8, .rejectDuplicateKeys = true}));
    JsonField fields(document, origin);
    auto wording = TemplateReader(fields).read();
    DRIFTSCOPE_CHECK(fields.status());
    wording.source = json;
    return wording;
}

Result<PromptTemplate> PromptTemplate::load(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const auto text, readFile(path, maxTemplateBytes));
    return parse(text, path.string());
}

} // namespace driftscope::prompt
