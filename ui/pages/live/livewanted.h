// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/live/livepresenter.h"

namespace driftscope::ui {

/// Data and model to open, and the scenario to begin once they are there.
struct LivePresenter::Wanted {
    QString dataset; ///< empty = what is open serves
    QString label;
    QString checkpoint;
    std::optional<live::Scenario> scenario;
};

struct LivePresenter::Cards {
    const void* dataset = nullptr; ///< that they were dealt from
    std::uint64_t seed = 0;
    const void* script = nullptr;
    live::ItemKinds kinds;
    std::vector<std::string> shownKinds; ///< in the order of their colours
    live::CardDeck deck;
};

} // namespace driftscope::ui
