// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompttemplate.h"
#include "core/prompt/templatetext.h"

#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// What is wrong at a place of a block.
struct PieceProblem {
    TextRange where;
    std::string message;
};

/// A block taken apart. The n-th placeholder among the pieces is the n-th Placeholder among the marks.
struct SplitTemplate {
    std::vector<TemplatePiece> pieces; ///< of what could be understood
    std::vector<TemplateMark> marks;
    std::vector<PieceProblem> problems;
};

/// Splits the text of a template block into literal text, {placeholders} and [optional groups]; "{{", "}}", "[[" and
/// "]]" stand for the characters themselves.
///
/// Problems are an unknown placeholder, a brace or bracket without its partner, a group inside a group or without a
/// placeholder; what follows them is still looked at.
///
/// @param known  the placeholders that this block may use.
[[nodiscard]] SplitTemplate splitTemplate(std::string_view text, const std::vector<std::string>& known);

/// How often a placeholder occurs.
[[nodiscard]] std::size_t countPlaceholder(const std::vector<TemplatePiece>& pieces, std::string_view name);

} // namespace driftscope::prompt
