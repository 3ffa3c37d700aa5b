// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

#include <string_view>
#include <vector>

namespace driftscope::tokenizer {

/// Turns one piece of text, as the pre-tokenizer cut it, into tokens. Immutable and thread-safe.
class PieceModel
{
public:
    virtual ~PieceModel() = default;
    /// Appends the ids of a piece (not empty).
    virtual void encode(std::string_view piece, std::vector<TokenId>& ids) const = 0;
    /// Bytes that have no token and vanish.
    [[nodiscard]] virtual std::vector<std::uint8_t> missingBytes() const { return {}; }
};

} // namespace driftscope::tokenizer
