// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/planteddrift.h"

namespace driftscope::data {

/// How many events user number `user` has.
[[nodiscard]] std::size_t plantedEventCount(const PlantedDriftPlan& plan, std::size_t user);

/// The tastes of user number `user` over `events` events; the times of the shifts are still open.
[[nodiscard]] UserTaste plantTastes(const PlantedDriftPlan& plan, std::size_t user, std::size_t events);

/// The taste that shows at an event: during a gradual shift the old or the new one, as the stream says.
[[nodiscard]] const Taste& drawTaste(const UserTaste& tastes, std::size_t event, RandomStream& stream);

} // namespace driftscope::data
