// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace driftscope {

/// The beginning of a text, for messages: at most `maxBytes`, and no character (of UTF-8) cut in two.
[[nodiscard]] inline std::string_view beginningOf(std::string_view text, std::size_t maxBytes)
{
    std::size_t end = text.size();
    if (end > maxBytes)
        for (end = maxBytes; end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U;)
            --end;
    return text.substr(0, end);
}

} // namespace driftscope
