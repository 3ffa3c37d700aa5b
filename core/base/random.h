// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace driftscope {

/// A named stream of random numbers that is the same on every machine, whatever was drawn from other streams.
///
/// The state starts from a hash of (seed, name, keys), so that, say, the candidates of query 12 do not depend on how
/// many queries were drawn before. Source: SplitMix64 (Steele, Lea, Flood 2014); the standard library's distributions
/// are not used since they differ between implementations.
class RandomStream
{
public:
    RandomStream(std::uint64_t seed, std::string_view name, std::initializer_list<std::uint64_t> keys = {});

    /// 64 uniformly random bits.
    std::uint64_t next();
    /// A uniform index in [0, count), without modulo bias; count > 0.
    std::size_t index(std::size_t count);
    /// A uniform number in [0, 1).
    double uniform();

    /// Fisher-Yates shuffle in place.
    template<typename T>
    void shuffle(std::vector<T>& values)
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[index(i)]);
    }

private:
    std::uint64_t m_state;
};

} // namespace driftscope
