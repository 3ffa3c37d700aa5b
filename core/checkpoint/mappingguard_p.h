// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace driftscope::checkpoint {

/// Keeps the program alive when it reads a mapped file beyond the place where another program cut the file off.
///
/// The system answers such a read with SIGBUS, which ends a program; asking for the file's size before each read leaves
/// a gap. While a guard lives, the page that was read is replaced by zeros and the guard remembers that this happened:
/// whoever computed with what the mapping gave asks isTorn() afterwards and throws the result away.
/// A SIGBUS elsewhere goes to the handler that was there before.
class MappingGuard
{
public:
    /// Guards [begin, begin + size), which is mapped for longer than the guard lives.
    MappingGuard(const std::byte* begin, std::size_t size);
    ~MappingGuard();
    MappingGuard(const MappingGuard&) = delete;
    MappingGuard& operator=(const MappingGuard&) = delete;

    /// False if there are more mappings than can be watched: such a one should be copied from, not computed with.
    [[nodiscard]] bool isWatching() const { return m_slot != none; }
    /// True once a page had to be replaced. Threads may ask at any time.
    [[nodiscard]] bool isTorn() const;

private:
    static constexpr std::size_t none = SIZE_MAX;
    std::size_t m_slot = none;
};

} // namespace driftscope::checkpoint
