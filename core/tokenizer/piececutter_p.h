// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_set>

namespace driftscope::tokenizer {

/// Cuts a long piece before "\u2581" (a space) where no merge can reach across, so that words can be cached.
///
/// A cut between characters c and U+2581 changes nothing if no token that merges make holds "c\u2581", since tokens are
/// joined from neighbours only.
class PieceCutter
{
public:
    /// Learns from a token that merges may make.
    void learn(std::string_view token);
    /// Allows cuts, once every token is learnt.
    void enable() { m_isEnabled = true; }
    /// Where the first part of `piece`, taken from byte `begin`, ends.
    [[nodiscard]] std::size_t endOfPart(std::string_view piece, std::size_t begin) const;

private:
    bool m_isEnabled = false;
    std::unordered_set<char32_t> m_joined; // characters that stand before a space in some token
};

} // namespace driftscope::tokenizer
