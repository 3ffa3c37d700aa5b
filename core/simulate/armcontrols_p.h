// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/prompt/promptbuilder.h"
#include "core/simulate/arm.h"

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

/// Takes the items out of histories and demonstrations: another user may have met what this one is asked about.
void removeItems(prompt::PromptContext& context, const data::Dataset& dataset, std::span<const data::ItemIndex> items);

} // namespace driftscope::simulate
