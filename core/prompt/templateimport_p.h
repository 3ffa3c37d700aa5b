// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/templateimport.h"

#include <string>
#include <string_view>

namespace driftscope::prompt {

/// A prompt file of RecICL or BinLLM; see importTemplate(). Id, title and help are left to the caller.
[[nodiscard]] Result<ImportedTemplate> importPromptFile(std::string_view content, const std::string& origin,
                                                        LineBreaks lineBreaks);

/// Samples of TALLRec; see importTemplate(). Id, title and help are left to the caller.
[[nodiscard]] Result<ImportedTemplate> importTallrecSamples(std::string_view json, const std::string& origin);

/// Literal text as a block spells it: braces and brackets doubled.
[[nodiscard]] std::string escapedForBlock(std::string_view text);

} // namespace driftscope::prompt
