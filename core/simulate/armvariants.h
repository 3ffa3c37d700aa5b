// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/demonstrations/demonstrationselector.h"
#include "core/simulate/arm.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// A change of an arm that asks whether something in the prompt matters: one click in the Probe.
struct ArmControl {
    std::string title; ///< "Shuffled history"
    std::string help; ///< what it asks, one sentence
    std::function<bool(const Arm&)> isOn;
    std::function<void(Arm&, bool)> set;
};

/// Shuffled history, fake history, flipped labels, another user's demonstrations, masked titles, no negatives.
[[nodiscard]] std::span<const ArmControl> armControls();

/// An arm beside the one that it was made from.
struct ArmVariant {
    std::string title;
    Arm arm;
    bool isChosenByHand = true; ///< edits of the demonstrations hold for it as well
};

/// The arm as it is; under each control that is off; and the 2x2 of {stale, fresh} history and {no, fresh}
/// demonstrations.
///
/// Stale: before the last known shift where the data know their shifts, otherwise staleEvents events ago. Fresh
/// demonstrations are those of the arm's selector, or the four most recent if the arm shows none.
/// Source    recicl's own comparisons give all baselines fresh histories; the 2x2 tells the two apart.
[[nodiscard]] std::vector<ArmVariant> armVariants(const Arm& arm, const data::Dataset& dataset);

/// The arm with demonstrations that are chosen by hand in place of those of its selector; see
/// demonstrations::manualParameters() for what a run shows to others.
///
/// @param choices  as edited, before the arm's controls.
/// @retval ErrorCode::BadArgument  what was chosen cannot be written down as an arm; the message says why.
[[nodiscard]] Result<Arm> armByHand(const Arm& arm, const data::UserHistory& history,
                                    std::span<const demonstrations::Choice> choices);

/// How old the stale history of armVariants() is where shifts are not known.
inline constexpr std::int64_t staleEvents = 20;

} // namespace driftscope::simulate
