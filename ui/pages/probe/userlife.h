// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"
#include "ui/widgets/timeline.h"

#include <optional>
#include <vector>

namespace driftscope::ui {

/// A user's interactions as the timeline shows them, with the shifts of taste where the data know them.
[[nodiscard]] std::vector<TimelineEvent> timelineOf(const data::UserHistory& history, data::UserIndex user);

/// Position of an interaction among those of its user.
[[nodiscard]] int positionOf(const data::Dataset& dataset, data::InteractionIndex interaction);

/// Position that a text means: a number from 1, or a time ("1998-03-01"), which is the first interaction at or after
/// it, or the last one. Nothing if it is neither.
[[nodiscard]] std::optional<int> positionOfText(const data::Dataset& dataset, data::UserIndex user,
                                                const QString& text);

} // namespace driftscope::ui
