// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace driftscope::inference {

/// Checks what every scorer promises to refuse before it computes anything.
///
/// @retval ErrorCode::BadArgument     an empty prompt, no or an empty answer, a token id outside the vocabulary.
/// @retval ErrorCode::ContextTooLong  a prompt with its longest answer has more than `contextLength` tokens.
[[nodiscard]] Result<> checkPrompts(std::span<const TokenizedPrompt> prompts, std::int64_t vocabularySize,
                                    std::int64_t contextLength);

/// What scorers say of a prompt that does not fit even alone.
///
/// @param index  of `count` prompts, from 0.
/// @param fits   tokens that the free memory holds.
/// @return ErrorCode::OutOfMemory
[[nodiscard]] tl::unexpected<Error> tooLargePrompt(std::size_t index, std::size_t count, std::int64_t tokens,
                                                   std::int64_t fits);

} // namespace driftscope::inference
