// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/ids.h"

#include <string>
#include <vector>

/// The demonstrations folder chooses which past interactions are shown to the model as solved examples.
namespace driftscope::demonstrations {

/// A past labelled interaction of the user, rendered as a solved example with the history it had then.
struct Demonstration {
    data::InteractionIndex interaction = 0;
    bool isLiked = false;
    std::vector<data::InteractionIndex> history; ///< liked ones strictly before it, oldest first
    std::string reason; ///< why it was chosen, for people ("2nd most recent")
};

} // namespace driftscope::demonstrations
