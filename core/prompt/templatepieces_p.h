// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/prompt/prompttemplate.h"

#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// Splits the text of a template block into literal text, {placeholders} and [optional groups]; "{{", "}}", "[[" and
/// "]]" stand for the characters themselves.
///
/// @param known  the placeholders that this block may use.
/// @retval ErrorCode::BadValue  an unknown placeholder, a brace or bracket without its partner, a group inside a group
/// or
///         without a placeholder. The message says at which character (from 1), not in which file.
[[nodiscard]] Result<std::vector<TemplatePiece>> splitTemplate(std::string_view text,
                                                               const std::vector<std::string>& known);

/// How often a placeholder occurs.
[[nodiscard]] std::size_t countPlaceholder(const std::vector<TemplatePiece>& pieces, std::string_view name);

} // namespace driftscope::prompt
