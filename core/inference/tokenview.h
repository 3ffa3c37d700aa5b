// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace driftscope::inference {

/// A token sequence that someone else keeps.
using TokenView = std::span<const TokenId>;

/// Number of leading tokens that two sequences share.
[[nodiscard]] inline std::size_t commonLength(TokenView a, TokenView b)
{
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

} // namespace driftscope::inference
