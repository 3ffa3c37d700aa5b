// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"

namespace driftscope::baselines {

/// The time strictly before which everyone's interactions may be looked at: the moment itself, or under a lag the
/// moment less its days, and never later than the first of the user's own interactions that the lag hides.
[[nodiscard]] SimTime knownUntil(const data::UserHistory& history, const data::Moment& moment, data::Lag lag);

} // namespace driftscope::baselines
