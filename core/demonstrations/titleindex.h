// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/demonstrations/itemsimilarity.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::demonstrations {

/// The words of all titles, to compare items by. Immutable; threads may share it.
///
/// How rare a word is, and how long titles are on average, is counted at each moment over the items that occurred
/// before it, so that titles of the future say nothing.
class TitleIndex : public ItemSimilarity
{
public:
    explicit TitleIndex(const data::Dataset& dataset);

    /// Cosine of the titles' words, each weighted by its rarity.
    [[nodiscard]] double between(data::ItemIndex a, data::ItemIndex b, SimTime now) const override;
    /// BM25 of `document`'s title for the words of `query`'s title; 0 if they share none, larger = more alike.
    ///
    /// Source    Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with k1 = 1.2
    ///           and b = 0.75, and ln(1 + (N - n + 0.5) / (n + 0.5)) as weight of a word, which is never negative.
    [[nodiscard]] double bm25(data::ItemIndex query, data::ItemIndex document, SimTime now) const;

    /// Runs of ASCII letters, digits and anything beyond ASCII, ASCII letters in lower case: "Alien 3" -> alien, 3.
    [[nodiscard]] static std::vector<std::string> wordsOf(std::string_view title);

private:
    using Word = std::uint32_t;
    struct Count {
        Word word = 0;
        double times = 0; ///< in the title
    };

    /// Items that occurred before `now`.
    [[nodiscard]] std::size_t itemsBefore(SimTime now) const;
    [[nodiscard]] double weightOf(Word word, double items, SimTime now) const;
    [[nodiscard]] double squaredNorm(data::ItemIndex item, double items, SimTime now) const;

    std::vector<std::vector<Count>> m_titles; // [item], sorted by word
    std::vector<double> m_lengths; // [item], words
    std::vector<std::vector<SimTime>> m_seen; // [word], when each item with it occurs first, sorted
    std::vector<SimTime> m_itemTimes; // when the items occur first, sorted
    std::vector<double> m_lengthsBefore; // [items that occur + 1], words of the titles of the first n of them
};

} // namespace driftscope::demonstrations
