// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/prompt/promptbuilder.h"
#include "core/simulate/arm.h"

#include <cstdint>
#include <span>
#include <vector>

/// What arms do to a prompt's context on purpose, to see whether it matters.
namespace driftscope::simulate {

/// @retval ErrorCode::Inconsistent  a lag counts in shifts, and the shifts of the data are not known.
/// @retval ErrorCode::BadArgument   another user is asked for, and there is none.
[[nodiscard]] Result<> checkControls(const Arm& arm, const data::Dataset& dataset);

/// The same time in the life of another user, drawn by seed and moment among those who had done about as much by then.
[[nodiscard]] data::Moment otherUsersMoment(const data::UserHistory& history, const data::Moment& moment,
                                            std::uint64_t seed);

/// Shows liked demonstrations as disliked and the other way round, and says so in their reasons.
void flipLabels(std::vector<demonstrations::Demonstration>& demonstrations);

/// Leaves the disliked ones out.
void removeNegatives(std::vector<demonstrations::Demonstration>& demonstrations);

/// Does to a history what the controls say.
///
/// @param moment  of the query, or of the demonstration whose history it is: a fake item is liked by someone strictly
///                before its time. Numbers are drawn by seed and moment alone.
/// @param asked   items that a fake history may not show; nor does it show what the user had met.
[[nodiscard]] std::vector<data::InteractionIndex>
controlledHistory(std::vector<data::InteractionIndex> items, const HistoryControls& controls,
                  const data::UserHistory& history, const data::Moment& moment, std::span<const data::ItemIndex> asked,
                  std::uint64_t seed);

/// Takes the items out of histories and demonstrations: another user may have met what this one is asked about.
void removeItems(prompt::PromptContext& context, const data::Dataset& dataset, std::span<const data::ItemIndex> items);

} // namespace driftscope::simulate
