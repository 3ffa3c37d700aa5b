// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompttemplate.h"

#include <string>

namespace driftscope::prompt {

/// The blocks of a template as they are written.
struct TemplateBlocks {
    std::string header;
    std::string demonstration;
    std::string query;

    bool operator==(const TemplateBlocks&) const = default;
};

[[nodiscard]] TemplateBlocks blocksOf(const PromptTemplate& wording);
/// The template with other blocks; "-edited" is put after its id.
///
/// Errors are those of PromptTemplate::parse().
[[nodiscard]] Result<PromptTemplate> withBlocks(const PromptTemplate& wording, const TemplateBlocks& blocks);

} // namespace driftscope::prompt
