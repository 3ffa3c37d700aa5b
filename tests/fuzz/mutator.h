// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::fuzz {

/// Words of a libFuzzer dictionary: one "text" a line, with \" \\ \xNN inside; other lines are passed over.
[[nodiscard]] std::vector<std::string> dictionaryWords(std::string_view text);

/// Damages files at random, the same way each time for one seed.
class Mutator
{
public:
    /// @param corpus  what is damaged; not empty.
    /// @param words   what is put in.
    Mutator(std::vector<std::string> corpus, std::vector<std::string> words, std::uint64_t seed);

    /// A file of the corpus with a few changes.
    [[nodiscard]] std::string next();

private:
    std::string_view anyOf(const std::vector<std::string>& texts);
    void change(std::string& file);
    void changeBytes(std::string& file);
    void changeInteger(std::string& file);
    void changeDigits(std::string& file);
    void eraseRange(std::string& file);
    void repeatRange(std::string& file);
    void putWord(std::string& file);
    void putPiece(std::string& file);

    std::vector<std::string> m_corpus;
    std::vector<std::string> m_words;
    RandomStream m_random;
};

} // namespace driftscope::fuzz
