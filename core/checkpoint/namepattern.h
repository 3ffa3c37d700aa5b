// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace driftscope::checkpoint {

/// A regular expression over module names, as adapter configs use them, matched in time that grows with the product
/// of both lengths whatever the expression: a hostile config cannot make the program hang.
///
/// Known are what Python's re has but for look-around, back references, word boundaries, flags and possessive
/// repetition. Text is taken byte by byte.
class NamePattern
{
public:
    /// @retval ErrorCode::BadRegex  it is malformed or uses what is not known; the message says which and where.
    /// @retval ErrorCode::TooLarge  it grows too large when its counted repetitions are written out.
    [[nodiscard]] static Result<NamePattern> parse(std::string_view regex);

    /// True if the expression matches the whole name (Python's re.fullmatch).
    [[nodiscard]] bool matches(std::string_view name) const;

private:
    friend class NamePatternParser;
    enum class Step : std::uint8_t { Byte, Split, Begin, End };
    /// One state of the automaton. Targets are relative to the state, so that code can be copied.
    struct State {
        Step step = Step::Byte;
        std::bitset<256> bytes; ///< of Byte
        std::int32_t next = 1;
        std::int32_t other = 0; ///< of Split
    };
    using States = std::vector<State>;

    void follow(std::size_t state, std::size_t position, std::size_t length, std::vector<std::size_t>& reached,
                std::vector<bool>& seen) const;

    States m_states; ///< one past the last is the match
};

} // namespace driftscope::checkpoint
