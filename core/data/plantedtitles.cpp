// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plantedtitles_p.h"
#include "core/data/titlewords_p.h"

#include <utility>

namespace driftscope::data {

namespace {

constexpr int attempts = 200; // a genre has about ten thousand titles; so many misses mean that most are taken

std::string joined(std::initializer_list<std::string_view> words)
{
    std::string text;
    for (const std::string_view word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

} // namespace

PlantedTitles::PlantedTitles(std::uint64_t seed)
    : m_stream(seed, "planted.titles")
    , m_neutral {wordsOf(neutralAdjectives()), wordsOf(neutralNouns())}
{
    for (const GenreWords& genre : genreWords())
        m_genres.push_back({wordsOf(genre.adjectives), wordsOf(genre.nouns)});
}

std::string PlantedTitles::make(std::size_t genre)
{
    std::string title;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        title = compose(m_genres[genre]);
        if (m_made.insert(title).second)
            return title;
    }
    std::string sequel;
    for (std::size_t part = 2; sequel.empty() || !m_made.insert(sequel).second; ++part)
        sequel = title + " " + std::to_string(part);
    return sequel;
}

std::string PlantedTitles::compose(const Words& words)
{
    const auto pick = [this](const std::vector<std::string_view>& from) { return from[m_stream.index(from.size())]; };
    // Each draw has a statement of its own: the order in which arguments are evaluated is not fixed.
    const std::size_t shape = m_stream.index(8);
    const auto adjective = pick(words.adjectives);
    const auto noun = pick(words.nouns);
    const auto neutral = pick(m_neutral.adjectives);
    const auto thing = pick(m_neutral.nouns);
    const auto second = pick(words.nouns);
    switch (shape) {
    case 0:
    case 1:
        return joined({adjective, noun});
    case 2:
        return joined({"The", adjective, noun});
    case 3:
        return joined({"The", neutral, noun});
    case 4:
        return joined({noun, "and", second == noun ? thing : second});
    case 5:
        return joined({"The", neutral, adjective, noun});
    case 6:
        return joined({adjective, thing});
    default:
        return joined({thing, "of", "the", noun});
    }
}

} // namespace driftscope::data
