// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/simtime.h"
#include "core/data/ids.h"

namespace driftscope::data {

/// One (user, item, rating, time) row.
struct Interaction {
    UserIndex user = 0;
    ItemIndex item = 0;
    float rating = 0; ///< as in the source; 1 where the source has no rating
    SimTime time;
    std::uint32_t sourceRow = 0; ///< 1-based line in the source file
};

} // namespace driftscope::data
