// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/live/scenario.h"

#include <QtGlobal>

#include <memory>

namespace driftscope::ui {

/// All that a person sets on the page Live; what Undo goes back to.
struct LiveSetting {
    quint64 data = 0; ///< which opened dataset the items are of
    live::Persona persona;
    simulate::Arm arm = live::standardArm();
    live::DemonstrationOrder order = live::DemonstrationOrder::AsChosen;
    std::shared_ptr<const live::ScenarioScript> script; ///< null in free play
    int step = 0; ///< of the script
    std::uint64_t deckSeed = 1; ///< draws the cards of free play
};

} // namespace driftscope::ui
