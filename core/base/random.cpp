// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <cassert>
#include <limits>
#include <xxhash.h>

namespace driftscope {

RandomStream::RandomStream(std::uint64_t seed, std::string_view name, std::initializer_list<std::uint64_t> keys)
    : m_state(XXH3_64bits_withSeed(name.data(), name.size(), seed))
{
    for (const std::uint64_t key : keys)
        m_state = XXH3_64bits_withSeed(&key, sizeof key, m_state);
}

std::uint64_t RandomStream::next()
{
    m_state += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

std::size_t RandomStream::index(std::size_t count)
{
    assert(count > 0);
    // Numbers below 2^64 mod count are drawn again, so that every index is equally likely.
    const std::uint64_t refused = (std::numeric_limits<std::uint64_t>::max() - count + 1) % count;
    std::uint64_t bits = next();
    while (bits < refused)
        bits = next();
    return bits % count;
}

double RandomStream::uniform()
{
    return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

} // namespace driftscope
