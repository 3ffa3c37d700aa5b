// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

namespace driftscope::tokenizer {

/// True for a token that stands for no text of its own, such as <|im_start|>: it comes out of its spelling only where
/// special tokens are read as such.
[[nodiscard]] bool isSpecialToken(const Tokenizer& tokenizer, TokenId id);

} // namespace driftscope::tokenizer
