// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// Token ids of a text without special tokens, special strings read as plain text.
using PlainEncoder = std::function<std::vector<std::int32_t>(std::string_view)>;

/// The answer tokens that really follow a prompt.
struct ResolvedAnswers {
    std::vector<std::vector<std::int32_t>> answers; ///< positive, negative
    std::string warning; ///< for people: an answer is more than one token, or joins the prompt's last token; else empty
};

/// Finds what tokens each answer adds after the prompt's last characters (" Yes" and "Yes" differ, and the cue
/// decides).
///
/// @retval ErrorCode::BadValue  an answer adds no token, or both add the same.
[[nodiscard]] Result<ResolvedAnswers>
resolveAnswers(std::string_view promptText, const std::vector<std::string>& answers, const PlainEncoder& encode);

} // namespace driftscope::prompt
