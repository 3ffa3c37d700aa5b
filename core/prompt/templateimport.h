// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/prompt/templatetext.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// What becomes of the two characters backslash and n in a prompt file.
enum class LineBreaks : std::uint8_t {
    Literal, ///< they stay: the reference models were tuned on them, since their code never turns them into a line
             ///< break
    Real ///< they become line breaks
};

/// A template made of another program's file.
struct ImportedTemplate {
    TemplateText text; ///< sound; its id is made of the file's name and may be taken
    std::string format; ///< for people: "RecICL prompt file"
    std::vector<std::string> notes; ///< what the file has that the template cannot say, and what was assumed
};

/// Reads the prompt file of another program: RecICL and BinLLM prompts (text, one prompt a line, or one prompt over
/// several lines), TALLRec samples (a JSON array of instruction, input, output), or a template file of this program.
///
/// @param lineBreaks  for the two characters backslash and n in RecICL files.
/// @retval ErrorCode::UnsupportedFormat  it is none of these, or uses codes of collaborative filtering, which a
/// template
///         cannot show.
/// @retval ErrorCode::Inconsistent  examples of one prompt are worded differently. The message says file and line, or
///         JSON path.
/// Also errors of PromptTemplate::load().
/// Source    github.com/ym689/rec_icl, prompts/*.txt; titles in quotes, joined by ", ", and "unkow" for an empty
/// history
///           as in its minigpt4/datasets/datasets/rec_datasets.py; answers "Yes" and "No" directly behind "#Answer:".
///           github.com/SAI990323/TALLRec, data/ and generate_prompt() of finetune_rec.py.
[[nodiscard]] Result<ImportedTemplate> importTemplate(const std::filesystem::path& path,
                                                      LineBreaks lineBreaks = LineBreaks::Literal);

/// The same for the content of a file.
///
/// @param origin  path of the file, for messages and for the template's id.
[[nodiscard]] Result<ImportedTemplate> importTemplateText(std::string_view content, const std::filesystem::path& origin,
                                                          LineBreaks lineBreaks = LineBreaks::Literal);

} // namespace driftscope::prompt
