// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/data/labelrule.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace driftscope::data {

/// What happens to interactions at the query's own second.
enum class TiePolicy : std::uint8_t {
    Exclude, ///< strictly earlier only
    RowOrder ///< also those of the same second that stand earlier in the source
};

/// A moment of a user's life: what is asked for is known only up to here.
struct Moment {
    UserIndex user = 0;
    SimTime time;
    /// The interaction that happens at the moment, if it is one; needed for TiePolicy::RowOrder.
    std::optional<InteractionIndex> interaction;
};

/// How stale a context is: frozen so many of the user's events, or days, before the moment, or before a known shift.
///
/// d events hide the newest d interactions before the moment; d days hide everything later than the moment less d days;
/// d shifts hide everything from the d-th last known shift of the user's taste on (planted data; nothing if there were
/// not so many). An amount of zero or less hides nothing.
struct Lag {
    enum class Unit : std::uint8_t { Events, Days, Shifts };
    Unit unit = Unit::Events;
    std::int64_t amount = 0;
};

/// The one place of the leak rule: what a user had done strictly before a moment, and with which label.
///
/// Cheap to copy; threads may share it.
class UserHistory
{
public:
    UserHistory(std::shared_ptr<const Dataset> dataset, const LabelRule& rule, TiePolicy ties = TiePolicy::Exclude);

    [[nodiscard]] const Dataset& dataset() const { return *m_dataset; }
    [[nodiscard]] std::shared_ptr<const Dataset> sharedDataset() const { return m_dataset; }
    [[nodiscard]] TiePolicy ties() const { return m_ties; }
    /// 1 = liked.
    [[nodiscard]] bool isLiked(InteractionIndex interaction) const { return (*m_labels)[interaction] != 0; }

    /// The moment of an interaction.
    [[nodiscard]] Moment momentOf(InteractionIndex interaction) const;

    /// The user's interactions before the moment, oldest first, less the newest ones that `lag` hides.
    [[nodiscard]] std::span<const InteractionIndex> before(const Moment& moment, Lag lag = {}) const;
    /// The last `count` liked ones of before(), oldest first.
    [[nodiscard]] std::vector<InteractionIndex> likedBefore(const Moment& moment, std::size_t count,
                                                            Lag lag = {}) const;
    /// True if `interaction` is one of before(moment): the check that rendered prompts go through.
    [[nodiscard]] bool isBefore(InteractionIndex interaction, const Moment& moment) const;

private:
    [[nodiscard]] std::span<const InteractionIndex> beforeShift(std::span<const InteractionIndex> known,
                                                                const Moment& moment, std::int64_t shiftsBack) const;

    std::shared_ptr<const Dataset> m_dataset;
    std::shared_ptr<const std::vector<std::uint8_t>> m_labels;
    TiePolicy m_ties;
};

} // namespace driftscope::data
