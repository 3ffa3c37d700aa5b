// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"

namespace driftscope::ui {

/// A user worth looking at, among the first ones (a glance at 50,000 interactions): some hundred interactions with both labels.
[[nodiscard]] data::UserIndex interestingUser(const data::UserHistory& history);

/// The next liked interaction from the middle of a life on, since a disliked item is not ranked.
///
/// @param user  has interactions.
[[nodiscard]] data::InteractionIndex interestingMoment(const data::UserHistory& history, data::UserIndex user);

} // namespace driftscope::ui
