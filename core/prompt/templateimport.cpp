// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templateimport.h"

#include "core/base/textfile.h"
#include "core/prompt/templatefolder.h"
#include "core/prompt/templateimport_p.h"

#include <algorithm>

namespace driftscope::prompt {

namespace {

constexpr std::uintmax_t maxImportBytes = 256U << 20U; // TALLRec's samples are some megabytes

Result<ImportedTemplate> importOwnForm(std::string_view content, const std::string& origin)
{
    DRIFTSCOPE_TRY([[maybe_unused]] const auto sound, PromptTemplate::parse(content, origin));
    DRIFTSCOPE_TRY(auto text, TemplateText::parse(content, origin));
    return ImportedTemplate {std::move(text), "template file", {}};
}

Result<ImportedTemplate> importByForm(std::string_view content, const std::string& origin, LineBreaks lineBreaks)
{
    const auto first = content.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return fail(ErrorCode::EmptyFile, origin + ": the file is empty.");
    if (content.find("<TargetItemTitle") != std::string_view::npos) // may begin with any character
        return importPromptFile(content, origin, lineBreaks);
    if (content[first] == '{')
        return importOwnForm(content, origin);
    if (content[first] == '[')
        return importTallrecSamples(content, origin);
    return importPromptFile(content, origin, lineBreaks);
}

} // namespace

Result<ImportedTemplate> importTemplate(const std::filesystem::path& path, LineBreaks lineBreaks)
{
    DRIFTSCOPE_TRY(const auto content, readFile(path, maxImportBytes));
    return importTemplateText(content, path, lineBreaks);
}

Result<ImportedTemplate> importTemplateText(std::string_view content, const std::filesystem::path& origin,
                                            LineBreaks lineBreaks)
{
    const std::string file = origin.string();
    if (!isUtf8(content))
        return fail(ErrorCode::InvalidUtf8, file + ": the text is not UTF-8; convert it first.");
    DRIFTSCOPE_TRY(auto imported, importByForm(content, file, lineBreaks));
    TemplateText& text = imported.text;
    if (text[TemplateField::Id].empty()) {
        const std::string stem = origin.stem().string();
        text[TemplateField::Id] = TemplateFolder("").freeId(stem);
        text[TemplateField::Title] = stem;
        std::ranges::replace(text[TemplateField::Title], '_', ' ');
        text[TemplateField::Help] = imported.format + " " + origin.filename().string() + ", imported.";
    }
    const auto checked = checkTemplate(text);
    if (!checked.problems.empty()) {
        const auto& problem = checked.problems.front();
        return fail(ErrorCode::Inconsistent,
                    file + ": cannot be made a template; its " + std::string(templateFieldPath(problem.field))
                        + " would be \"" + text[problem.field] + "\", but " + problem.message);
    }
    return imported;
}

std::string escapedForBlock(std::string_view text)
{
    std::string escaped;
    for (const char c : text)
        escaped += std::string_view("{}[]").find(c) == std::string_view::npos ? std::string(1, c) : std::string(2, c);
    return escaped;
}

} // namespace driftscope::prompt
