// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>
#include <vector>

/// The words that planted titles are made of.
namespace driftscope::data {

/// Characteristic words of one genre, blank-separated.
struct GenreWords {
    std::string_view name;
    std::string_view adjectives;
    std::string_view nouns;
};

/// All genres that there are words for.
[[nodiscard]] std::span<const GenreWords> genreWords();
/// Words that say nothing about the genre, blank-separated.
[[nodiscard]] std::string_view neutralAdjectives();
[[nodiscard]] std::string_view neutralNouns();

/// The words of a blank-separated list.
[[nodiscard]] std::vector<std::string_view> wordsOf(std::string_view list);

} // namespace driftscope::data
