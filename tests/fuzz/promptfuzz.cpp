// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt file of another program: what is imported has no problems, and its file reads back as it was.
#include "core/prompt/builtintemplates_p.h"
#include "core/prompt/templateimport.h"

#include "tests/fuzz/memoryfile.h"

using namespace driftscope;

namespace driftscope::prompt {

/// None here: they are of no matter to an import but for the ids that they take.
std::span<const EmbeddedJson> builtInTemplates()
{
    return {};
}

} // namespace driftscope::prompt

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    for (const auto lineBreaks : {prompt::LineBreaks::Literal, prompt::LineBreaks::Real}) {
        const auto imported = prompt::importTemplateText(fuzz::asText(data, size), "prompts/films.txt", lineBreaks);
        if (!fuzz::isGood(imported))
            continue;
        fuzz::require(prompt::checkTemplate(imported->text).problems.empty(), "an imported template should be sound");
        fuzz::require(!imported->format.empty(), "the format should be named");
        const std::string json = imported->text.json();
        fuzz::require(fuzz::isGood(prompt::PromptTemplate::parse(json, "again.json")), "its file should be usable");
        const auto again = prompt::TemplateText::parse(json, "again.json");
        fuzz::require(fuzz::isGood(again) && *again == imported->text, "its file should read back as it was");
    }
    return 0;
}
