// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templateblocks.h"

#include "core/base/jsonfield.h"

namespace driftscope::prompt {

namespace {

constexpr std::string_view editedSuffix = "-edited";

/// What was parsed once parses again.
nlohmann::json documentOf(const PromptTemplate& wording)
{
    auto document = parseJson(wording.source, wording.id);
    return document ? std::move(*document) : nlohmann::json::object();
}

} // namespace

TemplateBlocks blocksOf(const PromptTemplate& wording)
{
    const auto document = documentOf(wording);
    return {document.value("header", ""), document.value("demonstration", ""), document.value("query", "")};
}

Result<PromptTemplate> withBlocks(const PromptTemplate& wording, const TemplateBlocks& blocks)
{
    auto document = documentOf(wording);
    document["header"] = blocks.header;
    document["demonstration"] = blocks.demonstration;
    document["query"] = blocks.query;
    if (!wording.id.ends_with(editedSuffix))
        document["id"] = wording.id + std::string(editedSuffix);
    return PromptTemplate::parse(document.dump(), "template");
}

} // namespace driftscope::prompt
