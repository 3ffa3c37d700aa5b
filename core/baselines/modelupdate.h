// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/simtime.h"

#include <cstdint>

namespace driftscope::baselines {

/// One training of a baseline's model: what following the drift cost, and where on the data's own time axis.
struct ModelUpdate {
    SimTime time; ///< the model knows what happened strictly before
    double seconds = 0; ///< of training
    std::int64_t interactions = 0; ///< trained with; those that were new to it if it goes on from the model before

    bool operator==(const ModelUpdate&) const = default;
};

} // namespace driftscope::baselines
