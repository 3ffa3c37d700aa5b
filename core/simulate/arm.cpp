// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/arm.h"

namespace driftscope::simulate {

data::Lag Arm::demonstrationLag() const
{
    switch (demonstrations.lagUnit) {
    case DemonstrationLag::Events:
        return {data::Lag::Unit::Events, demonstrations.lagAmount};
    case DemonstrationLag::Days:
        return {data::Lag::Unit::Days, demonstrations.lagAmount};
    case DemonstrationLag::Shifts:
        return {data::Lag::Unit::Shifts, demonstrations.lagAmount};
    case DemonstrationLag::AsHistory:
        break;
    }
    return history.lag;
}

} // namespace driftscope::simulate
