// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/builtintemplates_p.h"
#include "core/prompt/prompttemplate.h"
#include "core/prompt/templatefolder.h"

#include <system_error>

namespace driftscope::prompt {

std::vector<std::string> builtInTemplateIds()
{
    std::vector<std::string> ids;
    for (const auto& builtIn : builtInTemplates())
        ids.emplace_back(builtIn.id);
    return ids;
}

Result<PromptTemplate> findTemplate(std::string_view idOrPath, const std::filesystem::path& base)
{
    if (idOrPath.starts_with('{'))
        return PromptTemplate::parse(idOrPath, "the arm's own template");
    std::string known;
    for (const auto& builtIn : builtInTemplates()) {
        if (builtIn.id == idOrPath)
            return PromptTemplate::parse(builtIn.json, "built-in template " + std::string(builtIn.id));
        known += (known.empty() ? "" : ", ") + std::string(builtIn.id);
    }
    const auto path = base / std::filesystem::path(idOrPath); // an absolute path wins over the base
    std::error_code error;
    if (!idOrPath.empty() && std::filesystem::is_regular_file(path, error))
        return PromptTemplate::load(path);
    const TemplateFolder own;
    const bool isName = idOrPath.find('/') == std::string_view::npos;
    if (isName && !idOrPath.empty() && std::filesystem::is_regular_file(own.fileOf(idOrPath), error))
        return PromptTemplate::load(own.fileOf(idOrPath));
    std::string owned;
    for (const auto& entry : own.list())
        owned += (owned.empty() ? "" : ", ") + entry.id + (entry.isUsable ? "" : " (a draft with problems)");
    return fail(ErrorCode::UnknownName,
                "There is no template '" + std::string(idOrPath) + "': it is not built in (those are " + known
                    + "), not one of your own (" + (owned.empty() ? "there are none" : owned) + " in "
                    + own.path().string() + ") and there is no file " + path.string() + ".");
}

} // namespace driftscope::prompt
