// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/live/itemkinds.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::live {

/// The items of a live session, dealt to two piles that have nothing in common: candidates, which are ranked, and a
/// hand, which the persona is asked about. Both are of a few kinds, of each the items that most people know, so that an
/// opinion on a card says something about candidates. Immutable; threads may share it.
class CardDeck
{
public:
    static constexpr std::size_t kindCount = 4;

    /// A deck without cards.
    CardDeck() = default;
    /// @param seed   draws the kinds, where none are named, and mixes the items.
    /// @param named  the kinds to deal; empty = drawn among the larger ones.
    CardDeck(const data::Dataset& dataset, const ItemKinds& kinds, std::uint64_t seed,
             std::vector<std::string> named = {});

    /// Of what kinds the cards are; empty if the catalogue has none.
    [[nodiscard]] const std::vector<std::string>& kinds() const { return m_kinds; }
    /// The first `count` candidates that the persona has no opinion on, the kinds by turns.
    ///
    /// @param judged  one flag an item, see Persona::judged().
    [[nodiscard]] std::vector<data::ItemIndex> candidates(const std::vector<bool>& judged, std::size_t count) const;
    /// `count` cards to ask about that the persona has no opinion on.
    ///
    /// @param round  how often another hand was asked for; begins anew where the cards end.
    [[nodiscard]] std::vector<data::ItemIndex> hand(const std::vector<bool>& judged, std::size_t count,
                                                    std::size_t round) const;

private:
    std::vector<std::string> m_kinds;
    std::vector<data::ItemIndex> m_candidates;
    std::vector<data::ItemIndex> m_hand;
};

} // namespace driftscope::live
