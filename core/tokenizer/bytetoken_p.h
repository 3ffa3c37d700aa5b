// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace driftscope::tokenizer {

/// "<0x0A>": how byte-fallback vocabularies spell a byte.
[[nodiscard]] std::string byteToken(std::uint8_t byte);
/// The byte of such a token; nothing for other tokens.
[[nodiscard]] std::optional<std::uint8_t> byteOfToken(std::string_view token);

} // namespace driftscope::tokenizer
