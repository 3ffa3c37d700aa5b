// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// Makes readable titles of two to four words that carry a genre ("The Patient Lunar Comet"), never the same twice.
class PlantedTitles
{
public:
    explicit PlantedTitles(std::uint64_t seed);

    /// A new title of the genre (position in genreWords()). When its words give no new one, a sequel's number follows.
    [[nodiscard]] std::string make(std::size_t genre);

private:
    struct Words {
        std::vector<std::string_view> adjectives;
        std::vector<std::string_view> nouns;
    };
    [[nodiscard]] std::string compose(const Words& words);

    RandomStream m_stream;
    std::vector<Words> m_genres;
    Words m_neutral;
    std::set<std::string> m_made;
};

} // namespace driftscope::data
